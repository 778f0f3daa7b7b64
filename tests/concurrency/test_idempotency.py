"""One key sent many times, in the same moment or after the server died: done once, answered alike."""

from functools import partial
from pathlib import Path

from tests.concurrency.site import Site, at_once
from tests.databases import SETTLED, SqliteDatabases, installation
from tests.flows import model
from tests.rest import Answer, RestClient
from tests.serving import servers

TIMES = 12
FLOW = model("s_begin -> first\nfirst -> second\nsecond -> e_done", key="two_steps")


def clients(site: Site) -> list[RestClient]:
    return [site.client("gexingyao", number) for number in range(TIMES)]


def assert_answered_alike(answers: list[Answer], status: int) -> None:
    assert [one.status for one in answers] == [status] * TIMES, answers
    assert all(one.body == answers[0].body for one in answers)


def test_a_completion_under_one_key_is_done_once(site: Site) -> None:
    [item] = site.open(FLOW)
    path = f"/work-items/{item.id}/complete"
    answers = at_once(
        [partial(one.post, path, key="complete-once", version=1, decision="submit") for one in clients(site)]
    )
    assert_answered_alike(answers, 200)
    assert len(site.history(item.instance_id, "work_item:completed")) == 1
    site.assert_sound()


def test_a_case_started_under_one_key_is_one_case(site: Site) -> None:
    site.open(FLOW)
    answers = at_once(
        [
            partial(one.post, "/instances", key="start-once", definition="two_steps", title="只有一件")
            for one in clients(site)
        ]
    )
    assert_answered_alike(answers, 201)
    started = site.client("gexingyao").get("/instances?definition=two_steps")
    assert [one["id"] for one in started.body["items"] if one["title"] == "只有一件"] == [answers[0].body["id"]]
    site.assert_sound()


def test_a_file_sent_under_one_key_is_one_attachment(site: Site) -> None:
    answers = at_once([partial(one.upload, "表.pdf", b"%PDF-1.4", key="file-once") for one in clients(site)])
    assert_answered_alike(answers, 201)
    site.assert_sound()


def test_a_draft_saved_under_one_key_is_answered_alike(site: Site) -> None:
    [item] = site.open(FLOW)
    path = f"/work-items/{item.id}/save_draft"
    answers = at_once([partial(one.post, path, key="draft-once", version=1, opinion="想一想") for one in clients(site)])
    assert_answered_alike(answers, 200)


def test_one_key_for_two_requests_is_refused_also_in_the_same_moment(site: Site) -> None:
    items = [site.open(FLOW)[0] for _ in range(TIMES)]
    answers = at_once(
        [
            partial(one.post, f"/work-items/{item.id}/complete", key="one-key", version=1, decision="submit")
            for one, item in zip(clients(site), items, strict=True)
        ]
    )
    assert sorted(one.status for one in answers) == [200] + [409] * (TIMES - 1)
    assert {one.body["title"] for one in answers if one.status == 409} == {"KeyReused"}
    assert sum(len(site.history(item.instance_id, "work_item:completed")) for item in items) == 1
    site.assert_sound()


def test_what_was_done_before_the_server_died_is_answered_alike_after(
    sqlite_databases: SqliteDatabases, tmp_path: Path
) -> None:
    url = sqlite_databases.new(SETTLED)
    house = installation(url, tmp_path)
    with servers(url, tmp_path, 1) as [server]:
        site = Site(house, [server])
        [item] = site.open(FLOW)
        path, body = f"/work-items/{item.id}/complete", {"version": 1, "decision": "submit"}
        before = site.client("gexingyao").post(path, key="before-and-after", **body)
        server.kill()
        server.start()
        server.wait_until_ready()
        after = site.client("gexingyao").post(path, key="before-and-after", **body)
        assert before.status == after.status == 200
        assert before.body == after.body
        assert len(site.history(item.instance_id, "work_item:completed")) == 1
        site.hang_up()
        site.assert_sound()
    house.pool.dispose()
    sqlite_databases.drop(url)
