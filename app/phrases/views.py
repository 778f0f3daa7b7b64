from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.kinds import KIND_LABELS
from app.security import current_person
from app.transaction import reading, transaction
from engine.errors import InvalidSubmission
from engine.model import Actor, Value
from workflows.duties import may_edit_office_phrases, require
from workflows.organisation.values import Record
from workflows.phrases import actions

phrases = Blueprint("phrases", __name__, url_prefix="/phrases")
UP, DOWN = "up", "down"


@phrases.get("/own")
def own() -> ResponseReturnValue:
    return _page(_owner("own"))


@phrases.get("/office")
def office() -> ResponseReturnValue:
    return _page(_owner("office"))


@phrases.post("/<any(own, office):whose>")
def add(whose: str) -> ResponseReturnValue:
    return _changed(
        whose,
        "new",
        lambda connection, owner, record: actions.add(connection, owner, _text(), _kind(), record),
    )


@phrases.post("/<any(own, office):whose>/<phrase_id>")
def change(whose: str, phrase_id: str) -> ResponseReturnValue:
    def act(connection: Connection, owner: str | None, record: Record | None) -> None:
        what = request.form.get("do", "")
        if what == "remove":
            actions.remove(connection, owner, phrase_id, record)
        elif what in (UP, DOWN):
            actions.move(connection, owner, phrase_id, -1 if what == UP else 1, record)
        else:
            actions.change(connection, owner, phrase_id, _text(), _kind(), record)

    return _changed(whose, phrase_id, act)


Act = Callable[[Connection, str | None, Record | None], object]


def _changed(whose: str, at: str, act: Act) -> ResponseReturnValue:
    house, person, owner = current_house(), current_person(), _owner(whose)
    try:
        with transaction(house.pool) as connection:
            instant = now(connection)

            def record(kind: str, data: Mapping[str, Value]) -> None:
                house.office.engine.record_ledger(
                    connection, actions.LEDGER, kind, data, Actor(person.username), instant
                )

            act(connection, owner, record if owner is None else None)
    except InvalidSubmission as error:
        return _page(owner, at, field_errors(error), told(error, house)), status_of(error)
    flash(_("已保存。"))
    return redirect(url_for(f"phrases.{whose}"))


def _owner(whose: str) -> str | None:
    """Return whose phrases are meant: None stands for the office, and asks for the post."""
    if whose == "own":
        return current_person().username
    require(may_edit_office_phrases(current_person()))
    return None


def _text() -> str:
    return request.form.get("text", "")


def _kind() -> str | None:
    kind = request.form.get("kind", "")
    return kind if kind in KIND_LABELS else None


def _page(owner: str | None, at: str = "", errors: dict[str, str] | None = None, message: str = "") -> str:
    with reading(current_house().pool) as connection:
        listed = actions.list_owned(connection, owner)
        others = [] if owner is None else actions.list_owned(connection, None)
    return render_template(
        "phrases/phrases.html",
        whose="office" if owner is None else "own",
        phrases=listed,
        others=others,
        kinds=KIND_LABELS,
        limit=actions.LONGEST,
        may_edit_office=may_edit_office_phrases(current_person()) is None,
        at=at,
        errors=errors or {},
        message=message,
    )
