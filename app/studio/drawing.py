"""What the studio's pages and the programs in them exchange: files of a flow with what the check says of them, as JSON."""

from collections.abc import Iterable, Mapping

from engine.errors import InvalidSubmission
from engine.model import Finding
from workflows.flow_changes.drafts import FlowDraft
from workflows.flow_changes.errors import FlowFileRefused


class RequestUnreadable(InvalidSubmission):
    """The body is not the JSON that is expected."""


def files_in(body: object) -> dict[str, bytes]:
    """Return the files that a request holds under ``files``: name and text.

    Raises:
        RequestUnreadable: It holds none.
        FlowFileRefused: A text cannot be written as UTF-8.
    """
    files = body.get("files") if isinstance(body, Mapping) else None
    if not isinstance(files, Mapping) or not all(
        isinstance(name, str) and isinstance(text, str) for name, text in files.items()
    ):
        raise RequestUnreadable
    found: dict[str, bytes] = {}
    for name, text in files.items():
        try:
            found[name] = text.encode()
        except UnicodeEncodeError as error:
            raise FlowFileRefused(name, "text") from error
    return found


def number_in(body: object, name: str) -> int | None:
    """Return a whole number that a request holds, or None where it holds none; raise ``RequestUnreadable``."""
    value = body.get(name) if isinstance(body, Mapping) else None
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise RequestUnreadable
    return value


def shown_draft(draft: FlowDraft, newest: int, *, editable: bool) -> dict[str, object]:
    """Return a draft as the program of the page takes it."""
    return {
        "key": draft.key,
        "base_version": draft.base_version,
        "newest_version": newest,
        "version": draft.version,
        "editable": editable,
        "files": {name: content.decode() for name, content in draft.files.items()},
    }


def shown_findings(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Return findings as the program of the page takes them; those of one element stand together on it."""
    return [
        {
            "file": one.file,
            "line": one.line,
            "element": one.element,
            "rule": one.rule,
            "severity": one.severity,
            "message": one.message,
        }
        for one in findings
    ]
