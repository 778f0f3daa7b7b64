"""What the registers of the office share: what their address says of filters and order, and how a table is taken along."""

from collections.abc import Collection, Iterable, Sequence

from flask import Response, request

from app import spreadsheets
from app.current import current_house
from app.ledgers import tell
from app.security import current_person
from app.transaction import transaction
from engine.model import Actor
from workflows.visibility import readings_of

EXPORTED, ASKED_CHARACTERS = "table:exported", 500


def given(name: str, among: Collection[str] | None = None) -> str:
    """Return what the address says under a name; nothing where it is none of those there are."""
    text = request.args.get(name, "").strip()
    return text if among is None or text in among else ""


def sorting(sorts: Collection[str], usual: str) -> tuple[str, bool]:
    """Return by what a register is to be sorted, and whether the largest comes first."""
    return given("sort", sorts) or usual, request.args.get("order") != "asc"


def taken_along(name: str, header: Sequence[str], rows: Iterable[Sequence[spreadsheets.Cell]]) -> Response:
    """Answer with a table as a file to download (:func:`app.spreadsheets.stream`), and tell that it was taken along."""
    tell_taken(name)
    return spreadsheets.stream(name, header, rows)


def tell_taken(name: str, kind: str = EXPORTED) -> None:
    """Tell the reader's ledger that a table was taken along, and how it was narrowed."""
    house, username = current_house(), current_person().username
    with transaction(house.pool) as connection:
        told = {"table": name, "asked": request.query_string.decode(errors="replace")[:ASKED_CHARACTERS]}
        tell(connection, house, readings_of(username), kind, told, Actor(username))
