"""Who may do what in which state: role × operation × state, every cell tried; the rules that grey a button guard the deed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import Actor, WorkItem
from engine.persistence import work_items
from tests.office import Desk
from workflows import permissions, worklist
from workflows.operations import hands, lifecycle, signers
from workflows.organisation.values import Person
from workflows.substitutions import actions as substitutions
from workflows.substitutions.values import Arrangement

ROLES = {
    "initiator": "gexingyao",
    "holder": "qiujingan",
    "substitute": "yuwenshu",
    "secretary": "zhimingyuan",
    "handled": "ranqinghe",
    "asked": "tongxueling",
    "stranger": "zonghuaigu",
    "director": "zhenliyan",
    "administrator of flows": "boruoxi",
    "auditor": "peishenzhi",
    "system administrator": "jiziheng",
}
"""The item is the signing step of 仇敬安; 郁文澍 substitutes for him, 支明远 serves him, 佟雪岭 is asked in some states."""
OFFICE = {"director", "administrator of flows"}
PART = {"initiator", "handled"}
WORKERS = {"holder", "substitute"}
NOBODY: set[str] = set()
EVERY = dict.fromkeys(permissions.OPERATIONS, NOBODY)
OPEN = {
    **EVERY,
    **dict.fromkeys(("save_draft", "complete", "send_back", "transfer", "delegate"), WORKERS),
    **dict.fromkeys(("add_signer", "remove_signer"), WORKERS),
    "circulate": WORKERS | PART | OFFICE,
    "urge": PART | OFFICE,
    "record_for": {"secretary"},
}
CLOSED = {**EVERY, "circulate": PART | OFFICE | {"holder"}}
TABLE: dict[str, dict[str, set[str]]] = {
    "open": OPEN,
    "waiting for who signs before": {**OPEN, "complete": NOBODY, "record_for": NOBODY},
    "given for an opinion": {
        **EVERY,
        "save_draft": {"asked"},
        "resolve": {"asked", "holder"},
        "urge": PART | OFFICE | {"holder"},
        "circulate": PART | OFFICE | {"asked"},
    },
    "suspended": {**EVERY, "circulate": WORKERS | PART | OFFICE},
    "completed": {**CLOSED, "withdraw": {"holder"}},
    "recorded by the secretary": {**CLOSED, "withdraw": {"holder"}, "confirm": {"holder"}},
    "case ended before its end": {**EVERY},
    "copy": {
        **EVERY,
        "mark_read": {"asked"},
        "save_draft": {"asked"},
        "circulate": PART | OFFICE | {"asked"},
        "urge": PART | OFFICE,
    },
}


class Case:
    """The demonstration document at its signing step, brought into a state."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.desk = Desk(house)
        self.desk.to_signing()
        self.item = self.desk.open_items("qiujingan")[0].id
        with transaction(house.pool) as connection:
            start, end = self.desk.now, self.desk.now + timedelta(days=30)
            arrangement = Arrangement("qiujingan", "yuwenshu", start, end, None, "出差")
            substitutions.arrange(connection, house.office, self.person("zhenliyan"), arrangement, self.desk.now)

    def person(self, username: str) -> Person:
        return self.desk.person(username)

    def act(self, deed: Callable[..., object], username: str, *given: object) -> None:
        self.desk.now += timedelta(minutes=30)
        with transaction(self.house.pool) as connection:
            deed(connection, self.house.office, self.person(username), *given, self.desk.now)

    def row(self) -> WorkItem:
        with reading(self.house.pool) as connection:
            return work_items.get_work_item(connection, self.item)

    def may(self) -> dict[str, set[str]]:
        allowed: dict[str, set[str]] = {}
        with reading(self.house.pool) as connection:
            item = work_items.get_work_item(connection, self.item)
            for role, username in ROLES.items():
                standing = worklist.stand_at(connection, self.house.office, self.person(username), item, self.desk.now)
                for operation, rule in permissions.OPERATIONS.items():
                    allowed.setdefault(operation, set()).update({role} if rule(standing) is None else ())
        return allowed


def signed_before(case: Case) -> None:
    case.act(signers.add_signer, "qiujingan", case.item, 1, ["tongxueling"], "before", "")


def delegated(case: Case) -> None:
    case.act(hands.delegate, "qiujingan", case.item, 1, "tongxueling", "")


def suspended(case: Case) -> None:
    case.act(lifecycle.suspend, "zhenliyan", case.desk.instance_id, "等上级意见")


def completed(case: Case) -> None:
    case.desk.act("qiujingan", "agree", "同意印发。")


def recorded(case: Case) -> None:
    submission = worklist.Submission(1, "agree", "同意印发。")
    case.act(hands.record_for, "zhimingyuan", case.item, "qiujingan", submission)


def ended(case: Case) -> None:
    case.act(lifecycle.cancel, "boruoxi", case.desk.instance_id, "不办了")


def copied(case: Case) -> None:
    case.act(hands.circulate, "qiujingan", case.item, ["tongxueling"], "请阅")
    with reading(case.house.pool) as connection:
        items = work_items.list_of_instance(connection, case.desk.instance_id)
    case.item = next(one.id for one in items if one.role == "copy")


STATES: dict[str, Callable[[Case], None]] = {
    "open": lambda _case: None,
    "waiting for who signs before": signed_before,
    "given for an opinion": delegated,
    "suspended": suspended,
    "completed": completed,
    "recorded by the secretary": recorded,
    "case ended before its end": ended,
    "copy": copied,
}


@pytest.mark.parametrize("state", sorted(STATES))
def test_each_operation_is_for_those_the_table_names(sqlite_house: House, state: str) -> None:
    case = Case(sqlite_house)
    STATES[state](case)
    may = case.may()
    wrong = {name: (may[name], TABLE[state][name]) for name in may if may[name] != TABLE[state][name]}
    assert wrong == {}


def test_the_table_names_every_state_and_operation() -> None:
    assert set(TABLE) == set(STATES)
    assert all(set(row) == set(permissions.OPERATIONS) for row in TABLE.values())


def test_a_pool_item_is_claimed_by_candidates_and_released_by_who_has_it(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_signing()
    desk.act("qiujingan", "agree", "同意印发。")
    [offered] = desk.open_items("shaxiaoman")
    assert offered.assignee is None
    case = Case.__new__(Case)
    case.house, case.desk, case.item = sqlite_house, desk, offered.id
    assert case.may()["claim"] == NOBODY  # none of the roles above is a candidate
    with transaction(sqlite_house.pool) as connection:
        locked = sqlite_house.office.engine.lock_work_item(connection, offered.id, offered.version)
        sqlite_house.office.engine.claim(connection, locked, Actor("shaxiaoman"), desk.now)
    with reading(sqlite_house.pool) as connection:
        item = work_items.get_work_item(connection, offered.id)
        clerk = worklist.stand_at(connection, sqlite_house.office, desk.person("shaxiaoman"), item, desk.now)
        assert permissions.may_release(clerk) is None
    assert case.may()["release"] == NOBODY
