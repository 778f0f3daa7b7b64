"""Looks for deviations in the cases and numbers of a period."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, select

from engine.model import HistoryEvent
from engine.persistence import history
from engine.persistence.tables import process_definition, process_instance
from workflows.calendar.working_time import WorkingTime
from workflows.deviations import handling, numbers, signing
from workflows.deviations.numbers import Numbered
from workflows.deviations.values import Finding, Kind, Watched
from workflows.document_approval.records import document
from workflows.numbering import series
from workflows.numbering.records import given_number
from workflows.office import Office

CASES_AT_ONCE = 100
FILES = frozenset({"file", "files"})
SUBSTANCE = frozenset({"title", "body", "main_recipients", "copied_organs", "document_type", "issuing_organ"})
"""The fields whose text is the document's substance. 登记 and what follows write others, which is their work."""
RULES: tuple[Callable[[Watched], Iterator[Finding]], ...] = (
    handling.interventions,
    handling.repeated,
    handling.skipped,
    handling.outside_hours,
    handling.overdue,
    handling.unanswered,
    handling.recorded,
    signing.drafted_and_signed,
    signing.backdated,
    signing.signed_after_number,
    signing.changed_after_signing,
)
OF_NUMBERS = frozenset({Kind.OUT_OF_ORDER, Kind.VOIDED, Kind.GAP})


_cases = (
    select(
        *(process_instance.c[name] for name in ("id", "title", "number", "definition_id")),
        *(process_definition.c[name] for name in ("key", "name")),
    )
    .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
    .order_by(process_instance.c.id)
)


@dataclass(frozen=True)
class Period:
    """Which findings are wanted: of what happened from one instant to before another, in the cases of these flows, or of all.

    ``kinds`` are those wanted; all where there are none.
    """

    since: datetime
    until: datetime
    flows: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True)
class LookedAt:
    """A case that belongs to a period, with what was found in it."""

    instance_id: str
    title: str
    number: str
    flow: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Found:
    """What a search came to: the cases it looked at, all findings with the newest first, and the case that each belongs to."""

    cases: Mapping[str, LookedAt] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def find(connection: Connection, office: Office, period: Period, now: datetime) -> Found:
    """Return what deviates in a period.

    Args:
        connection: For reading.
        office: The office.
        period: What is wanted.
        now: Aware instant; what is open then and overdue counts as overdue.

    Returns:
        The cases in which anything happened in the period, and the findings that fall into it.
    """
    calendar = office.calendars.current(connection)
    cases: dict[str, LookedAt] = {}
    for one in looked_at(connection, office, period, calendar, now):
        cases[one.instance_id] = one
    findings = [finding for one in cases.values() for finding in one.findings]
    wanted_numbers = not period.kinds or period.kinds & OF_NUMBERS
    if wanted_numbers:
        findings += _of_numbers(connection, period, cases)
    findings.sort(key=lambda one: (one.at, one.instance_id, one.kind, one.seqs), reverse=True)
    return Found(cases, tuple(findings))


def looked_at(
    connection: Connection, office: Office, period: Period, calendar: WorkingTime, now: datetime
) -> Iterator[LookedAt]:
    """Yield the cases in which anything happened in a period, in the order of their ids, a few read at a time."""
    after = ""
    while rows := _next_cases(connection, period, after):
        chains = history.list_of_chains(connection, [row.id for row in rows])
        for row in rows:
            case = _watched(office, connection, row, tuple(chains.get(row.id, ())), calendar, now)
            found = tuple(one for rule in RULES for one in rule(case) if _wanted(one, period))
            yield LookedAt(row.id, row.title, row.number or "", row.name, found)
        after = rows[-1].id


def in_cases(
    connection: Connection, office: Office, instance_ids: Sequence[str], until: datetime
) -> Iterator[LookedAt]:
    """Yield cases with everything that deviates in them up to an instant, in the order of their ids.

    Args:
        connection: For reading.
        office: The office.
        instance_ids: The cases.
        until: Aware instant; what was told later is not looked at, so that a search can be repeated.
    """
    calendar = office.calendars.current(connection)
    ids = sorted(instance_ids)
    for begin in range(0, len(ids), CASES_AT_ONCE):
        several = ids[begin : begin + CASES_AT_ONCE]
        rows = connection.execute(_cases.where(process_instance.c.id.in_(several)))
        chains = history.list_of_chains(connection, several)
        for row in rows.all():
            events = tuple(one for one in chains.get(row.id, ()) if one.at <= until)
            case = _watched(office, connection, row, events, calendar, until)
            found = tuple(one for rule in RULES for one in rule(case)) if events else ()
            yield LookedAt(row.id, row.title, row.number or "", row.name, found)


def _wanted(one: Finding, period: Period) -> bool:
    return period.since <= one.at < period.until and (not period.kinds or one.kind in period.kinds)


def _next_cases(connection: Connection, period: Period, after: str) -> list[Row[tuple[object]]]:
    case = process_instance.c
    query = (
        _cases.where(case.id > after, case.started_at < period.until)
        .where((case.head_at >= period.since) | case.ended_at.is_(None))
        .limit(CASES_AT_ONCE)
    )
    if period.flows:
        query = query.where(process_definition.c.key.in_(sorted(period.flows)))
    return list(connection.execute(query))


def _watched(
    office: Office,
    connection: Connection,
    row: Row[tuple[object]],
    events: tuple[HistoryEvent, ...],
    calendar: WorkingTime,
    now: datetime,
) -> Watched:
    deployed = office.engine.deployed(connection, row.definition_id)
    activities = deployed.process.activities.values()
    fields = {key: one for step in activities for key, one in office.forms.of(deployed, step).fields.items()}
    return Watched(
        instance_id=row.id,
        events=events,
        steps={one.id: one.name for one in activities if one.name},
        fields={key: one.label for key, one in fields.items()},
        files=frozenset(key for key, one in fields.items() if one.type in FILES),
        texts=SUBSTANCE & fields.keys(),
        calendar=calendar,
        now=now,
    )


def _of_numbers(connection: Connection, period: Period, cases: dict[str, LookedAt]) -> list[Finding]:
    found: list[Finding] = []
    for one in series.list_series(connection):
        line = _line(connection, one.code, one.year)
        if period.flows:
            line = [number for number in line if number.instance_id in cases]
        else:
            found += numbers.gaps(f"{one.code}〔{one.year}〕", one.opening, line)
        found += numbers.out_of_order(line)
        found += numbers.voided(line)
    return [one for one in found if _wanted(one, period)]


def _line(connection: Connection, code: str, year: int) -> list[Numbered]:
    number, of_document = given_number.c, document.c
    columns = (number.serial, number.text, number.instance_id, number.given_at, of_document.issued_on)
    query = (
        select(*columns, number.voided_at, number.voided_by, number.void_reason)
        .outerjoin(document, of_document.instance_id == number.instance_id)
        .where(number.code == code, number.year == year)
        .order_by(number.serial)
    )
    return [
        Numbered(
            row.serial,
            row.text,
            row.instance_id,
            row.given_at,
            row.issued_on or "",
            row.voided_at,
            row.voided_by or "",
            row.void_reason or "",
        )
        for row in connection.execute(query)
    ]
