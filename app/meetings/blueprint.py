"""Where the pages of meetings are registered."""

from flask import Blueprint

meetings = Blueprint("meetings", __name__, url_prefix="/meetings")
