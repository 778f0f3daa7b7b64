"""The text of 会议纪要, put together from what was recorded, so that nothing is typed twice. Pure."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from workflows.meeting_arrangement.tally import Outcome
from workflows.meeting_arrangement.values import ASKS_LEAVE, FIRST_TOPIC, GRANTED, Line, Meeting, Resolution, Seat

SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDINALS = "一二三四五六七八九十"
TENS = len(ORDINALS)


def ordinal(number: int) -> str:
    """Write a number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, TENS)
    written = ORDINALS[ones - 1] if ones else ""
    if not tens:
        return written
    return ("" if tens == 1 else ORDINALS[tens - 1]) + ORDINALS[-1] + written


def compose(held: Meeting, names: Mapping[str, str], units: Mapping[str, str], recorder: str) -> str:
    """Return the text of a meeting's minutes.

    Args:
        held: The meeting.
        names: People's names by username.
        units: Units' names by code.
        recorder: The username of who kept the record.

    Returns:
        Lines of text: time, place, who presided, who was there, who had leave, who came in for what, and what was agreed
        on each item. Single opinions and ballots stay in the room.

    Source:
        GB/T 9704-2012, 10.3 for 出席、请假、列席; that the minutes tell what was agreed and the record who said what is the
        custom of such offices.
    """
    begins = held.starts_at.astimezone(SHANGHAI)
    came = [one for one in held.members if one.arrived_at is not None]
    away = [one for one in held.members if one.arrived_at is None and one.counted]
    lines = [
        f"时间：{begins.year}年{begins.month}月{begins.day}日 {begins:%H:%M}",
        f"地点：{held.room or ''}",
        f"主持：{names.get(held.chair or '', held.chair or '')}",
        f"出席：{_names(came, names)}",
    ]
    if away:
        lines.append("请假：" + "、".join(_leave(one, names) for one in away))
    sitting_in = [_attended(at, one, held, names) for at, one in enumerate(held.lines, start=1) if one.attendees]
    if any(sitting_in):
        lines.append("列席：" + "；".join(filter(None, sitting_in)))
    lines.append(f"记录：{names.get(recorder, recorder)}")
    for at, line in enumerate(held.lines, start=1):
        lines += ["", f"{ordinal(at)}、{line.title}", *_of_line(held, line, units)]
    return "\n".join(lines)


def extract(held: Meeting, line: Line, units: Mapping[str, str]) -> str:
    """Return what the minutes say of one item, for the unit that put it forward."""
    return "\n".join((line.title, *_of_line(held, line, units)))


def _of_line(held: Meeting, line: Line, units: Mapping[str, str]) -> list[str]:
    said = [line.conclusion] if line.conclusion else []
    if line.outcome is not None and line.category != FIRST_TOPIC:
        said.insert(0, _outcome(line))
    return [*said, *(_resolution(one, units) for one in held.resolutions.get(line.id, ()))]


def _outcome(line: Line) -> str:
    match line.outcome:
        case Outcome.NOTED:
            return "会议听取了汇报。"
        case Outcome.PASSED:
            return "会议审议通过。"
        case Outcome.NOT_PASSED:
            return "会议审议，未获通过。"
    return "会议决定暂缓审议。"


def _resolution(one: Resolution, units: Mapping[str, str]) -> str:
    helping = "、".join(units.get(code, code) for code in one.co_units)
    by = f"责任单位：{units.get(one.lead_unit, one.lead_unit)}" + (f"，配合单位：{helping}" if helping else "")
    year, month, day = one.due_on.split("-")
    return f"议定：{one.matter}（{by}；完成时限：{year}年{int(month)}月{int(day)}日）"


def _names(seats: list[Seat], names: Mapping[str, str]) -> str:
    return "、".join(names.get(one.person, one.person) for one in seats)


def _leave(seat: Seat, names: Mapping[str, str]) -> str:
    name = names.get(seat.person, seat.person)
    if seat.leave == GRANTED:
        return name
    return f"{name}（未准假）" if seat.answer == ASKS_LEAVE else f"{name}（缺席）"


def _attended(at: int, line: Line, held: Meeting, names: Mapping[str, str]) -> str:
    there = [one for one in line.attendees if one in held.arrived]
    return f"{'、'.join(names.get(one, one) for one in there)}（第{ordinal(at)}项）" if there else ""
