"""Comments: said by everyone who may see a case, told by history, and mentioning nobody who may not."""

import pytest
from sqlalchemy import update

from app.house import House
from app.transaction import reading, transaction
from engine.model import EventKind
from tests.office import Desk
from workflows import cases, verification
from workflows.comments import actions, audience
from workflows.comments.errors import CommentRefused, MentionRefused, TooManyMentions
from workflows.comments.naming import named_in
from workflows.comments.records import comment as table
from workflows.errors import CaseNotVisible
from workflows.organisation import queries
from workflows.visibility import sees

OUTSIDER = "suiyiming"


def say(desk: Desk, username: str, text: str, *mentions: str) -> actions.Comment:
    person = desk.person(username)
    with transaction(desk.house.pool) as connection:
        return actions.add_comment(connection, desk.house.office, person, desk.instance_id, text, mentions, desk.now)


def said(desk: Desk, username: str) -> list[tuple[str, str]]:
    given = (desk.house.office, desk.person(username), desk.instance_id, desk.now)
    with transaction(desk.house.pool) as connection:
        found = actions.list_comments(connection, *given, recorded=True)
    return [(one.author, one.text) for one in found]


def assert_proved(desk: Desk) -> None:
    with transaction(desk.house.pool) as connection:
        result = cases.replay(connection, desk.house.office, desk.person("gexingyao"), desk.instance_id, desk.now)
        assert result.verified, result.divergence
        assert verification.verify(connection, desk.house.office) == []


@pytest.fixture
def desk(house: House) -> Desk:
    desk = Desk(house)
    desk.to_countersign()
    return desk


def test_what_is_said_stands_in_the_case_and_is_proved_by_its_history(desk: Desk) -> None:
    say(desk, "gexingyao", "第三条\r\n请再看。", "shiyanqiu")
    say(desk, "shiyanqiu", "已看，<b>可以</b>。")
    assert said(desk, "luanhaiping") == [("gexingyao", "第三条\n请再看。"), ("shiyanqiu", "已看，<b>可以</b>。")]
    with reading(desk.house.pool) as connection:
        events = desk.house.office.engine.history(connection, desk.instance_id)
    told = [event for event in events if event.kind == EventKind.CASE_COMMENTED]
    assert [(event.actor, event.data["mentions"]) for event in told] == [
        ("gexingyao", ["shiyanqiu"]),
        ("shiyanqiu", []),
    ]
    desk.act("luanhaiping", "agree")
    assert_proved(desk)


def test_a_comment_changes_nothing_in_the_flow_and_no_version(desk: Desk) -> None:
    before = desk.open_items("luanhaiping")
    say(desk, "gexingyao", "请尽快。")
    assert desk.open_items("luanhaiping") == before


def test_an_ended_case_is_still_spoken_of(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_the_end()
    say(desk, "gexingyao", "已归档。")
    assert said(desk, "gexingyao") == [("gexingyao", "已归档。")]
    assert_proved(desk)


def test_who_may_not_see_the_case_may_neither_speak_nor_read(desk: Desk) -> None:
    with pytest.raises(CaseNotVisible):
        say(desk, OUTSIDER, "我也说一句。")
    with pytest.raises(CaseNotVisible):
        said(desk, OUTSIDER)


def test_who_may_not_see_the_case_is_not_mentioned_and_named_in_the_refusal(desk: Desk) -> None:
    with pytest.raises(MentionRefused) as refused:
        say(desk, "gexingyao", "@隋一鸣 请看", "shiyanqiu", OUTSIDER, "nobody")
    assert refused.value.people == ("隋一鸣", "nobody")
    assert said(desk, "gexingyao") == []


@pytest.mark.parametrize("text", ["", " \n ", "字" * 1001, "有\x00空字符", "孤\ud800代理"])
def test_what_is_no_text_or_too_much_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(CommentRefused):
        say(desk, "gexingyao", text)


def test_one_comment_mentions_only_so_many(desk: Desk) -> None:
    with pytest.raises(TooManyMentions):
        say(desk, "gexingyao", "大家", *(f"p{n}" for n in range(51)))


def test_a_comment_that_was_altered_beside_history_is_found(desk: Desk) -> None:
    one = say(desk, "gexingyao", "原话。")
    with transaction(desk.house.pool) as connection:
        connection.execute(update(table).where(table.c.id == one.id).values(text="另一句。"))
    with reading(desk.house.pool) as connection:
        breaks = verification.verify(connection, desk.house.office)
    assert [(one.chain, one.reason) for one in breaks] == [(desk.instance_id, f"comment {one.id}")]


def test_those_offered_to_be_mentioned_are_exactly_those_who_may_see_the_case(desk: Desk) -> None:
    with reading(desk.house.pool) as connection:
        everybody = queries.list_people(connection)
        offered = [
            one.username for one in audience.people_of_case(connection, desk.house.office, desk.instance_id, desk.now)
        ]
        assert offered == [one.username for one in everybody if sees(connection, one, desk.instance_id, desk.now)]
    assert {"gexingyao", "luanhaiping", "peishenzhi"} <= set(offered)
    assert OUTSIDER not in offered


def test_the_list_is_narrowed_by_a_part_of_the_name_and_leaves_out_who_asks(desk: Desk) -> None:
    with reading(desk.house.pool) as connection:
        asked = desk.person("shiyanqiu")
        found = actions.list_mentionable(connection, desk.house.office, asked, desk.instance_id, "", desk.now)
        assert "shiyanqiu" not in {one.username for one in found}
        assert len(found) == 8
        narrowed = actions.list_mentionable(connection, desk.house.office, asked, desk.instance_id, "海平", desk.now)
    assert [one.username for one in narrowed] == ["luanhaiping"]


@pytest.mark.parametrize(
    ("text", "chosen", "named"),
    [
        ("@石砚秋 请看", (), ("shi",)),
        ("请@万里晴、@石砚秋看", (), ("wan", "shi")),
        ("@万里 在吗", (), ("li",)),
        ("@万里晴在吗", (), ("wan",)),
        ("@祝岚 来", (), ("zhu1", "zhu2")),
        ("@祝岚 来", ("zhu2",), ("zhu2",)),
        ("@祝岚 来", ("shi",), ("zhu1", "zhu2")),
        ("信箱 a@b.example，@ 谁", (), ()),
        ("没有人", ("shi",), ()),
    ],
)
def test_behind_an_at_the_longest_name_is_meant(text: str, chosen: tuple[str, ...], named: tuple[str, ...]) -> None:
    people = {"石砚秋": ["shi"], "万里晴": ["wan"], "万里": ["li"], "祝岚": ["zhu1", "zhu2"]}
    assert named_in(text, people, chosen) == named
