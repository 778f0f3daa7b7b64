"""What else happens in the same moment: deployments, readings, retries, sign-ins, and checks while others write."""

import threading
from collections import Counter
from functools import partial
from pathlib import Path

from sqlalchemy import update

from app.settings import session_secret
from app.transaction import reading, transaction
from tests.concurrency.site import Site, at_once
from tests.flows import model, seats, service
from tests.office import PASSWORD
from tests.rest import Answer, RestClient
from workflows import verification
from workflows.organisation import passwords
from workflows.organisation.demo import PEOPLE
from workflows.organisation.records import unit

AUDITORS = ("peishenzhi", "changguanfu")
SIGNERS = [username for username, *_ in PEOPLE[:24]]
TIMES = 12
APPOINTS = model(
    "s_begin -> handle\nhandle -> appoint\nappoint -> sign\nsign -> e_done",
    {"appoint": service("appoint", "document.appoint_signatory")},
    key="appoints",
)


def lead_the_office(site: Site, leader: str | None) -> None:
    with transaction(site.house.pool) as connection:
        connection.execute(update(unit).where(unit.c.code == "BGS").values(leader=leader))


def test_versions_deployed_at_once_follow_each_other(site: Site) -> None:
    """The same files from several hands are one version; different files are as many."""
    [(name, content)] = model("s_begin -> draft\ndraft -> e_done", key="deployed_at_once").items()
    files = [content + f"<!-- {n // 2} -->".encode() for n in range(TIMES)]
    acts = [
        partial(site.client("boruoxi", n).upload, name, one, path="/definitions", field="files")
        for n, one in enumerate(files)
    ]
    answers = at_once(acts)
    assert [one.status for one in answers] == [201] * TIMES
    deployed = {(one.body["definitions"][0]["version"], one.body["definitions"][0]["hash"]) for one in answers}
    assert sorted(version for version, _hash in deployed) == list(range(1, len(deployed) + 1))
    assert len({hash_ for _version, hash_ in deployed}) == TIMES // 2
    site.assert_sound()


def count_readings(site: Site) -> int:
    return sum(len(site.history(f"office:readings:{one}", "case:read")) for one in AUDITORS)


def test_the_first_readings_of_auditors_at_once_are_all_recorded(site: Site) -> None:
    [item] = site.open(model("s_begin -> handle\nhandle -> e_done", key="read_by_auditors"))
    before = count_readings(site)
    readers = [site.client(AUDITORS[n % 2], n) for n in range(TIMES)]
    answers = at_once([partial(one.get, f"/instances/{item.instance_id}") for one in readers])
    assert [one.status for one in answers] == [200] * TIMES
    assert count_readings(site) == before + TIMES
    site.assert_sound()


def test_an_incident_that_several_try_again_at_once_is_retried_once(site: Site) -> None:
    lead_the_office(site, None)
    [item] = site.open(APPOINTS, issuing_code="沐原办")
    answer = site.client("gexingyao").post(f"/work-items/{item.id}/complete", version=1, decision="submit")
    assert answer.status == 200
    lead_the_office(site, "qiujingan")
    [incident] = site.client("zhenliyan").get(f"/instances/{item.instance_id}/incidents").body
    directors = [site.client("zhenliyan", n) for n in range(TIMES)]
    answers = at_once([partial(one.post, f"/incidents/{incident['id']}/retry") for one in directors])
    assert Counter(one.status for one in answers) == {200: 1, 404: TIMES - 1}
    assert len(site.history(item.instance_id, "incident:retried")) == 1
    site.assert_sound()


def test_what_is_checked_while_others_write_is_one_state(site: Site) -> None:
    items = site.open(
        model("s_begin -> sign\nsign -> e_done", {"sign": seats("sign")}, key="signed_meanwhile"), seats=SIGNERS
    )
    acts = [
        partial(site.client(str(item.assignee), n).post, f"/work-items/{item.id}/complete", version=1, decision="agree")
        for n, item in enumerate(items)
    ]
    answers: list[Answer] = []
    writing = threading.Thread(target=lambda: answers.extend(at_once(acts)))
    writing.start()
    while writing.is_alive():
        with reading(site.house.pool) as connection:
            assert verification.verify(connection, site.house.office) == []
    writing.join()
    assert [one.status for one in answers] == [200] * len(SIGNERS)


def test_guesses_in_the_same_moment_teach_no_more_than_one_after_the_other(site: Site) -> None:
    clients = [RestClient(site.servers[n % len(site.servers)].port) for n in range(TIMES)]
    acts = [
        partial(one.post, "/token", username="feisiqi", password=f"guess number {n}") for n, one in enumerate(clients)
    ]
    answers = at_once(acts)
    assert Counter((one.status, one.body["title"]) for one in answers) == {
        (403, "InvalidCredentials"): passwords.FAILURES_BEFORE_PAUSE,
        (403, "AccountLocked"): TIMES - passwords.FAILURES_BEFORE_PAUSE,
    }
    assert clients[0].post("/token", username="feisiqi", password=PASSWORD).body["title"] == "AccountLocked"
    for one in clients:
        one.close()


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    found: list[str] = []
    barrier = threading.Barrier(TIMES)

    def start() -> None:
        barrier.wait()
        found.append(session_secret(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == TIMES
    assert len(set(found)) == 1
    assert len(found[0]) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
