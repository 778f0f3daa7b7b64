"""Logs of events to take away, for tools of process mining: under pseudonyms, unless somebody asks for names."""

import secrets

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.audit.asked import asked_days, flows_of, instants_of, units_of
from app.audit.blueprint import audit
from app.audit.downloads import CSV, download
from app.current import current_house, now
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from workflows.duties import AUDITORS
from workflows.event_logs.exporting import SALT_BYTES, event_log, record_export
from workflows.event_logs.traces import Told
from workflows.event_logs.values import Wanted

MEDIA_TYPES = {"xes": "application/xml", "csv": CSV}
BY_NAME = "name"


@audit.get("/event-logs")
@posts_required(AUDITORS)
def event_logs() -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        since, until = asked_days(request.args, now(connection))
        flows, units = flows_of(connection), units_of(connection)
    return render_template("audit/event_logs.html", flows=flows, units=units, since=since, until=until)


@audit.get("/event-logs/<form>")
@posts_required(AUDITORS)
def take_event_log(form: str) -> ResponseReturnValue:
    if form not in MEDIA_TYPES:
        raise NotFound
    house, given = current_house(), request.args
    by_name = given.get("people") == BY_NAME
    told = Told()
    version = given.get("version", "")
    salt = b"" if by_name else secrets.token_bytes(SALT_BYTES)
    with reading(house.pool) as connection:
        since, until = asked_days(given, now(connection))
        wanted = Wanted(
            given.get("definition", ""),
            int(version) if version.isdecimal() else None,
            *instants_of(since, until),
            frozenset(one for one in given.getlist("unit") if one),
        )
        parts = event_log(connection, house.office.engine, wanted, salt, as_table=form == "csv", told=told)
        answer = download(f"{wanted.key}_{since}_{until}.{form}", MEDIA_TYPES[form], parts)
    named = f"{form}+names" if by_name else form
    with transaction(house.pool) as connection:
        record_export(connection, house.office, current_person(), wanted, named, told, now(connection))
    return answer
