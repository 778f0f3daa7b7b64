"""What the registers of the office share: what their address says of filters and order."""

from collections.abc import Collection

from flask import request


def given(name: str, among: Collection[str] | None = None) -> str:
    """Return what the address says under a name; nothing where it is none of those there are."""
    text = request.args.get(name, "").strip()
    return text if among is None or text in among else ""


def sorting(sorts: Collection[str], usual: str) -> tuple[str, bool]:
    """Return by what a register is to be sorted, and whether the largest comes first."""
    return given("sort", sorts) or usual, request.args.get("order") != "asc"
