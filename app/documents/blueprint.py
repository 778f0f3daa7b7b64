"""Where the pages of documents are registered."""

from flask import Blueprint

documents = Blueprint("documents", __name__, url_prefix="/documents")
