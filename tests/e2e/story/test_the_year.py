"""The acceptance story from 2025-11-05 to 2026-07-10: everybody does in a browser what the story says, on one database."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.databases import EMPTY, SqliteDatabases, installation
from tests.e2e.story.calendar_of_steps import STEPS, own_settings, settle
from tests.e2e.story.year import Year
from tests.serving import LOOPBACK, servers


def test_a_year_of_the_office_in_the_browser(
    browser: Browser, sqlite_databases: SqliteDatabases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANJIE_CONFIG", str(own_settings(tmp_path)))
    url = sqlite_databases.new(EMPTY)
    house = installation(url, tmp_path)
    settle(house)
    with servers(url, tmp_path, 1) as [served]:
        year = Year(house, f"http://{LOOPBACK}:{served.port}", browser, tmp_path)
        for step in STEPS:
            step(year)
    assert "全部一致" in year.banjie("verify")
    year.banjie("replay", "--all")  # which ends with a code of its own where a case diverges
    assert year.findings.complaints == []
    house.pool.dispose()
    sqlite_databases.drop(url)
