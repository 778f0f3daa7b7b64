"""A year of the calendar: proposed by the library or a file, imported by one person, put into force by another."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, delete, insert, update

from app.house import House
from app.transaction import reading, transaction
from engine.model import Value
from tests.office import MORNING
from tests.workflows.calendars import HOURS, NOTHING, published
from workflows.calendar import actions, files, library
from workflows.calendar.calendars import LEDGER, Calendars
from workflows.calendar.errors import (
    CalendarImportNotFound,
    ImportSettled,
    OwnImport,
    SameAsInForce,
    SourceRequired,
    YearNotPublished,
    YearRefused,
)
from workflows.calendar.proposals import Line, Proposal, proposal_of
from workflows.calendar.queries import get_import, list_imports
from workflows.calendar.records import calendar_day, calendar_import
from workflows.calendar.values import DayKind, ImportedYear, SpecialDay, YearState
from workflows.calendar.working_time import WorkingTime
from workflows.errors import PostRequired
from workflows.organisation.errors import ImportRefused
from workflows.organisation.queries import get_person
from workflows.organisation.values import Person
from workflows.verification import verify

NOTICE = "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
HOLIDAY, WORKDAY = DayKind.HOLIDAY, DayKind.WORKDAY
IMPORTER, OTHER, STRANGER = "shangkewei", "boruoxi", "gexingyao"
HOUR = timedelta(hours=1)


class Keeping:
    """The calendar of a house, kept by its people, each act an hour after the one before."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.now = MORNING

    def person(self, connection: Connection, username: str) -> Person:
        return get_person(connection, username)

    def import_year(
        self, year: int = 2026, by: str = IMPORTER, source: str = NOTICE, proposal: Proposal | None = None
    ) -> ImportedYear:
        self.now += HOUR
        given = proposal or library.propose(year, NOTHING)
        with transaction(self.house.pool) as connection:
            person = self.person(connection, by)
            return actions.import_year(connection, self.house.office.engine, person, given, source, self.now)

    def act(self, what: Callable[..., ImportedYear], import_id: str, by: str = OTHER) -> ImportedYear:
        self.now += HOUR
        with transaction(self.house.pool) as connection:
            return what(connection, self.house.office.engine, self.person(connection, by), import_id, self.now)

    def calendar(self) -> WorkingTime:
        with reading(self.house.pool) as connection:
            return self.house.office.calendars.current(connection)

    def states(self, year: int = 2026) -> list[str]:
        with reading(self.house.pool) as connection:
            return [one.state.value for one in list_imports(connection, year)]

    def breaks(self) -> list[str]:
        with reading(self.house.pool) as connection:
            return [one.reason for one in verify(connection, self.house.office)]


@pytest.fixture
def keeping(house: House) -> Keeping:
    return Keeping(house)


@pytest.fixture
def kept(sqlite_house: House) -> Keeping:
    return Keeping(sqlite_house)


def proposed(year: int, *days: tuple[str, DayKind, str]) -> Proposal:
    lines = [Line(n, SpecialDay(date.fromisoformat(on), kind, name)) for n, (on, kind, name) in enumerate(days, 1)]
    return proposal_of(year, lines, "test")


def test_the_demonstration_office_has_2025_in_force_and_not_2026(kept: Keeping) -> None:
    calendar = kept.calendar()
    assert calendar.years == {2025}
    assert calendar.special == published(2025).special
    assert kept.states(2025) == ["in_force"]
    assert kept.states(2026) == []


def test_a_year_counts_once_somebody_else_has_put_it_into_force(keeping: Keeping) -> None:
    imported = keeping.import_year()
    assert imported.state is YearState.PENDING
    assert (imported.source, imported.imported_by, imported.origin) == (NOTICE, IMPORTER, "chinesecalendar 1.11.0")
    assert keeping.calendar().years == {2025}
    assert keeping.calendar().pending == {2026}
    put = keeping.act(actions.put_into_force, imported.id)
    assert (put.state, put.put_into_force_by, put.put_into_force_at) == (YearState.IN_FORCE, OTHER, keeping.now)
    assert keeping.calendar().years == {2025, 2026}
    assert keeping.calendar().pending == frozenset()
    assert keeping.calendar().special == published(2025, 2026).special
    assert keeping.breaks() == []


def test_whoever_imported_a_year_does_not_put_it_into_force(keeping: Keeping) -> None:
    imported = keeping.import_year(by=OTHER)
    with pytest.raises(OwnImport):
        keeping.act(actions.put_into_force, imported.id, OTHER)
    assert keeping.states() == ["pending"]
    keeping.act(actions.put_into_force, imported.id, IMPORTER)
    assert keeping.states() == ["in_force"]


@pytest.mark.parametrize(
    ("username", "keeps"),
    [
        ("shangkewei", True),
        ("boruoxi", True),
        ("zhenliyan", True),
        ("gexingyao", False),
        ("shaxiaoman", False),
        ("jiziheng", False),
        ("peishenzhi", False),
        ("shaoqiheng", False),
    ],
)
def test_the_calendar_is_kept_by_three_posts(kept: Keeping, username: str, keeps: bool) -> None:
    imported = kept.import_year(by="boruoxi" if username != "boruoxi" else "zhenliyan")
    deeds: list[Callable[[], object]] = [
        lambda: kept.import_year(by=username),
        lambda: kept.act(actions.put_into_force, imported.id, username),
    ]
    for deed in deeds:
        if keeps:
            deed()
        else:
            with pytest.raises(PostRequired):
                deed()
    if not keeps:
        with pytest.raises(PostRequired):
            kept.act(actions.discard, imported.id, username)


@pytest.mark.parametrize("source", ["", "  ", "依据" * 101, "第一行\n第二行"])
def test_a_year_without_a_source_is_not_imported(kept: Keeping, source: str) -> None:
    with pytest.raises(SourceRequired):
        kept.import_year(source=source)
    assert kept.states() == []


def test_a_correction_supersedes_and_both_are_kept(keeping: Keeping) -> None:
    first = keeping.import_year()
    keeping.act(actions.put_into_force, first.id)
    longer = Proposal(2026, tuple(sorted([*first.days, SpecialDay(date(2026, 2, 24), HOLIDAY, "春节")])), "更正.csv")
    second = keeping.import_year(proposal=longer, source="国办发明电〔2026〕1号")
    assert keeping.calendar().is_working(date(2026, 2, 24))
    keeping.act(actions.put_into_force, second.id)
    assert not keeping.calendar().is_working(date(2026, 2, 24))
    assert keeping.states() == ["in_force", "superseded"]
    with reading(keeping.house.pool) as connection:
        assert get_import(connection, first.id).days == first.days
        calendars = keeping.house.office.calendars
        assert calendars.at(connection, 2).is_working(date(2026, 2, 24))
        assert not calendars.at(connection, 3).is_working(date(2026, 2, 24))
        assert calendars.at(connection, 1).years == {2025}
        assert calendars.showing(connection, first).is_working(date(2026, 2, 24))
    assert keeping.breaks() == []


def test_what_is_in_force_already_is_not_imported_again(kept: Keeping) -> None:
    kept.act(actions.put_into_force, kept.import_year().id)
    with pytest.raises(SameAsInForce):
        kept.import_year()
    assert kept.import_year(source="另一份通知").state is YearState.PENDING


def test_what_was_settled_is_not_settled_again(kept: Keeping) -> None:
    one, other = kept.import_year(), kept.import_year()
    kept.act(actions.put_into_force, one.id)
    put_at = kept.now
    for deed in (actions.put_into_force, actions.discard):
        with pytest.raises(ImportSettled) as refused:
            kept.act(deed, one.id)
        assert (refused.value.by, refused.value.at) == (OTHER, put_at)
    discarded = kept.act(actions.discard, other.id, IMPORTER)
    assert discarded.state is YearState.DISCARDED
    with pytest.raises(ImportSettled):
        kept.act(actions.put_into_force, other.id)
    assert kept.calendar().pending == frozenset()
    with pytest.raises(CalendarImportNotFound):
        kept.act(actions.discard, "nothing")
    assert kept.breaks() == []


def test_the_ledger_tells_who_did_what(kept: Keeping) -> None:
    imported = kept.import_year()
    kept.act(actions.put_into_force, imported.id)
    with reading(kept.house.pool) as connection:
        told = kept.house.office.engine.history(connection, LEDGER)[-2:]
    assert [(one.kind, one.actor) for one in told] == [
        ("calendar:imported", IMPORTER),
        ("calendar:put_into_force", OTHER),
    ]
    assert told[0].data["source"] == NOTICE
    assert {"on": "2026-02-14", "kind": "workday", "name": "春节"} in list[Value](told[0].data["days"])  # type: ignore[arg-type]


TAMPERING = [
    lambda one: update(calendar_import).where(calendar_import.c.id == one).values(source="没有这份通知"),
    lambda one: update(calendar_import).where(calendar_import.c.id == one).values(put_into_force_by=IMPORTER),
    lambda one: update(calendar_import).where(calendar_import.c.id == one).values(revision=9),
    lambda one: delete(calendar_day).where(calendar_day.c.import_id == one, calendar_day.c.on == "2026-02-16"),
    lambda one: update(calendar_day).where(calendar_day.c.on == "2026-02-28").values(kind="holiday"),
    lambda one: insert(calendar_day).values(import_id=one, on="2026-03-02", kind="holiday", name="自定"),
]


@pytest.mark.parametrize("tamper", TAMPERING)
def test_a_row_that_says_something_else_than_the_ledger_is_found(
    kept: Keeping, tamper: Callable[[str], object]
) -> None:
    imported = kept.import_year()
    kept.act(actions.put_into_force, imported.id)
    with transaction(kept.house.pool) as connection:
        connection.execute(tamper(imported.id))  # type: ignore[call-overload]
    assert kept.breaks() == [f"calendar {imported.id}"]


def test_several_processes_see_the_year_that_one_of_them_put_into_force(keeping: Keeping) -> None:
    elsewhere = Calendars(HOURS)
    with reading(keeping.house.pool) as connection:
        assert elsewhere.current(connection).years == {2025}
    keeping.act(actions.put_into_force, keeping.import_year().id)
    with reading(keeping.house.pool) as connection:
        assert elsewhere.current(connection).years == {2025, 2026}


def test_a_year_that_was_put_into_force_by_a_transaction_that_failed_counts_for_nobody(keeping: Keeping) -> None:
    imported = keeping.import_year()
    engine, calendars = keeping.house.office.engine, keeping.house.office.calendars

    def fail() -> None:
        with transaction(keeping.house.pool) as connection:
            actions.put_into_force(connection, engine, keeping.person(connection, OTHER), imported.id, keeping.now)
            assert calendars.current(connection).years == {2025, 2026}
            raise CalendarImportNotFound("x")

    with pytest.raises(CalendarImportNotFound):
        fail()
    assert keeping.calendar().years == {2025}


def test_the_library_proposes_published_years_alone() -> None:
    assert [day.on.isoformat() for day in library.propose(2026, NOTHING).days if day.kind is WORKDAY] == [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ]
    with pytest.raises(YearNotPublished) as refused:
        library.propose(max(library.published_years()) + 1, NOTHING)
    assert refused.value.last == max(library.published_years())


def test_the_library_proposes_what_is_news_of_the_last_december() -> None:
    known = WorkingTime((SpecialDay(date(2018, 1, 1), HOLIDAY, "元旦"),), frozenset({2018}), HOURS)
    days = {day.on.isoformat(): day.kind for day in library.propose(2019, known).days if day.on.year == 2018}
    assert days == {"2018-12-29": WORKDAY, "2018-12-30": HOLIDAY, "2018-12-31": HOLIDAY}
    assert not [day for day in library.propose(2019, published(2018)).days if day.on.year == 2018]
    assert not [day for day in library.propose(2019, NOTHING).days if day.on.year == 2018]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_days_are_read_from_a_table_as_they_were_written(encoding: str) -> None:
    known = library.propose(2026, NOTHING)
    assert files.propose(2026, "2026.csv", files.written(known.days).encode(encoding)).days == known.days


def test_a_table_may_be_written_as_people_write() -> None:
    content = "date,kind,name\n2026/1/1,休,元旦\n2026.1.4,班,元旦\n2025-12-31,放假,元旦\n"
    assert files.propose(2026, "年.csv", content.encode()).days == (
        SpecialDay(date(2025, 12, 31), HOLIDAY, "元旦"),
        SpecialDay(date(2026, 1, 1), HOLIDAY, "元旦"),
        SpecialDay(date(2026, 1, 4), WORKDAY, "元旦"),
    )


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ("", (1, "file", "no_days")),
        ("2026-02-30,holiday,春节", (2, "date", "date")),
        ("二月十五日,holiday,春节", (2, "date", "date")),
        ("2026-02-15,perhaps,春节", (2, "kind", "kind")),
        ("2026-02-15,holiday,", (2, "name", "day_name")),
        ("2026-02-15,holiday," + "春" * 21, (2, "name", "day_name")),
        ("2026-02-15,holiday,春节\n2026-02-15,workday,春节", (3, "date", "twice")),
        ("2027-02-15,holiday,春节", (2, "date", "other_year")),
        ("2025-11-30,holiday,春节", (2, "date", "other_year")),
        ("2026-02-16,workday,春节", (2, "kind", "works_anyway")),
    ],
)
def test_a_table_that_cannot_be_meant_so_is_refused(lines: str, refused: tuple[int, str, str]) -> None:
    with pytest.raises(ImportRefused) as error:
        files.propose(2026, "2026.csv", f"date,kind,name\n{lines}\n".encode())
    assert error.value.lines == (refused,)


def test_every_bad_line_of_a_table_is_named() -> None:
    with pytest.raises(ImportRefused) as error:
        files.propose(2026, "2026.csv", b"date,kind,name\n1,2,3\n2026-02-15,4,5\n")
    assert error.value.lines == ((2, "date", "date"), (3, "kind", "kind"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"on,kind,name\n", "date,kind,name"),
        (b"\xff\xfe\x00", "encoding"),
        (b"date,kind,name\n" + b"x" * 2_000_000, "too_big"),
        (b"BEGIN:VCALENDAR\nnonsense", "icalendar"),
        (b'date,kind,name\n"' + b"x" * 200_000, "unreadable"),
        (
            files.written(
                tuple(SpecialDay(date(2026, 1, 1) + timedelta(n), HOLIDAY, "长") for n in range(151))
            ).encode(),
            "too_big",
        ),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ImportRefused) as error:
        files.propose(2026, "x", content)
    assert [why for _line, _field, why in error.value.lines] == [reason]


def events(*inside: str) -> bytes:
    wrapped = "".join(f"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT\r\n" for one in inside)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//\r\n{wrapped}END:VCALENDAR\r\n".encode()


def test_days_are_read_from_the_events_of_a_calendar() -> None:
    content = events(
        "DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260104\r\nSUMMARY:元旦（休）",
        "DTSTART;VALUE=DATE:20260104\r\nSUMMARY:元旦 (work)",
        "DTSTART;VALUE=DATE:20260214\r\nDTEND;VALUE=DATE:20260215\r\nSUMMARY:春节调休上班",
        "DTSTART;VALUE=DATE:20260215\r\nDURATION:P9D\r\nSUMMARY:春节\r\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY",
    )
    days = files.propose(2026, "2026.ics", content).days
    assert [(day.on.isoformat(), day.kind, day.name) for day in days[:5]] == [
        ("2026-01-01", HOLIDAY, "元旦"),
        ("2026-01-02", HOLIDAY, "元旦"),
        ("2026-01-03", HOLIDAY, "元旦"),
        ("2026-01-04", WORKDAY, "元旦"),
        ("2026-02-14", WORKDAY, "春节"),
    ]
    assert len(days) == 14


@pytest.mark.parametrize(
    ("inside", "refused"),
    [
        ("DTSTART;VALUE=DATE:20260101\r\nSUMMARY:元旦", ("summary", "unmarked")),
        ("DTSTART:20260101T080000Z\r\nDTEND:20260101T090000Z\r\nSUMMARY:元旦（休）", ("date", "whole_days")),
        ("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:元旦（休）", ("date", "whole_days")),
        ("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:99991231\r\nSUMMARY:元旦（休）", ("date", "whole_days")),
        ("SUMMARY:元旦（休）", ("date", "whole_days")),
    ],
)
def test_an_event_that_says_no_day_is_refused(inside: str, refused: tuple[str, str]) -> None:
    with pytest.raises(ImportRefused) as error:
        files.propose(2026, "2026.ics", events(inside))
    assert error.value.lines == ((1, *refused),)


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_beyond_reason_is_refused(year: int) -> None:
    with pytest.raises(YearRefused):
        actions.check_year(year)
