"""A site whose database does not answer says so, and when to ask again; it is not an error of whoever asks."""

from pathlib import Path

from app.current import HOUSE
from app.web import create_app
from tests.conftest import Databases
from tests.databases import SETTLED, installation
from tests.office import PASSWORD
from tests.web.clerk import Clerk


def test_without_its_database_the_site_asks_to_come_back(databases: Databases, tmp_path: Path) -> None:
    url = databases.new(SETTLED)
    app = create_app(installation(url, tmp_path).settings)
    clerk = Clerk(app, "gexingyao")
    app.extensions[HOUSE].pool.dispose()
    databases.drop(url)
    page = clerk.get("/worklist")
    assert (page.status_code, page.mimetype) == (503, "text/plain")
    assert "数据库暂时没有响应" in page.text
    answer = app.test_client().post("/api/v1/token", json={"username": "gexingyao", "password": PASSWORD})
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    app.extensions[HOUSE].pool.dispose()
