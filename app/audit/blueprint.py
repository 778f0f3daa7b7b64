"""Where the pages of the auditor's room are registered."""

from flask import Blueprint

audit = Blueprint("audit", __name__, url_prefix="/audit")
