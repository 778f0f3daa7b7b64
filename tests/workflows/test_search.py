"""Any two neighbouring characters of a case's texts find it a tick later; nobody finds what they may not see."""

import unicodedata
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from app.backup import backup, restore
from app.bench import crowd
from app.house import House
from app.scheduler import follow
from app.transaction import reading, transaction
from engine.persistence.database import create_schema
from engine.persistence.tables import process_instance, work_item
from tests.conftest import Databases
from tests.databases import EMPTY, installation
from tests.office import DRAFT, MORNING, TITLE, Desk
from tests.workflows.test_comments import say
from workflows import boxes, few
from workflows.few import among_few
from workflows.organisation.records import person
from workflows.search import finding
from workflows.search.index import HEAD_CHARACTERS, OPINION_CHARACTERS, Indexer, clear
from workflows.search.records import case_text
from workflows.search.text import QUERY_CHARACTERS, joined, query_of, readable, terms_of

NEAR = timedelta(hours=24)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=30)
ANYTHING = st.text(max_size=60)
SEARCHES = 20
"""After fewer, the driver has prepared a statement, and the database would make one plan for all words."""


def followed(house: House) -> None:
    while follow(house):
        pass


def found(house: House, q: str, username: str = "zhenliyan", limit: int = 20) -> list[str]:
    """The titles of the cases that a person finds; the office director finds every one."""
    reader = Desk(house).person(username)
    with reading(house.pool) as connection:
        rows = boxes.visible_cases(connection, reader, boxes.Filter(q=q), MORNING, limit=limit).rows
    return [row.case.title for row in rows]


def titled(house: House, *titles: str) -> list[str]:
    ids = [Desk(house).start(title=title).instance_id for title in titles]
    followed(house)
    return ids


def finds(query: str, *texts: str) -> bool:
    """Whether a text of a case is found, as the index and the list judge it together."""
    sought, kept = query_of(query), joined(texts, HEAD_CHARACTERS)
    return bool(sought.terms) and set(sought.terms) <= set(terms_of(kept)) and all(p in kept for p in sought.pieces)


@given(CHINESE, st.data())
def test_any_part_of_a_chinese_text_finds_it(written: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(written) - 1))
    end = data.draw(st.integers(start + 1, len(written)))
    assert finds(written[start:end], "别的文字", written)


@given(CHINESE, CHINESE)
def test_a_run_that_stands_in_no_text_finds_nothing(written: str, sought: str) -> None:
    known = unicodedata.normalize("NFKC", written)
    assert finds(sought, written) is (unicodedata.normalize("NFKC", sought) in known)


@given(ANYTHING, ANYTHING)
def test_whatever_is_typed_becomes_terms_of_letters_and_digits_alone(written: str, sought: str) -> None:
    assert all(set(one) <= set("0123456789abcdef") for one in query_of(sought).terms + tuple(terms_of(written)))
    assert finds(sought, written, sought) is bool(readable(sought))


@pytest.mark.parametrize(
    ("sought", "is_found"),
    [
        ("report", True),
        ("REPORT", True),
        ("ｒｅｐ", True),
        ("rep", True),
        ("re", False),
        ("port", False),
        ("46", True),
        ("4", False),
        ("沐原办〔2025〕46号", True),
        ("沐原办(2025)46号", True),
        ("沐原办〔2025〕4号", False),
        ("202", True),
        ("internationalisation", True),
        ("internationalisations", False),
        ("internationalization", False),
        ("年度report", True),
    ],
)
def test_words_are_found_whole_or_from_three_characters_on_by_their_beginning(sought: str, *, is_found: bool) -> None:
    assert finds(sought, "沐原办〔2025〕46号", "年度Report，Internationalisation") is is_found


def test_title_number_form_and_opinion_find_a_case_a_tick_later(house: House) -> None:
    desk = Desk(house)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "CWB"])
    assert found(house, "假日") == []
    followed(house)
    for sought in (
        "节假",
        "办公",
        "调休",
        "春节",
        "补写",
        "拟同",
        "采纳",
        "47号",
        "日安排的通",
    ):
        assert found(house, sought) == [TITLE], sought
    for sought in ("车改", "休调", "gexingyao", "zhenliyan", "QY1", "AHB"):
        assert found(house, sought) == [], sought


def test_what_was_said_in_a_case_finds_it_by_those_who_may_see_it(house: House) -> None:
    desk = Desk(house)
    desk.to_countersign()
    followed(house)
    say(desk, "gexingyao", "第三条与车改方案不一致。")
    say(desk, "shiyanqiu", "已核对。")
    followed(house)
    assert found(house, "车改方案") == found(house, "核对", "luanhaiping") == [TITLE]
    assert found(house, "核对", "suiyiming") == []


def test_a_changed_form_is_found_by_its_new_words_and_no_longer_by_the_old(house: House) -> None:
    desk = Desk(house)
    desk.start(title="关于党办车改的请示")
    followed(house)
    assert found(house, "党办") == found(house, "车改") == found(house, "办车") == ["关于党办车改的请示"]
    desk.act("gexingyao", "submit", **DRAFT)
    followed(house)
    assert found(house, "车改") == []
    assert found(house, "假日") == [TITLE]


@pytest.mark.parametrize("most", [0, 1_000])
def test_who_may_not_see_a_case_does_not_find_it(house: House, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(finding, "FEW_FOUND", most)
    titled(house, "关于车改的请示")
    assert found(house, "车改") == found(house, "车改", "gexingyao") == ["关于车改的请示"]
    assert found(house, "车改", "quanning") == []


def test_everybody_sees_the_same_cases_whether_theirs_are_few_or_many(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(house)
    desk.to_signing()
    Desk(house).to_countersign()
    titled(house, "关于车改的请示")
    with reading(house.pool) as connection:
        everybody = list(connection.scalars(select(person.c.username)))
    gone_through_one_by_one = {one: found(house, "", one) for one in everybody}
    finds_one_by_one = {one: found(house, "假日", one) for one in everybody}
    monkeypatch.setattr(few, "FEW", 0)
    assert {one: found(house, "", one) for one in everybody} == gone_through_one_by_one
    assert {one: found(house, "假日", one) for one in everybody} == finds_one_by_one
    assert {len(cases) for cases in gone_through_one_by_one.values()} >= {0, 1, 2, 3}


def test_every_box_is_narrowed_by_the_text(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(house)
    desk.start(title="关于值班的通知")
    desk.act("gexingyao", "submit", **DRAFT)
    titled(house, "关于车改的请示", "关于食堂的请示")
    for most in (finding.FEW_FOUND, 0):
        monkeypatch.setattr(finding, "FEW_FOUND", most)
        for username, box, sought, other in (
            ("gexingyao", "todo", "车改", "假日"),
            ("gexingyao", "started", "食堂", "改革"),
            ("gexingyao", "in_progress", "假日", "车改"),
            ("shiyanqiu", "todo", "假日", "车改"),
            ("gexingyao", "done", "", "假日"),
        ):
            reader = desk.person(username)
            with reading(house.pool) as connection:
                lists = [
                    partial(one, connection, reader, box, now=desk.now, near_until=desk.now + NEAR)
                    for one in (boxes.list_box, boxes.list_items)
                ]
                for one in lists if box != "in_progress" else lists[:1]:
                    assert len(one(narrowed=boxes.Filter(q=sought)).rows) == (1 if sought else 0)
                    assert one(narrowed=boxes.Filter(q=other)).rows == ()


@pytest.mark.parametrize("most", [0, 1, 5_000])
def test_all_pages_of_what_is_found_give_each_case_once(
    house: House, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(finding, "FEW_FOUND", most)
    titles = [f"关于第{number}批车改的请示" for number in range(7)]
    titled(house, *titles, "关于食堂的请示")
    reader, seen, after = Desk(house).person("gexingyao"), list[str](), None
    while True:
        with reading(house.pool) as connection:
            page = boxes.visible_cases(connection, reader, boxes.Filter(q="车改"), MORNING, after, limit=2)
        seen += [row.case.title for row in page.rows]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == titles


SIGNS = [
    "'",
    '"',
    "100%",
    "a_b",
    "' OR 1=1 --",
    '" OR "',
    "车改 AND",
    "NEAR(车 改)",
    "case_term:车改",
    "\\",
    "\ud800",
    "<->",
]
AROUND = ["车*", "^车", "!车", "车 & | !", "\x00车改", "“车改”"]


@pytest.mark.parametrize("sought", [*SIGNS, *AROUND])
def test_signs_are_plain_text(house: House, sought: str) -> None:
    titled(house, "关于车改的请示")
    assert found(house, sought) == (["关于车改的请示"] if sought in AROUND else [])


def test_nothing_sought_leaves_nothing_out_and_what_is_too_long_is_cut(house: House) -> None:
    titled(house, "关于车改的请示", "车" * QUERY_CHARACTERS)
    assert len(found(house, "")) == len(found(house, "  ")) == 2
    assert found(house, "车" * QUERY_CHARACTERS + "改") == ["车" * QUERY_CHARACTERS]
    assert found(house, "！？") == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(title=CHINESE, data=st.data())
def test_each_pair_of_a_title_finds_its_case_in_the_database(house: House, title: str, data: st.DataObject) -> None:
    titled(house, title)
    start = data.draw(st.integers(0, len(title) - 2))
    assert title in found(house, title[start : start + 2], limit=100)
    absent = data.draw(CHINESE.filter(lambda one: one[:2] not in title))
    assert title not in found(house, absent[:2], limit=100)


def test_the_index_made_anew_is_the_one_that_followed(house: House) -> None:
    desk = Desk(house)
    desk.to_countersign()
    for act in (
        partial(say, desk, "gexingyao", "会签时请看第三条。"),
        partial(desk.act, "luanhaiping", "agree", "拟同意印发。"),
        partial(say, desk, "shiyanqiu", "已核对。"),
    ):
        desk.now += timedelta(minutes=1)
        act()
        followed(house)
    titled(house, "关于车改的请示")
    query = select(case_text.c.instance_id, case_text.c.head, case_text.c.opinions).order_by(case_text.c.instance_id)
    indexer = Indexer(house.office.engine, house.office.forms)
    with transaction(house.pool) as connection:
        before = connection.execute(query).all()
        clear(connection)
    assert found(house, "车改") == []
    with transaction(house.pool) as connection:
        last: str | None = ""
        while last is not None:
            last = indexer.index_next(connection, last)
        assert connection.execute(query).all() == before
    assert found(house, "车改") == ["关于车改的请示"]
    assert found(house, "拟同意印发") == [TITLE]


def test_a_restored_database_is_searchable_and_tells_nobody_the_past_again(
    house: House, databases: Databases, tmp_path: Path
) -> None:
    Desk(house).to_signing()
    titled(house, "关于车改的请示")
    backup(house, tmp_path / "backup.zip")
    url = databases.new(EMPTY)
    restored = installation(url, tmp_path / "restored")
    assert restore(restored, tmp_path / "backup.zip") == []
    assert found(restored, "车改") == ["关于车改的请示"]
    assert found(restored, "补写") == [TITLE]
    assert follow(restored) == 0
    Desk(restored).start(title="关于食堂的请示")
    followed(restored)
    assert found(restored, "食堂") == ["关于食堂的请示"]
    restored.pool.dispose()
    databases.drop(url)


def test_a_schema_created_again_keeps_what_can_be_found(house: House) -> None:
    titled(house, "关于车改的请示")
    with transaction(house.pool) as connection:
        create_schema(connection)
    assert found(house, "车改") == ["关于车改的请示"]


def test_a_case_with_very_many_opinions_is_found_by_the_newest(house: House) -> None:
    [case_id] = titled(house, "关于车改的请示")
    indexer = Indexer(house.office.engine, house.office.forms)
    with transaction(house.pool) as connection:
        one = connection.execute(select(work_item).where(work_item.c.instance_id == case_id)).one()._mapping
        rows = [
            {
                **one,
                "id": f"{case_id}-x{n}",
                "opinion": f"第{n}次意见很长" * 4,
                "closed_at": one["opened_at"] + timedelta(n),
            }
            for n in range(2_000)
        ]
        connection.execute(insert(work_item), rows)
        indexer.index(connection, case_id)
        kept = connection.scalar(select(case_text.c.opinions).where(case_text.c.instance_id == case_id))
    assert kept is not None
    assert len(kept) <= OPINION_CHARACTERS
    assert found(house, "第1999次意见") == found(house, "车改") == ["关于车改的请示"]
    assert found(house, "第3次意见") == []


def test_the_longest_text_of_the_rarest_characters_can_be_kept(house: House) -> None:
    [case_id] = titled(house, "关于车改的请示")
    title = "".join(chr(0x20000 + n * 7919 % 40_000) for n in range(HEAD_CHARACTERS + 10))
    with transaction(house.pool) as connection:
        connection.execute(update(process_instance).where(process_instance.c.id == case_id).values(title=title))
        Indexer(house.office.engine, house.office.forms).index(connection, case_id)
    assert len(found(house, title[5_000:5_002])) == 1
    assert found(house, title[HEAD_CHARACTERS + 2 : HEAD_CHARACTERS + 4]) == []


def test_the_cases_of_the_benchmark_are_found_as_followed_ones_are(house: House) -> None:
    [case_id] = titled(house, "关于车改的请示")
    crowd.add_cases(house.pool, case_id, crowd.Counts(0, 0), 30, 2)
    indexer = Indexer(house.office.engine, house.office.forms)
    some = str(crowd.FIRST + 12)
    assert found(house, "第12件") == ["关于第12件事项的请示"]
    with transaction(house.pool) as connection:
        head, opinions = connection.execute(
            select(case_text.c.head, case_text.c.opinions).where(case_text.c.instance_id == some)
        ).one()
        terms = terms_of(head + opinions)
        indexer.index(connection, some)
        again = connection.execute(select(case_text).where(case_text.c.instance_id == some)).one()
    assert (again.opinions, "事项的请示" in again.head) == (opinions, True)
    assert set(terms_of("关于第 12 件事项的请示")) <= set(terms)


def test_few_rows_are_named_and_many_are_not(house: House) -> None:
    titled(house, "关于车改的请示", "关于食堂的请示")
    ids = select(process_instance.c.id)
    with reading(house.pool) as connection:
        assert among_few(connection, ids, 1) is None
        [condition] = among_few(connection, ids, 2) or []
        assert len(connection.scalars(ids.where(condition)).all()) == 2
        assert connection.scalar(text("SELECT count(*) FROM case_text")) == 2


def test_a_plan_made_for_one_word_is_used_for_no_other(postgres_house: House) -> None:
    titled(postgres_house, "关于车改的请示")
    auditor = Desk(postgres_house).person("peishenzhi")
    with reading(postgres_house.pool) as connection:
        for _ in range(SEARCHES):
            finding.found_by(connection, "关于", auditor, {})
        prepared = text(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%TSQUERY%'"
        )
        [(generic, custom)] = connection.execute(prepared).all()
    assert (generic, custom > 0) == (0, True)
