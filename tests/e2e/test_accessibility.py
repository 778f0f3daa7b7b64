"""axe-core finds nothing serious on any page, on a desktop and on a phone; nothing overflows sideways."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from app.transaction import transaction
from app.web import create_app
from tests.browser import DESKTOP, PHONE, screenshot, server, wait_until_ready
from tests.office import PASSWORD, Desk
from workflows.substitutions import actions
from workflows.substitutions.values import Arrangement, whole_days

AXE = Path(__file__).parents[2] / "app" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
PAGES = {
    "gexingyao": [
        "/worklist",
        "/worklist?box=started",
        "/cases",
        "/cases/new",
        "/cases/{case}",
        "/cases/{case}/thread",
        "/cases/{case}/comments",
        "/cases/{case}/print",
        "/cases/{case}/versions/body",
        "/notices",
        "/notices/settings",
        "/phrases/own",
        "/calendar",
        "/password",
    ],
    "qiujingan": [
        "/worklist",
        "/worklist/{item}",
        *(f"/worklist/{{item}}/do/{name}" for name in ("send_back", "transfer", "delegate", "add_signer", "circulate")),
    ],
    "shaxiaoman": [
        "/documents/numbers",
        "/documents/numbers/沐原办/2025",
        "/documents/register",
        "/documents/seals",
        "/incoming",
    ],
    "jinshubai": ["/rooms", "/rooms/list", "/rooms/book", "/meetings"],
    "linxiaozhou": [
        "/supervision",
        "/supervision/candidates",
        "/supervision/tasks",
        "/supervision/oral-orders",
        "/supervision/bulletin",
    ],
    "kuangyuheng": [
        "/archive?year=2025",
        "/archive/paper?year=2025",
        *(
            f"/archive/{name}?year=2025"
            for name in ("order", "catalogue", "catalogue/print", "inspections", "transfers")
        ),
    ],
    "yuwenshu": ["/worklist?box=todo", "/worklist/{item}?substitute", "/substitutions"],
    "boruoxi": [
        "/substitutions?all",
        "/secretaries",
        "/handover",
        "/interventions",
        "/definitions/outgoing_document/running",
        "/cases/{case}/do/jump",
        "/cases/{case}/do/migrate",
        "/phrases/office",
    ],
    "zhenliyan": [
        "/definitions",
        "/definitions/outgoing_document",
        "/definitions/outgoing_document/compare",
        "/definitions/upload",
        "/documents/signing",
        "/studio/restore?flow=outgoing_document&version=1",
    ],
    "peishenzhi": [
        "/audit",
        "/audit/{case}",
        "/audit/{case}/records",
        "/audit/{case}/proof",
        "/audit/log",
        "/audit/anchors",
    ],
    "jiziheng": ["/admin/units", "/admin/posts", "/admin/people", "/nothing-here"],
}
MISSING = {"/nothing-here"}
NO_PAGES = frozenset(
    """account.sign_in api archive.catalogue_as_table archive.list_as_table
    audit.anchors_file audit.export audit.export_verifiable audit.heat audit.heat_cases audit.heat_table
    audit.log_as_csv audit.log_as_table audit.moment audit.public_key audit.readings
    calendar.download comments.mentionable definitions.bpmn definitions.file
    documents.outgoing_as_table documents.seals_as_table documents.series_as_table files health incoming.received_as_table
    openapi_docs openapi_json previews static supervision.export supervision.export_bulletin supervision.export_orders
    supervision.export_tasks
    audit.deviations_as_table audit.sample_as_table audit.take_event_log
    audit.deviations audit.event_logs audit.sample audit.sampled_case audit.samples
    worklist.counts worklist.home
    archive.item archive.one_case archive.one_transfer
    calendar.imported documents.ask_to_void incoming.ask_to_correct meetings redactions rooms.booking studio studio_compare
    studio_forms studio_rules studio_trying studio_walking supervision.ask supervision.figure""".split()
)
"""Endpoints and blueprints that answer with no page of their own, or whose pages tests of their own look at."""


@pytest.fixture
def filled(sqlite_house: House) -> Iterator[tuple[str, str, str]]:
    """A served office with a case that waits for a signature, also of a substitute: its address, the case, the work item."""
    desk = Desk(sqlite_house)
    desk.to_signing()
    [item] = desk.open_items("qiujingan")
    days = whole_days(desk.now.date(), desk.now.date() + timedelta(days=3))
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, desk.now)
        for owner, substitute in (("qiujingan", "yuwenshu"), ("biancongzhou", "yuwenshu")):
            person, asked = desk.person(owner), Arrangement(owner, substitute, *days, reason="赴砚江热电现场")
            actions.arrange(connection, sqlite_house.office, person, asked, desk.now)
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        yield address, desk.instance_id, item.id


VIOLATIONS = """async () => {
    const {violations} = await axe.run(document, {resultTypes: ["violations"]});
    return violations.map(({id, help, impact, nodes}) => ({id, help, impact, targets: nodes.map(node => node.target)}));
}"""
"""Runs every rule; what passed is not written out, which takes longer than looking."""


def serious_findings(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate(VIOLATIONS)
    return [f"{page.url} {one['id']}: {one['help']} {one['targets']}" for one in violations if one["impact"] in SERIOUS]


def test_no_page_has_a_serious_finding(browser: Browser, filled: tuple[str, str, str]) -> None:
    address, case, item = filled
    findings: list[str] = []
    for viewport in (DESKTOP, PHONE):
        signed_out = browser.new_context(viewport=viewport).new_page()
        signed_out.goto(f"{address}/sign-in")
        findings += serious_findings(signed_out)
        for username, paths in PAGES.items():
            page = browser.new_context(viewport=viewport, locale="zh-CN").new_page()
            page.goto(f"{address}/sign-in")
            page.get_by_label("用户名").fill(username)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            for path in paths:
                answer = page.goto(address + path.format(case=case, item=item))
                assert answer is not None
                assert answer.ok or path in MISSING, f"{path}: {answer.status}"
                if page.locator("[data-diagram]").count():
                    page.locator("[data-drawn]").first.wait_for()
                if page.locator("[data-compare]").count():
                    page.locator("[data-compared]").wait_for()
                findings += serious_findings(page)
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= viewport["width"], f"{path} is {width} wide"
                name = path.strip("/").replace("/", "-").replace("?", "-").format(case="case", item="item")
                screenshot(page, f"page-{viewport['width']}-{name}")
    assert findings == [], "\n".join(findings)


def test_every_page_is_among_those_that_are_looked_at(sqlite_house: House) -> None:
    site = create_app(sqlite_house.settings)
    pages = site.url_map.bind("localhost")
    paths = [path.partition("?")[0] for several in PAGES.values() for path in several if "nothing" not in path]
    looked_at = {pages.match(path.format(case="a", item="b"))[0] for path in paths}
    asked = {
        rule.endpoint
        for rule in site.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not NO_PAGES & {rule.endpoint, rule.endpoint.partition(".")[0]}
    }
    assert asked - looked_at == set()


def test_a_clerk_gets_through_a_step_with_the_keyboard_alone(browser: Browser, filled: tuple[str, str, str]) -> None:
    address, _case, item = filled
    page = browser.new_context(viewport=DESKTOP, locale="zh-CN").new_page()
    page.goto(f"{address}/sign-in")
    wait_until_ready(page)
    expect(page.get_by_label("用户名")).to_be_focused()
    for label, text in (("用户名", "qiujingan"), ("密码", PASSWORD)):
        page.keyboard.type(text)
        expect(page.get_by_label(label)).to_have_value(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="待办").wait_for()
    page.goto(f"{address}/worklist/{item}")
    wait_until_ready(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "opinion":
            break
    page.keyboard.type("同意印发。")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "agree":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    page.get_by_text("已提交，转到：复核（沙小满）。").wait_for()
