"""What comes into somebody's boxes is told at once, to them alone, by whichever process it was committed."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import httpx
import pytest

from app.house import House
from app.transaction import transaction
from engine.model import WorkItem
from tests.cli.test_ticking import set_clock, worker
from tests.conftest import SETTLED, PostgresDatabases
from tests.databases import installation
from tests.engine.running import START
from tests.engine.test_passing_time import HOUR, REPEATED
from tests.listening import Listener, Session, refusal
from tests.office import DRAFT, MORNING, SYSTEM, TITLE, Desk
from tests.rest import RestClient, token_of
from tests.serving import LOOPBACK, Server, installation_environment
from workflows import definitions, worklist
from workflows.box_news import TOLD
from workflows.organisation import actions, passwords
from workflows.worklist import Submission

DRAFTER, HEAD, OTHER = "gexingyao", "shiyanqiu", "luanhaiping"
AT_ONCE_SECONDS = 1.0
SOON = {"BANJIE_LIVE__LOOK_SECONDS": "0.3"}
RARELY = {"BANJIE_LIVE__LOOK_SECONDS": "60"}
"""So rarely that what is told within a second was announced."""


@contextmanager
def serving(house: House, number: int = 1, **settings: str) -> Iterator[list[Server]]:
    storage = house.settings.storage
    environment = {**installation_environment(storage.database_url, storage.data_dir), **settings}
    started = [Server(environment) for _ in range(number)]
    try:
        for one in started:
            one.start()
        for one in started:
            one.wait_until_ready()
        yield started
    finally:
        for one in started:
            one.stop()


@pytest.fixture
def listen() -> Iterator[Callable[[Server, str], Listener]]:
    """Signs somebody in at a server and opens a stream; closes what was opened."""
    with ExitStack() as opened:

        def open_stream(server: Server, username: str) -> Listener:
            session = Session(server, username)
            opened.callback(session.close)
            listener = Listener(server, session.cookie)
            opened.callback(listener.close)
            return listener

        yield open_stream


@pytest.fixture
def postgres_house(postgres_databases: PostgresDatabases, tmp_path: Path) -> Iterator[House]:
    """An installation on PostgreSQL alone, where commits are announced."""
    url = postgres_databases.new(SETTLED)
    house = installation(url, tmp_path)
    yield house
    house.pool.dispose()
    postgres_databases.drop(url)


def hand_on(server: Server, item: WorkItem) -> float:
    """Submit a draft through a server; return when it had answered."""
    client = RestClient(server.port, token_of(server.port, DRAFTER))
    answer = client.post(f"/work-items/{item.id}/complete", version=item.version, decision="submit", variables=DRAFT)
    at = time.monotonic()
    client.close()
    assert answer.status == 200, answer
    return at


def started(house: House) -> WorkItem:
    desk = Desk(house)
    desk.start()
    [item] = desk.open_items(DRAFTER)
    return item


def test_what_one_hands_on_is_told_to_the_next_within_a_second_and_to_nobody_else(
    house: House, listen: Callable[[Server, str], Listener]
) -> None:
    item = started(house)
    with serving(house, 2, **RARELY) as (near, far):
        head, other = listen(near, HEAD), listen(near, OTHER)
        head.until_todo(0)
        other.until_todo(0)
        answered = hand_on(far, item)
        heard = head.until_todo(1)
        assert heard.at - answered < AT_ONCE_SECONDS
        assert set(heard.body) == {"person", "counts", "newest"}
        assert TITLE not in str(heard.body)
        assert "沐原" not in str(heard.body)
        metrics = httpx.get(f"http://{LOOPBACK}:{near.port}/metrics", trust_env=False).text
        assert "banjie_live_streams 2.0" in metrics
        for one, username, counts in ((head, HEAD, [0, 1]), (other, OTHER, [0])):
            one.close()
            one.until_end()
            told = [heard.body for heard in one.heard if heard.event == "inbox"]
            assert [count for count, _same in groupby(body["counts"]["todo"] for body in told)] == counts
            assert {body["person"] for body in told} == {username}


def test_how_many_notices_are_unread_is_told_when_one_comes_and_when_it_is_read(
    house: House, listen: Callable[[Server, str], Listener]
) -> None:
    item = started(house)
    with serving(house, **RARELY, BANJIE_JOBS__IN_SERVER="always", BANJIE_JOBS__POLL_SECONDS="0.2") as [server]:
        head = listen(server, HEAD)
        head.until_notices(0)
        answered = hand_on(server, item)
        heard = head.until_notices(1)
        assert heard.at - answered < AT_ONCE_SECONDS
        assert heard.body["newest"]["notices"]
        session = Session(server, HEAD)
        session.post("/notices/read")
        read = time.monotonic()
        assert head.until_notices(0).at - read < AT_ONCE_SECONDS
        assert session.client.get("/worklist/counts").json()["counts"]["notices"] == 0
        session.close()


def test_what_a_worker_opens_in_time_is_told_within_a_second(
    postgres_house: House, listen: Callable[[Server, str], Listener]
) -> None:
    with transaction(postgres_house.pool) as connection:
        definitions.deploy_as(connection, postgres_house.office, SYSTEM, REPEATED, START)
        postgres_house.office.engine.set_clock(connection, START)
    desk = Desk(postgres_house, START)
    desk.start(key="flow")
    with serving(postgres_house, **RARELY) as [server], worker(desk):
        drafter = listen(server, DRAFTER)
        drafter.until_todo(1)
        set_clock(desk, START + HOUR + timedelta(seconds=1))
        drafter.until_todo(2)


def test_a_commit_that_was_never_announced_is_found_all_the_same(
    postgres_house: House, listen: Callable[[Server, str], Listener]
) -> None:
    desk = Desk(postgres_house)
    desk.start()
    with serving(postgres_house, **SOON) as [server]:
        head = listen(server, HEAD)
        head.until_todo(0)
        desk.act(DRAFTER, "submit", **DRAFT)  # this process announces nothing
        head.until_todo(1)


def test_nothing_is_told_before_it_is_committed(
    postgres_house: House, listen: Callable[[Server, str], Listener]
) -> None:
    first, second = started(postgres_house), started(postgres_house)
    person = Desk(postgres_house).person(DRAFTER)
    submission = Submission(first.version, "submit", "", DRAFT)
    with serving(postgres_house, **SOON) as [server]:
        head = listen(server, HEAD)
        head.until_todo(0)
        with transaction(postgres_house.pool) as connection:
            worklist.complete(connection, postgres_house.office, person, first.id, submission, MORNING)
            hand_on(server, second)
            head.until_todo(1)
        head.until_todo(2)
        told = (one.body["counts"]["todo"] for one in head.heard if one.event == "inbox")
        assert [count for count, _same in groupby(told)] == [0, 1, 2]


def test_a_stream_needs_somebody_who_is_signed_in_and_may_work(sqlite_house: House) -> None:
    with serving(sqlite_house) as [server]:
        assert refusal(server) == 401
        assert refusal(server, "session=forged.by.hand") == 401
        session = Session(server, DRAFTER)
        with transaction(sqlite_house.pool) as connection:
            passwords.set_password(connection, DRAFTER, "another-password", must_change=True)
        assert refusal(server, session.cookie) == 401
        pending = Session(server, DRAFTER, "another-password")
        assert refusal(server, pending.cookie) == 401
        session.close()
        pending.close()


def test_a_stream_ends_when_its_session_does(house: House) -> None:
    with serving(house, **SOON) as [server]:
        session = Session(server, DRAFTER)
        stays = Session(server, DRAFTER)
        ends, goes_on = Listener(server, session.cookie), Listener(server, stays.cookie)
        cookie = session.cookie
        session.post("/sign-out")
        ends.until_end()
        assert refusal(server, cookie) == 401
        goes_on.until_todo(0)
        desk = Desk(house)
        desk.start()
        goes_on.until_todo(1)
        with transaction(house.pool) as connection:
            passwords.set_password(connection, DRAFTER, "another-password", must_change=False)
        goes_on.until_end()
        for one in (session, stays, ends, goes_on):
            one.close()


def test_a_stream_ends_with_the_account(sqlite_house: House, listen: Callable[[Server, str], Listener]) -> None:
    with serving(sqlite_house, **SOON) as [server]:
        other = listen(server, OTHER)
        other.until_todo(0)
        with transaction(sqlite_house.pool) as connection:
            actions.set_person_disabled(connection, OTHER, MORNING, lambda _kind, _data: None)
        other.until_end()


def test_the_oldest_of_too_many_streams_of_one_person_makes_room(
    sqlite_house: House, listen: Callable[[Server, str], Listener]
) -> None:
    with serving(sqlite_house, BANJIE_LIVE__STREAMS_PER_PERSON="2") as [server]:
        first, second, third = (listen(server, DRAFTER) for _ in range(3))
        head = listen(server, HEAD)
        assert first.until(lambda heard: heard.event == "replaced")
        first.until_end()
        item = started(sqlite_house)
        second.until_todo(1)
        third.until_todo(1)
        hand_on(server, item)
        head.until_todo(1)


def test_a_quiet_stream_shows_that_it_is_alive_and_no_proxy_holds_it_back(
    sqlite_house: House, listen: Callable[[Server, str], Listener]
) -> None:
    with serving(sqlite_house, BANJIE_LIVE__HEARTBEAT_SECONDS="0.2") as [server]:
        drafter = listen(server, DRAFTER)
        assert drafter.until(lambda heard: heard.event == "heartbeat")
        assert drafter.headers["X-Accel-Buffering"] == "no"
        assert drafter.headers["Cache-Control"] == "no-store"
        assert "connect-src 'self'" in drafter.headers["Content-Security-Policy"]


def test_a_server_that_is_asked_to_end_ends_its_streams_and_is_gone(
    sqlite_house: House, listen: Callable[[Server, str], Listener]
) -> None:
    with serving(sqlite_house) as [server]:
        drafter = listen(server, DRAFTER)
        drafter.until_todo(0)
        began = time.monotonic()
        server.stop()  # kills it after ten seconds
        assert time.monotonic() - began < 8
        drafter.until_end()


def test_a_server_that_holds_no_further_stream_says_so_and_answers_counts(sqlite_house: House) -> None:
    item = started(sqlite_house)
    with serving(sqlite_house, BANJIE_LIVE__MOST_STREAMS="0") as [server]:
        session = Session(server, DRAFTER)
        assert refusal(server, session.cookie) == 503
        told = session.client.get("/worklist/counts").json()
        assert told["person"] == DRAFTER
        assert told["counts"] == {**dict.fromkeys(TOLD, 0), "todo": 1}
        assert told["newest"]["todo"].endswith(item.id)
        session.close()
