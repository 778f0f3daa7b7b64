"""What the service tasks of meetings do."""

from sqlalchemy import Connection

from engine.delegates import ServiceCall
from engine.model import RecordChange, ServiceResult, Value
from workflows.links.records import link_change
from workflows.meeting_arrangement.errors import NothingToMinute
from workflows.meeting_arrangement.minutes import SHANGHAI
from workflows.meeting_arrangement.records import LINE, MEETING, RESOLUTION
from workflows.meeting_arrangement.settings import Body, MeetingSettings
from workflows.meeting_arrangement.state import find_meeting, get_meeting
from workflows.meeting_arrangement.tally import Outcome
from workflows.meeting_arrangement.values import AGREED, CHECKED, Meeting
from workflows.numbering.series import give
from workflows.numbering.settings import NumberSettings

WRITTEN = frozenset(
    {"meeting_number", "extracts_agreed", "minutes_issue", "minutes_number", "decisions", "distribution_units"}
)
"""The variables that these services write."""
LONGEST_TITLE = 100
DISCUSSED_AT = "discussed_at"
SOURCE_KIND = "meeting"


def number_meeting(
    connection: Connection, call: ServiceCall, settings: MeetingSettings, numbers: NumberSettings
) -> ServiceResult:
    """Give a meeting its number (``meeting.number``), and tie it to the items on its agenda; it keeps a number it has.

    Args:
        connection: In the transaction of the command.
        call: Of a case whose notice was just sent.
        settings: The bodies of the office.
        numbers: How the office writes its numbers.

    Returns:
        The variable ``meeting_number``; the number is of the year in which the meeting is.

    Raises:
        NothingToMinute: The case is no meeting.
    """
    held, body = _held(connection, call, settings)
    links = [
        link_change(line.item_case, call.instance_id, DISCUSSED_AT) for line in held.lines if line.item_case is not None
    ]
    changes, text = links, held.number
    if text is None:
        year = held.starts_at.astimezone(SHANGHAI).year
        given = give(connection, body.series, year, call.instance_id, call.now, numbers)
        values: dict[str, Value] = {"year": year, "serial": given.serial, "number": given.text}
        changes = [given.change, RecordChange(MEETING, call.instance_id, values), *links]
        text = given.text
    return ServiceResult({"meeting_number": f"{body.name}{text}会议"}, tuple(changes))


def note_check(connection: Connection, call: ServiceCall) -> ServiceResult:
    """Keep what a reporting unit has said to its part of the minutes (``meeting.note_check``).

    Args:
        connection: In the transaction of the command.
        call: ``inputs`` names the item's case in ``item_case``, with ``checked`` (agree or amend), ``checked_by`` and ``remark``
            from the unit's answer.

    Returns:
        ``extracts_agreed`` as False where the unit wants a change.
    """
    given = call.inputs
    lines = get_meeting(connection, call.instance_id).lines
    line = next((one for one in lines if one.item_case == given.get("item_case")), None)
    checked = str(given.get("checked") or "")
    if line is None or checked not in CHECKED:
        return ServiceResult({})
    values: dict[str, Value] = {
        "checked": checked,
        "checked_by": given.get("checked_by"),
        "check_remark": given.get("remark") or None,
    }
    written: dict[str, Value] = {} if checked == AGREED else {"extracts_agreed": False}
    return ServiceResult(written, (RecordChange(LINE, line.id, values),))


def issue_minutes(
    connection: Connection, call: ServiceCall, settings: MeetingSettings, numbers: NumberSettings
) -> ServiceResult:
    """Give the signed minutes their 期号 (``meeting.issue_minutes``) and number what is to be done.

    Args:
        connection: In the transaction of the command.
        call: Of a case whose minutes were just signed.
        settings: The bodies of the office.
        numbers: How the office writes its numbers.

    Returns:
        The variables ``minutes_issue``, ``minutes_number``, as a proposal ``distribution_units``, and ``decisions``: a mapping
        for each resolution with what the message ``decision_taken`` tells the supervision clerk.

    Raises:
        NothingToMinute: The case is no meeting, or its minutes were not signed.

    Source:
        DOMAIN of such offices: on sign-off of the minutes each 议定事项 becomes 待立项; nothing is copied by hand.
    """
    held, body = _held(connection, call, settings)
    if not held.signed_by or held.year is None:
        raise NothingToMinute(call.instance_id)
    changes = []
    issue = held.issue
    if issue is None:
        given = give(connection, body.minutes_series, held.year, call.instance_id, call.now, numbers)
        issue = given.text
        changes = [given.change, RecordChange(MEETING, call.instance_id, {"issue": issue})]
    number = f"{body.minutes_series}{held.year}年{issue}"
    decisions: list[Value] = []
    for at, one in enumerate(held.all_resolutions, start=1):
        changes.append(RecordChange(RESOLUTION, one.id, {"number": at}))
        decisions.append(
            {
                "title": " ".join(one.matter.split())[:LONGEST_TITLE],
                "matter": one.matter,
                "lead_unit": one.lead_unit,
                "co_units": list(one.co_units),
                "due_on": one.due_on,
                "source_number": number,
                "decision_no": at,
            }
        )
    written: dict[str, Value] = {"minutes_issue": issue, "minutes_number": number, "decisions": decisions}
    if not call.inputs.get("distribution_units"):
        written["distribution_units"] = _concerned(held)
    return ServiceResult(written, tuple(changes))


def _concerned(held: Meeting) -> list[Value]:
    """Return the units that reported or have something to do: whoever sends the minutes out need not pick them again."""
    reported = [
        line.unit for line in held.lines if line.item_case is not None and line.outcome is not Outcome.POSTPONED
    ]
    charged = [unit for one in held.all_resolutions for unit in (one.lead_unit, *one.co_units)]
    return list(dict.fromkeys(unit for unit in (*reported, *charged) if unit))


def _held(connection: Connection, call: ServiceCall, settings: MeetingSettings) -> tuple[Meeting, Body]:
    held = find_meeting(connection, call.instance_id)
    body = settings.find_body(held.body) if held is not None else None
    if held is None or body is None:
        raise NothingToMinute(call.instance_id)
    return held, body
