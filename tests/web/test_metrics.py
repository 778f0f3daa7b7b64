"""What Prometheus may read, and who else may not."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.current import HOUSE
from app.house import House
from app.settings import load
from app.web import create_app
from tests.web.clerk import Clerk

TOKEN = "a-token-of-the-tests"
AWAY = {"REMOTE_ADDR": "10.1.2.3"}


@pytest.fixture
def with_token(sqlite_house: House) -> Iterator[Flask]:
    storage = sqlite_house.settings.storage
    app = create_app(
        load(
            storage={"database_url": storage.database_url, "data_dir": storage.data_dir},
            metrics={"token": TOKEN, "addresses": ["192.168.7.0/24"]},
        )
    )
    yield app
    app.extensions[HOUSE].pool.dispose()


def test_this_machine_reads_how_requests_were_answered(each_site: Flask) -> None:
    Clerk(each_site, "gexingyao").get("/worklist")
    each_site.test_client().open("/worklist", method="BREW")
    answer = each_site.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert 'banjie_requests_total{endpoint="worklist.index",method="GET",status="200"}' in answer.text
    assert 'banjie_request_seconds_count{endpoint="worklist.index"}' in answer.text
    assert 'banjie_jobs{state="waiting"} 0.0' in answer.text
    assert "BREW" not in answer.text
    assert "gexingyao" not in answer.text


def test_nobody_reads_them_from_elsewhere_or_through_a_proxy(site: Flask) -> None:
    client = site.test_client()
    assert client.get("/metrics", environ_overrides=AWAY).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer "}, environ_overrides=AWAY).status_code == 403


def test_whoever_has_the_token_or_an_address_of_the_setting_reads_them(with_token: Flask) -> None:
    client = with_token.test_client()
    for token, status in ((TOKEN, 200), ("another", 403), ("标记", 403)):
        headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
        assert client.get("/metrics", headers=headers, environ_overrides=AWAY).status_code == status
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.168.7.9"}).status_code == 200
    assert client.get("/metrics").status_code == 403
