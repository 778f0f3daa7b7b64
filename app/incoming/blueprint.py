"""Where the pages of incoming documents are registered."""

from flask import Blueprint

incoming = Blueprint("incoming", __name__, url_prefix="/incoming")
