"""A case executes again without a text that its conditions, scripts and loops once read."""

from dataclasses import replace

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine import history as chains
from engine.errors import ChainBroken
from engine.history import EMPTY, Entry, SealedEvent
from engine.model import Actor, EventKind, HistoryEvent
from engine.persistence import history
from engine.redacted import Path, marking_with
from engine.redaction import Wanted
from engine.replay import replay_export
from tests.engine.running import START, Running
from tests.flows import model, script

SECRET = "七号库的代号是北极星"
DECIDES = """
s_ -> ask
ask -> note
note -> x_
x_ -> long: note == 'hold ' + code
x_ -> short: note != 'hold ' + code
long -> x_2
short -> x_2
x_2 -> e_
"""
PASSED = {"note": script("note", "note = 'hold ' + code")}


def wanted(secret: str = SECRET, name: str = "code") -> Wanted:
    def picks(_event: HistoryEvent, _path: Path, text: str) -> bool:
        return secret in text

    return Wanted(
        picks,
        lambda _path, text: secret in text,
        lambda path, _text: None if path[-1] == name else "内容已清除",
        marking_with(b"only once"),
        {"reason": "误存", "requested_by": "zhenliyan", "approved_by": "yuemingda"},
    )


def clear(case: Running, want: Wanted) -> None:
    with transaction(case.pool) as connection:
        case.engine.clear_in_case(connection, case.instance_id, want, Actor("yuemingda"), case.now)


def export(case: Running) -> list[bytes]:
    with reading(case.pool) as connection:
        return list(case.engine.export(connection, case.instance_id))


def test_what_conditions_and_scripts_made_of_a_cleared_text_is_told_and_met_again(house: House) -> None:
    case = Running(house, model(DECIDES, PASSED))
    case.start()
    case.complete("ask", code=SECRET)
    assert case.open_steps() == ["long"]
    clear(case, wanted())
    lines = export(case)
    assert SECRET.encode() not in b"".join(lines)
    result = replay_export(lines)
    assert result.verified, result.divergence
    assert result.redacted_states == 1
    case.assert_replays()
    assert case.variables()["code"] is None
    case.complete("long")
    case.assert_replays()


def test_a_case_that_has_ended_or_is_suspended_is_cleared_as_well_and_twice(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(DECIDES, PASSED))
    case.start(code="先前的代号不长不短")
    case.complete("ask", code=SECRET)
    case.act("suspend", "等一等")
    clear(case, wanted())
    case.act("resume")
    case.complete("long")
    clear(case, wanted("先前的代号"))
    assert "先前的代号".encode() not in b"".join(export(case))
    case.assert_replays()


def test_a_condition_over_a_text_that_was_cleared_meanwhile_sees_nothing_there(sqlite_house: House) -> None:
    arrows = "s_ -> ask\nask -> x_\nx_ -> known: code != None\nx_ -> e_: code == None\nknown -> e_"
    case = Running(sqlite_house, model(arrows))
    case.start(code=SECRET)
    clear(case, wanted())
    case.complete("ask")
    assert case.open_steps() == []
    case.assert_replays()


def sealed(*data: dict[str, object]) -> list[SealedEvent]:
    entries = [
        Entry(EventKind.CASE_RECORDED if "events" not in one else EventKind.CONTENT_REDACTED, one) for one in data
    ]  # type: ignore[arg-type]
    return chains.seal("case", EMPTY, entries, Actor("x"), START)


@pytest.mark.parametrize(
    ("named", "holds"),
    [
        ([{"seq": 1, "digest": "right"}], True),
        ([{"seq": 1, "digest": "wrong"}], False),
        ([{"seq": 2, "digest": "right"}], False),
        ([], False),
    ],
)
def test_a_changed_payload_holds_only_where_a_later_event_gives_its_digest(
    named: list[dict[str, object]], holds: bool
) -> None:
    salt, content = b"new salt", b"{}"
    right = chains.canonical.digest(salt + content)
    told = [{**one, "digest": right if one["digest"] == "right" else "0" * 64} for one in named]
    events = sealed({"text": SECRET}, {"events": told})
    events[0] = SealedEvent(events[0].event, salt, content)
    if holds:
        assert chains.check("case", events).seq == 2
    else:
        with pytest.raises(ChainBroken) as broken:
            chains.check("case", events)
        assert (broken.value.seq, broken.value.reason) == (1, "payload")


def test_the_last_clearing_that_names_a_payload_counts() -> None:
    first, second = (chains.canonical.digest(salt + b"{}") for salt in (b"1", b"2"))
    events = sealed(
        {"text": SECRET},
        {"events": [{"seq": 1, "digest": first}]},
        {"events": [{"seq": 1, "digest": second}]},
    )
    events[0] = SealedEvent(events[0].event, b"2", b"{}")
    assert chains.check("case", events).seq == 3
    events[0] = SealedEvent(events[0].event, b"1", b"{}")
    with pytest.raises(ChainBroken):
        chains.check("case", events)


def test_an_earlier_event_clears_nothing() -> None:
    digest = chains.canonical.digest(b"1" + b"{}")
    events = sealed({"events": [{"seq": 2, "digest": digest}]}, {"text": SECRET})
    events[1] = SealedEvent(events[1].event, b"1", b"{}")
    with pytest.raises(ChainBroken):
        chains.check("case", events)


def test_a_forged_answer_with_hashes_made_anew_takes_the_case_elsewhere(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(DECIDES, PASSED))
    case.start()
    case.complete("ask", code=SECRET)
    clear(case, wanted())
    with reading(case.pool) as connection:
        events = history.list_events(connection, case.instance_id)
    deployed = case.engine
    head, forged = EMPTY, []
    for one in events:
        data = dict(one.event.data)
        if one.event.kind == EventKind.CONTENT_REDACTED:
            data["answers"] = []
        entry = Entry(one.event.kind, data, one.event.activity_id, one.event.work_item_id)
        [again] = chains.seal(one.event.chain, head, [entry], Actor(one.event.actor), one.event.at)
        forged.append(replace(again.event))
        head = chains.Head(again.event.seq, again.event.hash)
    from engine.replay import replay

    with reading(case.pool) as connection:
        version = deployed.deployed(connection, case.definition.id)
    assert not replay({version.definition.hash: version}, forged).verified
