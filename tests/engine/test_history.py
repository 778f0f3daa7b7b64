"""History is append-only, and any change of it is found and named."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.house import House
from app.transaction import reading, transaction
from engine.replay import replay_export
from tests.office import Desk
from workflows import verification

TRIGGERS_OFF = {
    "sqlite": [
        "DROP TRIGGER history_event_no_update",
        "DROP TRIGGER history_payload_no_update",
        "DROP TRIGGER history_event_no_delete",
        "DROP TRIGGER history_payload_no_delete",
    ],
    "postgresql": ["ALTER TABLE history_event DISABLE TRIGGER ALL", "ALTER TABLE history_payload DISABLE TRIGGER ALL"],
}


@pytest.fixture
def desk(house: House) -> Desk:
    desk = Desk(house)
    desk.to_countersign()
    return desk


def tamper(house: House, *statements: str, **values: object) -> None:
    """Do what somebody with full power over the database could do."""
    with transaction(house.pool) as connection:
        for statement in [*TRIGGERS_OFF[house.pool.dialect.name], *statements]:
            connection.execute(text(statement), values if statement in statements else {})


def breaks(house: House) -> list[tuple[str, int | None, str]]:
    with reading(house.pool) as connection:
        return [(one.chain, one.seq, one.reason) for one in verification.verify(connection, house.office)]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE history_event SET actor = 'x'", "DELETE FROM history_event", "DELETE FROM history_payload"],
)
def test_the_database_refuses_to_change_history(desk: Desk, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction(desk.house.pool) as connection:
        connection.execute(text(statement))


def test_one_changed_character_is_named_by_verify_and_replay(desk: Desk) -> None:
    house = desk.house
    tamper(
        house,
        "UPDATE history_event SET actor = 'shiyanqiv' WHERE chain = :chain AND seq = 4",
        chain=desk.instance_id,
    )
    assert (desk.instance_id, 4, "hash") in breaks(house)
    with reading(house.pool) as connection:
        result = house.office.engine.replay(connection, desk.instance_id)
    assert not result.verified
    assert result.divergence_seq == 4


def test_a_changed_payload_is_named(desk: Desk) -> None:
    house = desk.house
    with reading(house.pool) as connection:
        row = connection.execute(
            text("SELECT content FROM history_payload WHERE chain = :chain AND seq = 4"), {"chain": desk.instance_id}
        ).scalar_one()
    changed = bytes(row).replace("2月15日".encode(), "2月16日".encode())
    assert changed != bytes(row)
    statement = "UPDATE history_payload SET content = :content WHERE chain = :chain AND seq = 4"
    tamper(house, statement, chain=desk.instance_id, content=changed)
    assert (desk.instance_id, 4, "payload") in breaks(house)


@pytest.mark.parametrize("seq", [1, 5, 7])
def test_a_removed_event_is_named(desk: Desk, seq: int) -> None:
    tamper(
        desk.house,
        "DELETE FROM history_payload WHERE chain = :chain AND seq = :seq",
        "DELETE FROM history_event WHERE chain = :chain AND seq = :seq",
        chain=desk.instance_id,
        seq=seq,
    )
    assert (desk.instance_id, seq, "missing") in breaks(desk.house)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE work_item SET opinion = '不同意' WHERE instance_id = :chain AND closed_by = 'shiyanqiu'", "opinion"),
        ("UPDATE process_instance SET title = '另一个标题' WHERE id = :chain", "title"),
        ("UPDATE process_instance SET state = 'completed' WHERE id = :chain", "state"),
    ],
)
def test_a_changed_projection_is_named(desk: Desk, statement: str, named: str) -> None:
    with transaction(desk.house.pool) as connection:
        connection.execute(text(statement), {"chain": desk.instance_id})
    [(chain, _seq, reason)] = breaks(desk.house)
    assert chain == desk.instance_id
    assert reason.endswith(named)


def test_an_export_replays_alone_and_every_changed_line_is_found(desk: Desk) -> None:
    with reading(desk.house.pool) as connection:
        lines = list(desk.house.office.engine.export(connection, desk.instance_id))
    assert replay_export(lines).verified
    for index in range(1, len(lines)):
        event = json.loads(lines[index])
        event["payload"] = event["payload"].replace("a", "b", 1)
        changed = [*lines[:index], json.dumps(event, ensure_ascii=False).encode(), *lines[index + 1 :]]
        result = replay_export(changed)
        assert not result.verified
        assert result.divergence_seq == index


def test_a_forged_consequence_with_a_whole_chain_diverges(desk: Desk) -> None:
    """Hashes computed anew do not help: the flow itself says otherwise."""
    from engine import history
    from engine.history import EMPTY, Entry
    from engine.model import Actor
    from engine.replay import read_export, replay

    with reading(desk.house.pool) as connection:
        lines = list(desk.house.office.engine.export(connection, desk.instance_id))
        _header, events = read_export(lines)
        case = desk.house.office.engine
        deployed = case.deployed_version(connection, "outgoing_document")
    head, forged = EMPTY, []
    for one in events:
        event = one.event
        data = json.loads(json.dumps(dict(event.data)).replace("luanhaiping", "suiyiming"))
        if event.kind == "work_item:opened" and event.data["assignee"] == "shiyanqiu":
            data["token"] = 99
        entry = Entry(event.kind, data, event.activity_id, event.work_item_id)
        sealed = history.seal(event.chain, head, [entry], Actor(event.actor), event.at)
        forged.extend(sealed)
        head = history.Head(sealed[-1].event.seq, sealed[-1].event.hash)
    history.check(desk.instance_id, forged)
    result = replay({deployed.definition.hash: deployed}, [one.event for one in forged])
    assert not result.verified
    opened = next(one.event.seq for one in forged if one.event.data.get("assignee") == "shiyanqiu")
    assert result.divergence_seq == opened
