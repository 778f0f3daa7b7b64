from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import navigation
from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.security import current_person, safe_target
from app.transaction import reading, transaction
from engine.errors import InvalidSubmission
from workflows.box_news import NOTICES
from workflows.notices import preferences
from workflows.notices import reading as notice_reading
from workflows.notices.kinds import ALWAYS, OUTSIDE, Channel, Interval, NoticeKind
from workflows.notices.preferences import Preferences
from workflows.notices.reading import Notice
from workflows.organisation import queries

notices = Blueprint("notices", __name__, url_prefix="/notices")
SAID = frozenset({NoticeKind.MENTIONED, NoticeKind.COMMENTED})


@notices.get("")
def index() -> ResponseReturnValue:
    person, everything = current_person(), "all" in request.args
    with reading(current_house().pool) as connection:
        at = now(connection)
        page = notice_reading.list_notices(
            connection, person, at, unread=not everything, after=request.args.get("after")
        )
        counts = navigation.count_boxes(connection, person, at)
        names = queries.names_of(
            connection, {name for one in page.rows for name in (one.actor, one.on_behalf_of) if name is not None}
        )
    return render_template("notices/index.html", page=page, everything=everything, unread=counts[NOTICES], names=names)


@notices.post("/<int:notice_id>")
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Mark a notice as read, and go to what it is about."""
    with transaction(current_house().pool) as connection:
        notice = notice_reading.read_notice(connection, current_person(), notice_id, now(connection))
    return redirect(_place_of(notice))


@notices.post("/<int:notice_id>/read")
def read(notice_id: int) -> ResponseReturnValue:
    with transaction(current_house().pool) as connection:
        notice_reading.read_notice(connection, current_person(), notice_id, now(connection))
    return redirect(safe_target(request.form.get("next") or url_for("notices.index")))


@notices.post("/read")
def read_all() -> ResponseReturnValue:
    newest = request.form.get("up_to", "")
    with transaction(current_house().pool) as connection:
        up_to = int(newest) if newest.isdecimal() else None
        count = notice_reading.read_all(connection, current_person(), now(connection), up_to)
    flash(_("已将 %(count)s 条通知标为已读。", count=count))
    return redirect(url_for("notices.index"))


@notices.get("/settings")
def settings() -> ResponseReturnValue:
    return _settings_page(_own(), {}, "")


@notices.post("/settings")
def save() -> ResponseReturnValue:
    house, given = current_house(), _given(_own())
    try:
        with transaction(house.pool) as connection:
            preferences.save_preferences(connection, house.office, current_person(), given, now(connection))
    except InvalidSubmission as error:
        return _settings_page(given, field_errors(error), told(error, house)), status_of(error)
    flash(_("通知设置已保存。"))
    return redirect(url_for("notices.settings"))


def _own() -> Preferences:
    username = current_person().username
    with reading(current_house().pool) as connection:
        return preferences.preferences_of(connection, [username])[username]


def _given(before: Preferences) -> Preferences:
    """Return what the form says; of channels that this installation does not have, what was chosen before."""
    shown = {Channel.IN_APP, *current_house().notices.channels}
    choices = dict(before.choices)
    for kind in NoticeKind:
        for channel in shown:
            choices[kind, channel] = f"{kind.value}.{channel.value}" in request.form
        if any(choices.get((kind, channel), False) for channel in OUTSIDE if channel in shown):
            choices[kind, Channel.IN_APP] = True
    interval = request.form.get("interval", "")
    return Preferences(
        Interval(interval) if interval in set(Interval) else before.interval,
        request.form.get("email", "").strip(),
        request.form.get("robot_id", "").strip(),
        choices,
    )


def _settings_page(shown: Preferences, errors: dict[str, str], message: str) -> str:
    return render_template(
        "notices/settings.html",
        shown=shown,
        kinds=list(NoticeKind),
        channels=list(Channel),
        there={Channel.IN_APP, *current_house().notices.channels},
        always=ALWAYS,
        intervals=list(Interval),
        daily_at=current_house().notices.daily_at.strftime("%H:%M"),
        errors=errors,
        message=message,
    )


def _place_of(notice: Notice) -> str:
    if notice.work_item_id is not None:
        return url_for("worklist.item", work_item_id=notice.work_item_id)
    case = url_for("cases.case", instance_id=notice.instance_id)
    return f"{case}#comments" if notice.kind in SAID else case
