"""Files that stand for real ones while a flow is walked through: rows without bytes, in a transaction that is rolled back."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from workflows.attachments.records import attachment, stored_file

PREFIX = "sample-"
NAME = "样例.pdf"
_NO_BYTES = "0" * 64


def put_samples(connection: Connection, ids: list[str], by: str, now: datetime) -> None:
    """Write the samples among these ids that are not there yet, as a person's own.

    Args:
        connection: In a transaction that is rolled back.
        ids: Of attachments; others than samples are passed over.
        by: Username.
        now: Aware instant.
    """
    wanted = {one for one in ids if one.startswith(PREFIX)}
    known = set(connection.scalars(select(attachment.c.id).where(attachment.c.id.in_(wanted))))
    if not wanted - known:
        return
    if connection.scalar(select(stored_file.c.sha256).where(stored_file.c.sha256 == _NO_BYTES)) is None:
        row = {"sha256": _NO_BYTES, "size": 1, "media_type": "application/pdf", "stored_at": now}
        connection.execute(insert(stored_file), row)
    rows = [
        {"id": one, "sha256": _NO_BYTES, "name": NAME, "uploaded_by": by, "uploaded_at": now, "instance_id": None}
        for one in sorted(wanted - known)
    ]
    connection.execute(insert(attachment), rows)
