"""过程回放: the life of a case on its diagram, what was known at each moment, and the proof that it all happened so."""

import time

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from app.audit.blueprint import audit
from app.audit.frames import frames_of
from app.current import current_house, looking_at_a_case, now
from app.security import current_person, posts_required
from app.transaction import reading
from engine import canonical
from engine.commands.case import SYSTEM
from engine.persistence import instances
from workflows import cases
from workflows.comparison import compare
from workflows.duties import AUDITORS, DIRECTORS
from workflows.moments.life import Life
from workflows.moments.reading import Lives, known_then, last_known
from workflows.organisation import queries
from workflows.versions import COMPARED, TEXTS

READERS = (*AUDITORS, *DIRECTORS)
LIVES = Lives()


@audit.get("/<instance_id>")
@posts_required(READERS)
def history(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        at = now(connection)
        cases.history(connection, house.office, person, instance_id, at, limit=1)  # who may not read it is told so here
        life = LIVES.read(connection, house.office, instance_id)
        seq = _asked(life)
        moment = _moment(connection, instance_id, life, seq)
        people = {name for one in life.events for name in (one.actor, one.on_behalf_of, one.recorded_by) if name}
        names = queries.names_of(connection, people)
        calendar = house.office.calendars.current(connection)
    frames = frames_of(life, names, calendar, lambda **address: url_for("definitions.bpmn", **address))
    return render_template("audit/replay.html", frames=frames, **moment)


@audit.get("/<instance_id>/moment")
@posts_required(READERS)
def moment(instance_id: str) -> ResponseReturnValue:
    house = current_house()
    with reading(house.pool) as connection:
        at = now(connection)
        cases.require_chain(connection, house.office, current_person(), instance_id, at)
        life = LIVES.get(connection, house.office, instance_id)
        shown = _moment(connection, instance_id, life, _asked(life))
    return render_template("audit/moment.html", **shown)


@audit.get("/<instance_id>/proof")
@posts_required(READERS)
def proof(instance_id: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        cases.require_chain(connection, house.office, person, instance_id, at)
        case = instances.get_instance(connection, instance_id)
        began = time.perf_counter()
        result = LIVES.prove(connection, house.office, instance_id)
        seconds = time.perf_counter() - began
    lines = {}
    if result.parting is not None:
        told, given = result.parting.told, result.parting.given
        lines = {
            "tokens": (told.tokens, given.tokens),
            "variables": (_written(told.variables), _written(given.variables)),
            "open_items": (told.open_items, given.open_items),
            "consequences": (told.consequences, given.consequences),
        }
    beside = request.headers.get("X-Requested-With") == "fetch"
    page = "audit/proof.html" if beside else "audit/proof_page.html"
    return render_template(page, case=case, result=result, seconds=seconds, lines=lines)


def _asked(life: Life) -> int:
    """Return the number of the event that was asked for, within those that there are; the last one without."""
    asked = request.args.get("at", "")
    return min(max(int(asked), 1), len(life.events)) if asked.isdecimal() else len(life.events)


def _moment(connection: Connection, instance_id: str, life: Life, seq: int) -> dict[str, object]:
    office = current_house().office
    case = instances.get_instance(connection, instance_id)
    at_the_end = seq == len(life.events)
    known = (
        last_known(connection, office, case, life) if at_the_end else known_then(connection, office, case, life, seq)
    )
    comparable = [one.view.key for one in known.fields if one.view.type in COMPARED]
    versions = {key: len([one for one in life.written.get(key, ()) if one <= seq]) for key in comparable}
    changes = {
        one.view.key: compare(_lines(one.before.value if one.before else ""), _lines(one.view.value))
        for one in known.fields
        if one.changed and one.view.type in TEXTS
    }
    return {
        "case": case,
        "known": known,
        "count": len(life.events),
        "changes": changes,
        "versions": {
            key: (url_for("case_versions.field", instance_id=instance_id, key=key), count)
            for key, count in versions.items()
            if count > 1
        },
        "payload": canonical.readable(known.event.data),
        "calendar": office.calendars.current(connection),
        "system": SYSTEM.username,
    }


def _lines(value: object) -> list[str]:
    return str(value or "").splitlines()


def _written(variables: object) -> tuple[str, ...]:
    """Return variables as lines, each its name and its value, in order of name."""
    assert isinstance(variables, dict)
    return tuple(f"{key} = {canonical.readable(variables[key])}" for key in sorted(variables))
