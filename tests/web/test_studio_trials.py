"""走一遍 and 用历史试: what a director sees of a draft before anybody approves it."""

import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.house import House
from tests.office import deploy, flow_files
from tests.web.clerk import Clerk, alert

SEAL = "seal_use"
ACTS = re.compile(r'name="walk-acts" value="([^"]*)"')
ACTOR = re.compile(r'name="(walk-item|walk-person|walk-step)" value="([^"]*)"')


@pytest.fixture
def house(site: Flask) -> House:
    house: House = site.extensions["banjie"]
    deploy(house, "flow_change", SEAL)
    return house


def begun(site: Flask, flow: str = "outgoing_document") -> tuple[Clerk, str]:
    clerk = Clerk(site, "zhenliyan")
    answer = clerk.post("/studio/new", flow=flow, title="发文流程改名", change_reason="名称与职责不符。")
    assert answer.status_code == 302, alert(answer)
    return clerk, answer.location


def kept(page: TestResponse) -> dict[str, str]:
    """Return what the page's form holds of the walk: its acts, and who is about to act where."""
    found = ACTS.search(page.text)
    assert found, page.text
    return {"walk-acts": unescape(found[1]), **dict(ACTOR.findall(page.text))}


def test_probe(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    page = clerk.get(f"{place}/walk")
    assert page.status_code == 200
    page = clerk.post(f"{place}/walk", **{**kept(page), "walk-person": "gexingyao", "walk-title": "关于用章的通知", "walk-do": "start"})
    assert page.status_code == 200, alert(page)
    print(kept(page))
    page = clerk.post(f"{place}/walk", **{**kept(page), "decision": "submit"})
    print(page.status_code, alert(page))
    page = clerk.get(f"{place}/trial")
    assert page.status_code == 200
