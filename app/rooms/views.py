from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.once import done_before, form_digest, keep_done
from app.rooms.calendar import DAYS_OF_WEEK, SLOT, at_time, day_rows, monday_of, week_rows
from app.security import current_person, new_key, posts_required
from app.transaction import reading, transaction
from engine.errors import ProcessError
from workflows.duties import holds
from workflows.organisation import queries
from workflows.rooms import bookings, keeping
from workflows.rooms.errors import BookingRefused, RoomRefused
from workflows.rooms.keeping import KEEPERS
from workflows.rooms.opening import SHANGHAI
from workflows.rooms.values import RoomFields, Wish

rooms = Blueprint("rooms", __name__, url_prefix="/rooms")
DAY, WEEK = "day", "week"


@rooms.get("")
def index() -> ResponseReturnValue:
    return _calendar()


@rooms.get("/book")
def ask() -> ResponseReturnValue:
    return _booking_page(request.args)


@rooms.post("/book")
def book() -> ResponseReturnValue:
    house, person, digest = current_house(), current_person(), form_digest()
    place = done_before(person, digest)
    if place:
        return redirect(place)
    try:
        with transaction(house.pool) as connection:
            at = now(connection)
            made = bookings.book(connection, house.office, person, request.form.get("room", ""), _wish(), at)
            place = url_for("rooms.index", day=_day(made.starts_at).isoformat())
            keep_done(connection, person, digest, place)
    except ProcessError as error:
        return _booking_page(request.form, error)
    flash(_("已预订会议室“%(room)s”。", room=made.room.name))
    return redirect(place)


@rooms.get("/bookings/<booking_id>")
def booking(booking_id: str) -> ResponseReturnValue:
    return _one_booking(booking_id)


@rooms.post("/bookings/<booking_id>")
def cancel(booking_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    try:
        with transaction(house.pool) as connection:
            known = bookings.get_booking(connection, booking_id)
            reason = request.form.get("reason", "")
            bookings.cancel(connection, house.office, person, booking_id, reason, now(connection))
    except ProcessError as error:
        return _one_booking(booking_id, error)
    flash(_("已取消对会议室“%(room)s”的预订。", room=known.room.name))
    return redirect(url_for("rooms.index", day=_day(known.starts_at).isoformat()))


@rooms.get("/list")
@posts_required(KEEPERS)
def kept() -> ResponseReturnValue:
    return _rooms_page()


@rooms.post("/list")
@posts_required(KEEPERS)
def add() -> ResponseReturnValue:
    house = current_house()
    try:
        with transaction(house.pool) as connection:
            keeping.add_room(connection, house.office, current_person(), _fields(), now(connection))
    except ProcessError as error:
        return _rooms_page(error)
    flash(_("会议室已添加。"))
    return redirect(url_for("rooms.kept"))


@rooms.post("/list/<room_id>")
@posts_required(KEEPERS)
def change(room_id: str) -> ResponseReturnValue:
    house = current_house()
    try:
        with transaction(house.pool) as connection:
            disabled = request.form.get("disabled") == "true"
            keeping.change_room(
                connection, house.office, current_person(), room_id, _fields(), disabled, now(connection)
            )
    except ProcessError as error:
        return _rooms_page(error, room_id)
    flash(_("会议室已保存。"))
    return redirect(url_for("rooms.kept"))


def _calendar() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    view = request.args.get("view", DAY)
    with reading(house.pool) as connection:
        at = now(connection)
        day = _asked_day(_day(at))
        first, days = (monday_of(day), DAYS_OF_WEEK) if view == WEEK else (day, 1)
        begins = at_time(first, "00:00")
        found = bookings.list_between(connection, begins, begins + timedelta(days=days))
        kept_rooms = keeping.list_rooms(connection, include_disabled=True)
        shown = [one for one in kept_rooms if not one.disabled or any(booked.room.id == one.id for booked in found)]
        names = queries.names_of(connection, {one.booked_by for one in found})
    return render_template(
        "rooms/calendar.html",
        view=view,
        day=day,
        today=_day(at),
        step=timedelta(days=days),
        first=first,
        rooms=shown,
        slots=day_rows(day, shown, found) if view != WEEK else [],
        days=week_rows(day, shown, found) if view == WEEK else [],
        bookings=found,
        names=names,
        slot=SLOT,
        now=at,
        may_book=bookings.may_book(person) is None,
        may_keep=holds(person, KEEPERS) is None,
    )


def _booking_page(given: Mapping[str, Any], error: ProcessError | None = None) -> ResponseReturnValue:
    house = current_house()
    with reading(house.pool) as connection:
        at = now(connection)
        offered = keeping.list_rooms(connection)
    page = render_template(
        "rooms/book.html",
        rooms=offered,
        typed={"day": _day(at).isoformat(), **given},
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
        idempotency_key=new_key(),
    )
    return page, status_of(error) if error else 200


def _one_booking(booking_id: str, error: ProcessError | None = None) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        found = bookings.get_booking(connection, booking_id)
        refusal = bookings.may_cancel(person, found, now(connection))
        people = {one for one in (found.booked_by, found.cancelled_by) if one}
        names = queries.names_of(connection, people)
    page = render_template(
        "rooms/booking.html",
        booking=found,
        names=names,
        refusal=refusal,
        typed=request.form,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200


def _rooms_page(error: ProcessError | None = None, changed: str = "") -> ResponseReturnValue:
    house = current_house()
    with reading(house.pool) as connection:
        found = keeping.list_rooms(connection, include_disabled=True)
    page = render_template(
        "rooms/list.html",
        rooms=found,
        changed=changed,
        typed=request.form if error else {},
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200


def _wish() -> Wish:
    form = request.form
    people = form.get("people", "").strip()
    if people and not people.isdecimal():
        raise BookingRefused("people", "people")
    return Wish(
        starts_at=_instant("starts"),
        ends_at=_instant("ends"),
        purpose=form.get("purpose", ""),
        people=int(people) if people else None,
    )


def _instant(field: str) -> datetime:
    try:
        day = date.fromisoformat(request.form.get("day", "").strip())
        return at_time(day, request.form.get(field, "").strip())
    except (ValueError, OverflowError) as error:
        raise BookingRefused(f"{field}_at", "time") from error


def _fields() -> RoomFields:
    form = request.form
    capacity = form.get("capacity", "").strip()
    if not capacity.isdecimal():
        raise RoomRefused("capacity", "capacity")
    equipment = tuple(form.get("equipment", "").replace("，", "、").replace("\n", "、").split("、"))
    return RoomFields(
        form.get("name", ""), int(capacity), equipment, form.get("opens", "").strip(), form.get("closes", "").strip()
    )


def _asked_day(otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return otherwise


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
