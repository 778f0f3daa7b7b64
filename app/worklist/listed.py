"""The list a work item was opened from: its box, its filter and its page, as they stand in addresses and forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import request

from workflows import boxes

FIELD = "list"
"""The field of an item's forms that carries the query of its list."""
TEXTS = ("definition", "q", "step", "urgency", "initiator")
DUE = (boxes.NEAR, boxes.OVERDUE)
FEW, MANY = 20, boxes.LARGEST_PAGE
"""How many rows a page has, and how many for those who do something with many at once."""


@dataclass(frozen=True)
class Listed:
    """One list: a box, what narrows it, from where the page goes on, and how many rows it has."""

    box: str
    narrowed: boxes.Filter
    after: str = ""
    rows: int = FEW

    def query(self, **changed: str) -> dict[str, str]:
        """Return the parameters of the list's address, some of them changed; a change starts at the first page."""
        filtered = self.narrowed
        said = {
            "box": self.box,
            **{name: getattr(filtered, name) for name in TEXTS},
            "due": filtered.due,
            "read": "1" if filtered.read else "",
            "rows": str(self.rows) if self.rows != FEW else "",
            "after": "" if changed else self.after,
            **changed,
        }
        return {name: value for name, value in said.items() if value}

    def __str__(self) -> str:
        return urlencode(self.query())


def listed_in(said: Mapping[str, str]) -> Listed:
    """Return the list that parameters name; raise ``UnknownBox``."""
    box = said.get("box", "todo")
    if box not in boxes.BOXES:
        raise boxes.UnknownBox(box, boxes.BOXES)
    due = said.get("due", "")
    narrowed = boxes.Filter(
        **{name: said.get(name, "").strip() for name in TEXTS},
        due=due if due in DUE and box in boxes.BOXES_OF_ITEMS else "",
        read=box == "copies" and said.get("read") == "1",
    )
    rows = MANY if said.get("rows") == str(MANY) else FEW
    return Listed(box, narrowed, said.get("after", ""), rows)


def given() -> Listed | None:
    """Return the list this request says it came from: a form by a field, a page by its address; None where it says none."""
    said = dict(parse_qsl(request.form[FIELD])) if request.form.get(FIELD) else request.args.to_dict()
    return listed_in(said) if said.get("box") in boxes.BOXES else None
