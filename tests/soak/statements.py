"""Kills a serving process before each single statement of a completion, and lets the client ask again elsewhere."""

import tempfile
from pathlib import Path

from app.house import House
from tests.concurrency.site import Site
from tests.databases import SETTLED, PostgresDatabases, SqliteDatabases, installation
from tests.flows import model
from tests.rest import BROKEN, Answer, RestClient
from tests.serving import Server, installation_environment, servers
from tests.soak.dying import THE_ANSWER

FLOW = model("s_begin -> first\nfirst -> second\nsecond -> e_done", key="two_steps")
MOST_STATEMENTS = 60


def run(databases: SqliteDatabases | PostgresDatabases) -> list[str]:
    """Return every contradiction."""
    url = databases.new(SETTLED)
    with tempfile.TemporaryDirectory(prefix="banjie-soak-") as folder:
        house = installation(url, Path(folder))
        try:
            with servers(url, Path(folder), 1) as [steady]:
                found = _run(house, steady)
        finally:
            house.pool.dispose()
            databases.drop(url)
    return found


def _run(house: House, steady: Server) -> list[str]:
    site = Site(house, [steady])
    found = []
    for number in range(1, MOST_STATEMENTS):
        missed = _one(house, site, number, found)
        if missed == THE_ANSWER:
            print(
                f"{house.pool.dialect.name}: killed before each of {number - 1} statements and the answer", flush=True
            )
            return found
    return [*found, f"a completion took more than {MOST_STATEMENTS} statements"]


def _one(house: House, site: Site, number: int, found: list[str]) -> str:
    """Complete one item at a server that dies before one of its statements; return what it did not do."""
    [item] = site.open(FLOW)
    storage = house.settings.storage
    environment = installation_environment(storage.database_url, storage.data_dir)
    said = storage.data_dir / "last words"
    dying = Server(environment, "tests.soak.dying", str(number), stdout=said)
    try:
        dying.start()
        dying.wait_until_ready()
        path, key, body = f"/work-items/{item.id}/complete", f"statement-{number}", {"version": 1, "decision": "submit"}
        answers = [
            _answer(RestClient(port, site.token("gexingyao")), path, key, body)
            for port in (dying.port, site.servers[0].port, site.servers[0].port)
        ]
        missed = dying.said()
    finally:
        dying.kill()
    if answers[0] is not None:
        found.append(f"{missed}: there was an answer, {answers[0]}")
    if answers[1] is None or answers[1].status != 200 or answers[1] != answers[2]:
        found.append(f"{missed}: asked again, {answers[1]}, and then {answers[2]}")
    if len(site.history(item.instance_id, "work_item:completed")) != 1:
        found.append(f"{missed}: not completed exactly once")
    site.assert_sound()
    return missed


def _answer(client: RestClient, path: str, key: str, body: dict[str, object]) -> Answer | None:
    try:
        return client.post(path, key=key, **body)
    except BROKEN:
        return None
    finally:
        client.close()
