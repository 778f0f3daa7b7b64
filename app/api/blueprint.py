"""Where the endpoints of the REST API are hung, and the headings under which its page lists them."""

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from app.security import csrf

Answer = Response | tuple[Response, int] | str
flows, instances, items = Tag(name="definitions"), Tag(name="instances"), Tag(name="work-items")
office = Tag(name="office")
api = APIBlueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(api)
