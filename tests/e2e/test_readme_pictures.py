"""The pictures of the README, taken anew by ``make screenshots``; every run of the tests takes them too."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page

from app.house import House
from app.transaction import transaction
from tests.browser import ARTIFACTS, DESKTOP, server
from tests.drafting import drafted
from tests.legal_review import with_legal_review
from tests.office import DRAFT, PASSWORD, Desk

DOCUMENTS = Path(__file__).parents[2]
PICTURES = ("inbox", "work_item", "case", "audit", "studio")
WAITING = (
    ("沐原能源集团有限公司办公室关于做好2026年元旦、春节期间安全生产和值班值守工作的通知", "特急"),
    ("沐原能源集团有限公司关于报送2025年度节能降耗和碳排放管理工作情况的报告", None),
    ("沐原能源集团有限公司办公室关于印发《公务用车管理办法（试行）》的通知", "加急"),
    ("中共沐原能源集团有限公司委员会关于认真学习贯彻全国国有企业党的建设工作会议精神的通知", None),
    ("沐原能源集团有限公司办公室关于调整总值班室电话的通知", None),
)


def test_the_pictures_of_the_readme_show_what_there_is(browser: Browser, sqlite_house: House) -> None:
    finished, signing = Desk(sqlite_house), Desk(sqlite_house)
    finished.to_the_end()
    signing.now = finished.now
    signing.to_signing()
    at = signing.now
    for number, (title, urgency) in enumerate(WAITING):
        desk = Desk(sqlite_house, at + timedelta(hours=9 * number))
        desk.start(title=title)
        desk.act("gexingyao", "submit", **{**DRAFT, "title": title, "urgency": urgency})
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, desk.now + timedelta(minutes=70))
    [item] = signing.open_items("qiujingan")
    change = drafted(sqlite_house, with_legal_review())
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        take(signed_in(browser, address, "shiyanqiu"), f"{address}/worklist", "inbox")
        take(signed_in(browser, address, "qiujingan"), f"{address}/worklist/{item.id}", "work_item")
        drafter = signed_in(browser, address, "gexingyao")
        take(drafter, f"{address}/cases/{finished.instance_id}", "case")
        take(signed_in(browser, address, "peishenzhi"), f"{address}/audit/{finished.instance_id}", "audit")
        take(signed_in(browser, address, "zhenliyan"), f"{address}/studio/{change.instance_id}", "studio")
    for readme in ("README.md", "README.zh-CN.md"):
        text = (DOCUMENTS / readme).read_text(encoding="utf-8")
        assert all(f"docs/screenshots/{name}.png" in text for name in PICTURES)


def signed_in(browser: Browser, address: str, username: str) -> Page:
    page = browser.new_context(viewport=DESKTOP, locale="zh-CN").new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="待办").wait_for()
    return page


def take(page: Page, address: str, name: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    if page.locator("[data-diagram], [data-studio], [data-replay]").count():
        page.locator("[data-drawn]").first.wait_for()
    if name == "audit":
        page.locator("[data-proved]").wait_for()
    if name == "studio":
        page.locator(".djs-container [data-element-id=department_review] .djs-hit").first.click(force=True)
        page.get_by_label("由谁办理", exact=True).wait_for()
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
