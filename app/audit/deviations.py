"""What deviates in a period: counted by kind, told one by one with the events that show it, and taken away as a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app import spreadsheets
from app.audit.asked import asked_days, flows_of, instants_of
from app.audit.blueprint import audit
from app.audit.deviation_words import names_in, sentence
from app.audit.downloads import csv_answer
from app.current import current_house, now
from app.formats import exact_time
from app.security import current_person, posts_required
from app.sentences.deviations import KINDS, SOURCES
from app.transaction import reading, transaction
from engine.model import Actor
from workflows.deviations import search
from workflows.deviations.search import Found, Period
from workflows.deviations.values import Kind
from workflows.duties import AUDITORS
from workflows.event_logs.exporting import LEDGER

PAGE = 50
READ, EXPORTED = "deviations:read", "deviations:exported"


@audit.get("/deviations")
@posts_required(AUDITORS)
def deviations() -> ResponseReturnValue:
    after = request.args.get("after", "")
    begin = int(after) if after.isdecimal() else 0
    with reading(current_house().pool) as connection:
        at = now(connection)
        since, until = asked_days(request.args, at)
        flows = flows_of(connection)
        wanted = _kind()
        everything = _found(connection, replace(_period(since, until, flows), kinds=frozenset()), at)
        listed = [one for one in everything.findings if wanted is None or one.kind == wanted]
        shown = listed[begin : begin + PAGE]
        names = names_in(connection, shown)
    _record(READ, since, until, len(listed))
    counts = Counter(one.kind for one in everything.findings)
    return render_template(
        "audit/deviations.html",
        findings=[(one, sentence(one, names)) for one in shown],
        cases=everything.cases,
        counts=[(kind, counts[kind]) for kind in Kind if counts[kind]],
        labels=KINDS,
        sources=[(KINDS[kind], SOURCES[kind]) for kind in Kind],
        source=SOURCES,
        total=len(listed),
        looked_at=len(everything.cases),
        following=begin + PAGE if len(listed) > begin + PAGE else None,
        flows=list(flows.items()),
        flow=request.args.get("flow", ""),
        kind=wanted or "",
        since=since,
        until=until,
    )


@audit.get("/deviations.<any(xlsx, csv):form>")
@posts_required(AUDITORS)
def deviations_as_table(form: str) -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        at = now(connection)
        since, until = asked_days(request.args, at)
        found = _found(connection, _period(since, until, flows_of(connection)), at)
        header = [
            _("时间"),
            _("类别"),
            _("流程"),
            _("文号"),
            _("事项"),
            _("事实"),
            _("事项编号"),
            _("事件序号"),
            _("依据"),
        ]
        rows = list(_rows(found, names_in(connection, found.findings)))
    _record(EXPORTED, since, until, len(found.findings), form=form)
    name = _("偏差 %(since)s 至 %(until)s", since=since, until=until)
    return spreadsheets.stream(name, header, rows) if form == "xlsx" else csv_answer(name, header, rows)


def _record(kind: str, since: str, until: str, findings: int, **more: str) -> None:
    """Tell the ledger that somebody has looked at what deviates in a period, which says something of its cases."""
    house, person = current_house(), current_person()
    asked = {"since": since, "until": until, "flow": request.args.get("flow", ""), "kind": _kind() or ""}
    with transaction(house.pool) as connection:
        told = {**asked, **more, "findings": findings}
        house.office.engine.record_ledger(connection, LEDGER, kind, told, Actor(person.username), now(connection))


def _rows(found: Found, names: dict[str, str]) -> Iterator[Sequence[spreadsheets.Cell]]:
    for one in found.findings:
        case = found.cases.get(one.instance_id)
        yield (
            exact_time(one.at),
            str(KINDS[one.kind]),
            case.flow if case else "",
            case.number if case else "",
            case.title if case else "",
            sentence(one, names),
            one.instance_id,
            "、".join(map(str, one.seqs)),
            str(SOURCES[one.kind]),
        )


def _kind() -> Kind | None:
    text = request.args.get("kind", "")
    return Kind(text) if text in set(Kind) else None


def _period(since: str, until: str, flows: dict[str, str]) -> Period:
    begin, end = instants_of(since, until)
    flow, kind = request.args.get("flow", ""), _kind()
    return Period(begin, end, frozenset({flow} if flow in flows else ()), frozenset({kind} if kind is not None else ()))


def _found(connection: Connection, period: Period, at: datetime) -> Found:
    return search.find(connection, current_house().office, period, at)
