"""Meeting rooms on the pages: booked once, shown in the calendar, cancelled with a reason, looked after by few."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.rooms.calendar import SLOT, at_time, day_rows, monday_of, week_rows
from app.transaction import reading, transaction
from tests.rooms.booking import on_the_day, with_rooms
from tests.web.clerk import Clerk, alert, field_errors
from workflows import verification
from workflows.rooms.values import Booking, Room

DAY = on_the_day("00:00").date()
WISH = {"room": "1", "day": DAY.isoformat(), "starts": "09:00", "ends": "11:30", "purpose": "党委会", "people": "11"}
ROOM = {"name": "1301", "capacity": "8", "opens": "08:00", "closes": "18:00", "equipment": "显示屏、白板"}


@pytest.fixture
def rooms_site(site: Flask) -> Flask:
    house = with_rooms(site.extensions["banjie"])
    with transaction(house.pool) as connection:
        house.office.engine.set_clock(connection, on_the_day("08:00", 10))
    return site


def test_a_room_is_booked_and_stands_in_the_calendar_of_the_day_and_of_the_week(rooms_site: Flask) -> None:
    clerk = Clerk(rooms_site, "jinshubai")
    form = clerk.get(f"/rooms/book?room=1&day={DAY}&starts=09:00&ends=10:00").text
    assert 'value="09:00"' in form
    booked = clerk.post("/rooms/book", **WISH)
    assert booked.location == f"/rooms?day={DAY}"
    day = clerk.get(booked.location).text
    assert "已预订会议室“1208”。" in day
    assert re.search(r'<td rowspan="5" class="is-taken"><a[^>]*><strong>09:00—11:30</strong> 党委会', day)
    assert "党委会" in clerk.get(f"/rooms?day={DAY}&view=week").text
    assert "预订 1206，09:00 起" in day
    assert "预订 1208，09:00 起" not in day


def test_a_form_that_is_sent_twice_books_once(rooms_site: Flask) -> None:
    clerk = Clerk(rooms_site, "jinshubai")
    form = {**WISH, "idempotency_key": clerk.hidden("/rooms/book")["idempotency_key"]}
    assert [clerk.post("/rooms/book", **form).status_code for _twice in range(2)] == [302, 302]
    assert clerk.get(f"/rooms?day={DAY}").text.count("<strong>09:00—11:30</strong>") == 2  # in the grid and in the list


def test_whoever_comes_second_is_told_by_whom_the_room_is_taken_and_keeps_what_was_typed(rooms_site: Flask) -> None:
    Clerk(rooms_site, "jinshubai").post("/rooms/book", **WISH)
    refused = Clerk(rooms_site, "suiyiming").post("/rooms/book", **{**WISH, "starts": "11:00", "purpose": "安全例会"})
    assert refused.status_code == 409
    assert "会议室“1208”在 2025-11-25 09:00 至 2025-11-25 11:30 已由靳书白预订（党委会）" in alert(refused)
    assert 'value="安全例会"' in refused.text


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"starts": "07:00"}, "starts_at", "会议室“1208”的开放时间是 08:00—20:00。"),
        ({"ends": "09:00"}, "ends_at", "没有预订：结束应晚于开始。"),
        ({"day": "2025-11-09"}, "starts_at", "没有预订：这段时间已经过去。"),
        ({"day": "明天"}, "starts_at", "没有预订：请填写开始和结束时间。"),
        ({"people": "21"}, "people", "会议室“1208”只能容纳 20 人。"),
        ({"people": "许多"}, "people", "没有预订：人数应为正整数。"),
        ({"purpose": ""}, "purpose", "没有预订：请填写用途，一行，不超过 200 个字符。"),
    ],
)
def test_what_cannot_be_booked_is_said_at_its_field(
    rooms_site: Flask, given: dict[str, str], field: str, told: str
) -> None:
    refused = Clerk(rooms_site, "jinshubai").post("/rooms/book", **{**WISH, **given})
    assert refused.status_code == 422
    assert field_errors(refused) == {field: told}


def test_a_booking_is_cancelled_with_a_reason_by_who_may(rooms_site: Flask) -> None:
    clerk, other = Clerk(rooms_site, "suiyiming"), Clerk(rooms_site, "gexingyao")
    clerk.post("/rooms/book", **WISH)
    page = "/rooms/bookings/1"
    assert "取消预订" not in other.get(page).text
    assert other.post(page, reason="?").status_code == 403
    assert field_errors(clerk.post(page, reason=" ")) == {"reason": "请用文字写明原因，不超过 2000 个字符。"}
    assert clerk.post(page, reason="改到下周").location == f"/rooms?day={DAY}"
    assert "09:00—11:30" not in clerk.get(f"/rooms?day={DAY}").text
    assert "改到下周" in clerk.get(page).text
    house = rooms_site.extensions["banjie"]
    with reading(house.pool) as connection:
        assert verification.verify(connection, house.office) == []


def test_rooms_are_added_changed_and_taken_out_of_use(rooms_site: Flask) -> None:
    clerk = Clerk(rooms_site, "zhenliyan")
    assert clerk.post("/rooms/list", **ROOM).location == "/rooms/list"
    assert "8 人 · 08:00—18:00 · 显示屏、白板" in clerk.get("/rooms/list").text
    assert clerk.post("/rooms/list/4", **{**ROOM, "disabled": "true"}).status_code == 302
    assert "已停用" in clerk.get("/rooms/list").text
    assert "1301" not in clerk.get("/rooms").text
    refused = clerk.post("/rooms/list", **{**ROOM, "name": "1208"})
    assert refused.status_code == 422
    assert alert(refused) == "会议室没有保存：已有同名的会议室。"
    assert alert(clerk.post("/rooms/list", **{**ROOM, "capacity": "多"})) == "会议室没有保存：容纳人数应为 1 至 10000。"


def test_only_those_whose_post_it_is_look_after_rooms_and_administrators_book_none(rooms_site: Flask) -> None:
    clerk, administrator = Clerk(rooms_site, "suiyiming"), Clerk(rooms_site, "jiziheng")
    assert clerk.get("/rooms/list").status_code == 403
    assert clerk.post("/rooms/list", **ROOM).status_code == 403
    assert "管理会议室" not in clerk.get("/rooms").text
    assert 'href="/rooms"' not in administrator.get("/worklist").text
    assert administrator.post("/rooms/book", **WISH).status_code == 403


def test_an_unknown_booking_or_room_is_not_there(rooms_site: Flask) -> None:
    clerk = Clerk(rooms_site, "jinshubai")
    assert clerk.get("/rooms/bookings/99").status_code == 404
    assert clerk.post("/rooms/book", **{**WISH, "room": "99"}).status_code == 404
    assert clerk.get("/rooms?day=nonsense&view=nonsense").status_code == 200


def room(number: int, opens: str = "08:00", closes: str = "20:00") -> Room:
    return Room(str(number), number, f"1{number:03}", 10, (), opens, closes, False)


def booking(number: int, of: Room, first: int, quarters: int) -> Booking:
    starts = at_time(DAY, of.opens) + timedelta(minutes=15 * first)
    ends = starts + timedelta(minutes=15 * quarters)
    return Booking(str(number), of, starts, ends, "会", None, None, "x", starts, None, None, None)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9), st.booleans()), max_size=12))
def test_the_calendar_of_a_day_shows_every_booking_once_in_a_table_without_holes(
    gaps: list[tuple[int, int, bool]],
) -> None:
    """Bookings of two rooms, each some quarters after the one before it."""
    rooms, found, ends = [room(1), room(2, "09:00", "18:00")], [], [0, 0]
    for number, (gap, quarters, second) in enumerate(gaps):
        of, limit = rooms[second], 36 if second else 48
        first = ends[second] + gap
        if first + quarters <= limit:
            found.append(booking(number, of, first, quarters))
            ends[second] = first + quarters
    rows = day_rows(DAY, rooms, found)
    shown = [one for row in rows for cell in row.cells for one in cell.bookings]
    assert sorted(one.id for one in shown) == sorted(one.id for one in found)
    for of in rooms:
        cells = [cell for row in rows for cell in row.cells if cell.room == of]
        assert sum(cell.rows for cell in cells) == len(rows)
        for cell in cells:
            until = cell.starts_at + SLOT * cell.rows
            assert all(cell.starts_at <= one.starts_at and one.ends_at <= until for one in cell.bookings)


def test_a_week_begins_on_monday() -> None:
    first = room(1)
    rows = week_rows(DAY, [first], [booking(1, first, 4, 4)])
    assert rows[0].day == monday_of(DAY)
    assert [len(row.bookings[0]) for row in rows] == [0, 1, 0, 0, 0, 0, 0]
