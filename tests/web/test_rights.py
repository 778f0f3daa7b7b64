"""The printed table of rights: every address stands in it, every cell of it is tried, and who audits changes nothing."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from app.house import House
from app.rights import BY_CASE, EVERYBODY, RIGHTS, every_act, printed
from app.transaction import reading, transaction
from engine.persistence.history import list_ledgers
from engine.persistence.tables import process_instance
from tests.office import PASSWORD, Desk
from tests.web.clerk import Clerk
from tests.web.test_api import Caller
from workflows.audit_log.entries import READINGS, SIGN_INS, category_of
from workflows.calendar import actions as calendar
from workflows.calendar import library
from workflows.organisation import actions, passwords
from workflows.organisation.actions import PersonFields
from workflows.organisation.posts import POSTS

TRIED = "zhourunsheng"
"""Who holds one post after the other: a name that nobody of the demonstration office has."""
AUDITING = ("auditor", "security_auditor")
OK, REFUSED = 200, 403
NOTHING_DONE = {403, 404, 409}
DOES_NOTHING = {
    "POST /api/v1/definitions/check": 200,
    "POST /api/v1/work-items/<work_item_id>/send_back/preview": 200,
    "POST /documents/<instance_id>/urge": 302,
    "POST /rooms/book": 422,
    "POST /studio/<instance_id>/access": 422,
    "POST /studio/<instance_id>/draft": 422,
    "POST /studio/<instance_id>/preview": 422,
    "POST /substitutions": 422,
    "POST /worklist/<work_item_id>/do/<name>": 302,
    "POST /worklist/batch": 422,
}
"""Acts that only look, that nobody is waiting for, or that ask for more to be sent, and what they answer."""
SENT: dict[str, dict[str, Any]] = {
    "jump": {"to": "draft", "reason": "试"},
    "migrate": {"version": 1, "dry_run": True},
    "reassign": {"work_item": "none-1", "to": "gexingyao", "reason": "试"},
    "messages": {"name": "x"},
    "handovers": {"from": "gexingyao", "to": "shiyanqiu", "reason": "试"},
    "suspend": {"reason": "试"},
    "cancel": {"reason": "试"},
    "resume": {},
    "comments": {"text": "试"},
    "save_draft": {"version": 1},
    "complete": {"version": 1, "decision": "agree", "opinion": "试"},
    "send_back": {"version": 1, "to": "draft", "reason": "试"},
    "preview": {"to": "draft"},
    "transfer": {"version": 1, "to": "gexingyao", "reason": "试"},
    "delegate": {"version": 1, "to": "gexingyao", "reason": "试"},
    "resolve": {"version": 1, "opinion": "试"},
    "add_signer": {"version": 1, "people": ["gexingyao"], "mode": "before", "reason": "试"},
    "remove_signer": {"version": 1, "person": "gexingyao", "reason": "试"},
    "circulate": {"people": ["gexingyao"], "message": "试"},
    "record_for": {"version": 1, "person": "luanhaiping", "decision": "agree"},
    "mark_read": {"version": 1},
    "urge": {"version": 1, "message": "试"},
    "instances": {"definition": "outgoing_document", "title": "试"},
    "substitutions": {
        "owner": "gexingyao",
        "substitute": "shiyanqiu",
        "from": "2030-01-01",
        "to": "2030-01-02",
        "reason": "试",
    },
}
"""What the REST API is sent, by the last word of the address; others are sent a version."""


FORM = {
    "version": "1",
    "decision": "agree",
    "opinion": "试",
    "text": "试",
    "reason": "试",
    "definition": "outgoing_document",
    "title": "试",
    "to": "gexingyao",
    "people": "gexingyao",
    "owner": "gexingyao",
    "substitute": "shiyanqiu",
}
"""What the pages are sent, whichever of it they read."""


class Tried:
    """Somebody who holds one post at a time, at the pages and at the REST API."""

    def __init__(self, house: House, app: Flask, values: dict[str, str | int]) -> None:
        self._house = house
        self._app = app
        self._values = values
        with transaction(house.pool) as connection:
            actions.add_person(connection, TRIED, self._fields("handler"), self._record)
            passwords.set_password(connection, TRIED, PASSWORD, must_change=False)
        self.clerk = Clerk(app, TRIED)
        self._client = self.clerk._client
        self._token = self.clerk.token()
        self._bearer = Caller(app, TRIED)._headers

    def look_at(self, **values: str) -> None:
        self._values.update(values)

    def hold(self, post: str) -> None:
        """Hold one post and no other, with a case of one's own, and beside a year of the calendar that nobody has settled."""
        house, own = self._house, Desk(self._house)
        self._become("handler")
        own.start(TRIED, title="周润生的事项")
        with transaction(house.pool) as connection:
            proposal = library.propose(2026, house.office.calendars.current(connection))
            given = (own.person("zhenliyan"), proposal, f"另一份通知（{post}）", own.now)
            imported = calendar.import_year(connection, house.office.engine, *given)
        self.look_at(instance_id=own.instance_id, import_id=imported.id)
        self._become(post)

    def _become(self, post: str) -> None:
        with transaction(self._house.pool) as connection:
            actions.change_person(connection, TRIED, self._fields(post), self._record)

    def status_of(self, act: str) -> int:
        method, _space, rule = act.partition(" ")
        [endpoint] = {
            one.endpoint for one in self._app.url_map.iter_rules() if one.rule == rule and method in one.methods
        }
        names = re.findall(r"<(?:[^:<>]+:)?(\w+)>", rule)
        with self._app.test_request_context():
            path = url_for(endpoint, **{name: self._values[name] for name in names})
        if not rule.startswith("/api/"):
            form = {} if method == "GET" else {"data": FORM}
            answer = self._client.open(path, method=method, headers={"X-CSRFToken": self._token}, **form)
        else:
            sent = SENT.get(rule.rpartition("/")[2], {"version": 1})
            json = {} if method == "GET" else {"json": sent}
            answer = self._client.open(path, method=method, headers=self._bearer, **json)
        answer.close()
        return answer.status_code

    @staticmethod
    def _fields(post: str) -> PersonFields:
        return PersonFields("周润生", "", (("BGS", post),))

    @staticmethod
    def _record(_kind: str, _data: object) -> None:
        """The ledger is not what is looked at here."""


@pytest.fixture(scope="module")
def desk(lasting_house: House) -> Desk:
    """A case that others have: it waits for those who were asked to countersign."""
    desk = Desk(lasting_house)
    desk.to_countersign()
    return desk


@pytest.fixture(scope="module")
def tried(lasting_house: House, lasting_site: Flask) -> Tried:
    values: dict[str, str | int] = {
        **dict.fromkeys(("attachment_id", "incident_id", "substitution_id", "item_id", "transfer_id"), "none"),
        **dict.fromkeys(("line_id", "phrase_id", "booking_id", "room_id", "order_id", "work_item_id"), "none"),
        "code": "沐原办",
        "clearing_id": "none",
        "figure": "due",
        "form": "csv",
        "key": "outgoing_document",
        "month": "2025-11",
        "name": "jump",
        "notice_id": 1,
        "rank": 1,
        "sample_id": "none",
        "username": "nobody",
        "version": 1,
        "what": "close",
        "whose": "office",
        "year": 2025,
    }
    return Tried(lasting_house, lasting_site, values)


def test_every_address_stands_in_the_table_once(lasting_site: Flask) -> None:
    there = [
        f"{method} {rule.rule}"
        for rule in lasting_site.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    ]
    assert sorted(every_act()) == sorted(there)


def test_the_table_says_what_the_pages_ask_for(lasting_site: Flask) -> None:
    for right in RIGHTS:
        for act in right.acts:
            method, _space, path = act.partition(" ")
            [rule] = [one for one in lasting_site.url_map.iter_rules() if one.rule == path and method in one.methods]
            asked = getattr(lasting_site.view_functions[rule.endpoint], "posts", right.posts)
            assert set(asked) == set(right.posts), act


def test_the_document_is_what_the_code_prints() -> None:
    document = Path(__file__).parents[2] / "docs" / "permissions.md"
    assert document.read_text(encoding="utf-8") == printed()


@pytest.mark.parametrize("post", list(POSTS))
def test_each_right_is_for_the_posts_the_table_names_and_for_no_other(tried: Tried, post: str) -> None:
    tried.hold(post)
    wrong = {
        act: status
        for right in RIGHTS
        for act in right.acts
        if ((status := tried.status_of(act)) != REFUSED) != (post in right.posts)
    }
    assert wrong == {}


@pytest.mark.parametrize("post", AUDITING)
def test_who_only_audits_reads_and_changes_nothing(lasting_house: House, tried: Tried, desk: Desk, post: str) -> None:
    [item] = desk.open_items("luanhaiping")
    tried.hold(post)
    tried.look_at(instance_id=desk.instance_id, work_item_id=item.id)
    assert tried.status_of("GET /cases/<instance_id>") == OK
    assert tried.status_of("GET /audit/<instance_id>") == OK
    before = heads(lasting_house)
    others = [right for right in RIGHTS if set(right.posts) - set(AUDITING)]
    acts = [one for right in others for one in right.acts] + [*BY_CASE, *EVERYBODY]
    writing = [one for one in acts if not one.startswith("GET ")]
    answered = {one: tried.status_of(one) for one in writing}
    assert {one: status for one, status in answered.items() if status not in NOTHING_DONE} == DOES_NOTHING
    assert heads(lasting_house) == before


def heads(house: House) -> dict[str, str]:
    """Where every chain ends that tells of more than what was read and who came and went."""
    with reading(house.pool) as connection:
        cases = connection.execute(select(process_instance.c.id, process_instance.c.head_hash))
        told = {row.id: row.head_hash for row in cases}
        ledgers = list_ledgers(connection).items()
        return told | {name: head.hash for name, head in ledgers if category_of(name) not in (READINGS, SIGN_INS)}
