"""审计日志: everything the office's ledgers tell, filtered, searched, page by page, and as a table to take along.

Whoever looks into it leaves an entry in it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from app import spreadsheets
from app.audit.blueprint import audit
from app.audit.words import (
    CATEGORIES,
    OUTCOMES,
    PAGES,
    Labels,
    acts_called,
    people_in,
    tells_of_units,
    told_sentence,
    words,
)
from app.current import current_house
from app.ledgers import tell
from app.registers import ASKED_CHARACTERS, given, tell_taken
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.commands.case import SYSTEM
from engine.model import Actor
from engine.persistence.tables import process_definition, process_instance
from workflows.attachments.records import attachment
from workflows.audit_log import searching
from workflows.audit_log.entries import REFUSED
from workflows.audit_log.searching import LogLine, Narrowing
from workflows.duties import AUDITORS
from workflows.organisation import queries
from workflows.organisation.records import person as person_table
from workflows.organisation.values import Person
from workflows.visibility import readings_of

READ, EXPORTED = "audit:read", "audit:exported"
FILTERS = ("since", "until", "person", "category", "act", "object", "q")


@dataclass(frozen=True)
class ShownLine:
    """A line as the page and the table show it; ``about`` is what the entry is about, in words."""

    line: LogLine
    act: str
    category: str
    actor: str
    about: str
    link: str
    told: str

    @property
    def refused(self) -> bool:
        return self.line.entry.outcome == REFUSED


@dataclass(frozen=True)
class _Asked:
    narrowed: Narrowing
    nobody: bool
    object_label: str


@audit.get("/log")
@posts_required(AUDITORS)
def log() -> ResponseReturnValue:
    person = current_person()
    tell_of_looking("log")
    with reading(current_house().pool) as connection:
        asked = _asked(connection)
        found = _found(connection, asked, person)
        page = searching.page_of(connection, found, request.args.get("after"))
        lines = _shown(connection, page.rows)
    return render_template(
        "audit/log.html",
        page=page,
        lines=lines,
        cut=found.cut,
        asked=asked,
        words=words(),
        filtered=any(given(one) for one in FILTERS),
    )


@audit.get("/log.xlsx")
@posts_required(AUDITORS)
def log_as_table() -> ResponseReturnValue:
    tell_taken(_("审计日志"), EXPORTED)
    with reading(current_house().pool) as connection:
        return spreadsheets.stream(_("审计日志"), _header(), _rows(connection))


@audit.get("/log.csv")
@posts_required(AUDITORS)
def log_as_csv() -> ResponseReturnValue:
    tell_taken(_("审计日志"), EXPORTED)
    with reading(current_house().pool) as connection:
        return spreadsheets.stream_csv(_("审计日志"), _header(), _rows(connection))


@audit.get("/readings")
@posts_required(AUDITORS)
def readings() -> ResponseReturnValue:
    return redirect(url_for("audit.log", category="readings"))


def tell_of_looking(page: str) -> None:
    """Tell that somebody has looked into a page of the auditor's room, and what they asked of it."""
    house, username = current_house(), current_person().username
    with transaction(house.pool) as connection:
        told = {"page": page, "asked": request.query_string.decode(errors="replace")[:ASKED_CHARACTERS]}
        tell(connection, house, readings_of(username), READ, told, Actor(username))


def _asked(connection: Connection) -> _Asked:
    named, whose = given("person"), ""
    if named:
        row = person_table.c
        exact = select(row.username).where(row.username == named)
        by_name = select(row.username).where(row.name == named).order_by(row.username)
        whose = connection.scalar(exact) or connection.scalar(by_name) or ""
        if named in (SYSTEM.username, _("系统")):
            whose = SYSTEM.username
    kind, _sep, object_id = given("object").partition(":")
    category = given("category", CATEGORIES)
    narrowed = Narrowing(
        since=_day("since"),
        until=_day("until"),
        person=whose,
        category=category,
        act=given("act"),
        object_kind=kind if object_id else "",
        object_id=object_id,
        q=given("q"),
    )
    label = _objects(connection, {(kind, object_id)}).get((kind, object_id), object_id) if object_id else ""
    return _Asked(narrowed, bool(named) and not whose, label)


def _found(connection: Connection, asked: _Asked, person: Person) -> searching.Found:
    if asked.nobody:
        return searching.Found((), cut=False)
    return searching.branches_of(connection, asked.narrowed, person, acts_called(asked.narrowed.q))


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(given(name))
    except ValueError:
        return None


def _shown(connection: Connection, lines: Sequence[LogLine]) -> list[ShownLine]:
    entries = [one.entry for one in lines]
    objects = _objects(connection, {(one.object_kind or "", one.object_id or "") for one in entries})
    usernames = {one.actor for one in entries} | {name for one in lines for name in people_in(one.data)}
    units = queries.names_of_units(connection) if any(tells_of_units(one.data) for one in lines) else {}
    names = {**units, **queries.names_of(connection, usernames), SYSTEM.username: _("系统")}
    shown = {str(one.data["attachment"]) for one in lines if "attachment" in one.data}
    files = _files(connection, shown) if shown else {}
    said, room = words().labels, url_for("audit.index")
    return [_line(one, objects, names, files, said, room) for one in lines]


def _line(
    line: LogLine,
    objects: Mapping[tuple[str, str], str],
    names: Mapping[str, str],
    files: Mapping[str, str],
    said: Labels,
    room: str,
) -> ShownLine:
    entry = line.entry
    told = told_sentence(entry.act, line.data, entry.object_id, names)
    file = files.get(str(line.data.get("attachment")), "")
    return ShownLine(
        line=line,
        act=said.acts.get(entry.act, entry.act),
        category=said.categories.get(entry.category, entry.category),
        actor=names.get(entry.actor, entry.actor),
        about=objects.get((entry.object_kind or "", entry.object_id or ""), entry.object_id or ""),
        link=f"{room}/{entry.object_id}" if entry.object_kind == "case" else "",
        told="；".join(one for one in (file, told) if one),
    )


def _objects(connection: Connection, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return what things are called, by kind and id."""
    ids: dict[str, set[str]] = {}
    for kind, object_id in wanted:
        ids.setdefault(kind, set()).add(object_id)
    found = {("page", name): str(label) for name, label in PAGES.items()}
    for kind, names_of in NAMES.items():
        if kind in ids:
            found |= {(kind, one): name for one, name in names_of(connection, ids[kind]).items()}
    return found


def _titles(connection: Connection, ids: set[str]) -> dict[str, str]:
    case = process_instance.c
    return {row.id: row.title for row in connection.execute(select(case.id, case.title).where(case.id.in_(ids)))}


def _flow_names(connection: Connection, keys: set[str]) -> dict[str, str]:
    flow = process_definition.c
    return {row.key: row.name for row in connection.execute(select(flow.key, flow.name).where(flow.key.in_(keys)))}


def _files(connection: Connection, ids: set[str]) -> dict[str, str]:
    file = attachment.c
    return {row.id: row.name for row in connection.execute(select(file.id, file.name).where(file.id.in_(ids)))}


NAMES: Mapping[str, Callable[[Connection, set[str]], Mapping[str, str]]] = {
    "case": _titles,
    "attachment": _files,
    "person": queries.names_of,
    "unit": lambda connection, _ids: queries.names_of_units(connection),
    "post": lambda connection, _ids: queries.post_names(connection),
    "definition": _flow_names,
}


def _header() -> list[str]:
    return [
        _("时间"),
        _("人员"),
        _("用户名"),
        _("类别"),
        _("行为"),
        _("对象"),
        _("对象编号"),
        _("内容"),
        _("结果"),
        _("记录链"),
        _("序号"),
    ]


def _rows(connection: Connection) -> Iterator[Sequence[Any]]:
    asked = _asked(connection)
    found = _found(connection, asked, current_person())
    batch: list[LogLine] = []
    for line in searching.every_line(connection, found):
        batch.append(line)
        if len(batch) == searching.EXPORTED_AT_ONCE:
            yield from _cells(connection, batch)
            batch = []
    yield from _cells(connection, batch)


def _cells(connection: Connection, lines: Sequence[LogLine]) -> Iterator[Sequence[Any]]:
    for one in _shown(connection, lines):
        entry = one.line.entry
        yield (
            entry.at,
            one.actor,
            entry.actor,
            one.category,
            one.act,
            one.about,
            entry.object_id,
            one.told,
            str(OUTCOMES[entry.outcome]),
            entry.chain,
            entry.seq,
        )
