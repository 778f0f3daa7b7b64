"""The usual phrases of the demonstration office."""

from sqlalchemy import Connection

from workflows.organisation.values import Record
from workflows.phrases.actions import add, count_office

PHRASES: tuple[tuple[str | None, str], ...] = (
    (None, "同意。"),
    (None, "拟同意，请××阅示。"),
    (None, "请按程序办理。"),
    (None, "请××阅示。"),
    ("review", "拟同意，请领导审签。"),
    ("edit", "经核，文稿格式、文种、行文方向符合规定，请主任审核。"),
    ("countersign", "无意见。"),
    ("countersign", "同意，建议修改第××条。"),
    ("sign_and_issue", "同意印发。"),
    ("sign_and_issue", "请××修改后再报。"),
    ("verify", "经复核，审批手续完备，附件齐全，格式规范。"),
    ("proofread", "校对无误。"),
)


def load(connection: Connection, record: Record) -> None:
    """Give the office its phrases, unless it has some."""
    if count_office(connection) == 0:
        for kind, text in PHRASES:
            add(connection, None, text, kind, record)
