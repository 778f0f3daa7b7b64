"""What the service task of numbers does."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from engine.delegates import ServiceCall
from engine.model import ServiceResult
from workflows.numbering.errors import UnknownSeries
from workflows.numbering.records import given_number
from workflows.numbering.series import give
from workflows.numbering.settings import NumberSettings

WRITTEN = frozenset({"number"})
"""The variables that the service writes."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
_known = select(given_number.c.text).where(
    given_number.c.instance_id == bindparam("instance_id"),
    given_number.c.code == bindparam("code"),
    given_number.c.voided_at.is_(None),
)


def assign(connection: Connection, call: ServiceCall, settings: NumberSettings) -> ServiceResult:
    """Give the case the next number of a series (``number.assign``); a case that has one of it keeps it.

    Args:
        connection: In the transaction of the command; the series stays locked until it ends.
        call: ``inputs`` names the code of the series in ``series``; the year is that of the command in Asia/Shanghai.
        settings: The office's series.

    Returns:
        The variable ``number``, and the record of the number.

    Raises:
        UnknownSeries: The office has no such series.
    """
    code = str(call.inputs.get("series") or "")
    if code not in settings.patterns:
        raise UnknownSeries(code)
    known = connection.scalar(_known, {"instance_id": call.instance_id, "code": code})
    if known is not None:
        return ServiceResult({"number": known})
    year = call.now.astimezone(SHANGHAI).year
    given = give(connection, code, year, call.instance_id, call.now, settings)
    return ServiceResult({"number": given.text}, (given.change,))
