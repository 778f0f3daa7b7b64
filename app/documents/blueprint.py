"""Where the pages of documents are registered, and what their registers share."""

from collections.abc import Collection

from flask import Blueprint, request

documents = Blueprint("documents", __name__, url_prefix="/documents")


def given(name: str, among: Collection[str] | None = None) -> str:
    """Return what the address says under a name; nothing where it is none of those there are."""
    text = request.args.get(name, "").strip()
    return text if among is None or text in among else ""


def sorting(sorts: Collection[str], usual: str) -> tuple[str, bool]:
    """Return by what a register is to be sorted, and whether the largest comes first."""
    return given("sort", sorts) or usual, request.args.get("order") != "asc"
