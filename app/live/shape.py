"""What a browser is told: how much lies in each box, unread notices too, and a mark that changes with the newest; no content."""

from collections.abc import Mapping

from workflows.box_news import Waiting


def inbox(username: str, lying: Mapping[str, Waiting]) -> dict[str, object]:
    """Return the body of an event, and of the answer to those who ask for it."""
    return {
        "person": username,
        "counts": {box: one.count for box, one in lying.items()},
        "newest": {box: one.newest for box, one in lying.items()},
    }
