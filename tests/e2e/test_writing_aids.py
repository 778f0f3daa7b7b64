"""What helps to write and to read, in a real browser: phrases, autosave, files, previews, comparison, the sheet on paper."""

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, Route, expect

from app.house import House
from tests.browser import ARTIFACTS, DESKTOP, PHONE, screenshot, server, wait_until_ready, whole_chromium
from tests.databases import SETTLED, SqliteDatabases, installation
from tests.e2e.test_accessibility import serious_findings
from tests.office import BODY, DRAFT, PASSWORD, Desk

LONG_TITLE = (
    "沐原能源集团有限公司办公室关于进一步做好2026年元旦、春节期间安全生产、值班值守、应急处置和信息报送工作"
    "并严格执行领导干部外出报备制度的紧急通知"
)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
DROP = """([kind, name, bytes, onto]) => {
    const transfer = new DataTransfer();
    const content = typeof bytes === "number" ? new Uint8Array(bytes) : new Uint8Array(bytes);
    transfer.items.add(new File([content], name));
    if (name.includes("一")) transfer.items.add(new File([content], name.replace("一", "二")));
    const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer });
    document.querySelector(onto).dispatchEvent(event);
}"""
FORM = "form.card[data-keep]"
VIEWER = "chrome-extension:"
"""The browser's own viewer of PDF stands in a frame of its own, which it makes only where nothing was blocked."""

OPINION_FILES = '[data-name="attachments"]'


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x20\x6b\xc4" * 40 for _ in range(30))
    header = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def docx(*paragraphs: str) -> bytes:
    document, file = Document(), BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


class Served:
    """A served office with a case at its first step, and its people's pages."""

    def __init__(self, address: str, browser: Browser, desk: Desk) -> None:
        self.address, self.desk = address, desk
        self.console: list[str] = []
        self._browser = browser

    def page_of(self, username: str, viewport: dict[str, int] = DESKTOP) -> Page:
        page = self._browser.new_context(viewport=viewport, locale="zh-CN").new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: message.type == "error" and self.console.append(message.text))
        page.goto(f"{self.address}/sign-in")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="待办")).to_be_visible()
        return page

    def item_of(self, username: str) -> str:
        [item] = self.desk.open_items(username)
        return f"{self.address}/worklist/{item.id}"

    def open_item(self, username: str, viewport: dict[str, int] = DESKTOP) -> Page:
        page = self.page_of(username, viewport)
        page.goto(self.item_of(username))
        wait_until_ready(page)
        return page


@pytest.fixture(scope="module")
def office(sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """A served office, and its address; each test starts a case of its own in it."""
    house = installation(sqlite_databases.new(SETTLED), tmp_path_factory.mktemp("served"))
    storage = house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        yield house, address
    house.pool.dispose()


@pytest.fixture
def served(office: tuple[House, str], browser: Browser) -> Served:
    house, address = office
    desk = Desk(house)
    desk.start(title=LONG_TITLE)
    return Served(address, browser, desk)


def drag(page: Page, kind: str, name: str = "附件一.pdf", content: bytes | int = PDF, onto: str = FORM) -> None:
    page.evaluate(DROP, [kind, name, content if isinstance(content, int) else list(content), onto])


def test_a_phrase_is_put_in_by_the_keyboard_where_one_writes_and_can_be_undone(served: Served) -> None:
    page = served.open_item("gexingyao")
    opinion = page.get_by_label("意见", exact=True)
    opinion.fill("经研究，")
    opinion.press("End")
    opinion.press("Alt+2")
    expect(opinion).to_have_value("经研究，拟同意，请××阅示。")
    page.keyboard.press("Control+z")
    expect(opinion).to_have_value("经研究，")
    opinion.press("Alt+2")
    page.keyboard.type("敬安同志")
    expect(opinion).to_have_value("经研究，拟同意，请敬安同志阅示。")
    expect(page.locator("#autosave")).to_contain_text("已自动暂存")
    page.keyboard.press("Control+z")
    expect(opinion).not_to_have_value("经研究，拟同意，请敬安同志阅示。")
    opinion.fill("经研究，")
    page.get_by_role("group", name="常用语").get_by_role("button", name="请按程序办理。").click()
    expect(opinion).to_have_value("经研究，请按程序办理。")


def test_what_is_typed_is_kept_and_there_again_after_the_browser_was_closed(served: Served) -> None:
    page = served.open_item("gexingyao")
    page.get_by_label("意见", exact=True).fill("请领导审定。")
    page.locator("textarea[name=body]").fill("一、写到一半的正文。")
    expect(page.locator("#autosave")).to_have_text(re.compile(r"已自动暂存 \d\d:\d\d"))
    page.locator("textarea[name=body]").press_sequentially("又写了几个字。")
    page.goto(f"{served.address}/worklist")  # within the pause: what was typed last goes when the page is left
    again = served.open_item("gexingyao")
    expect(again.get_by_label("意见", exact=True)).to_have_value("请领导审定。")
    expect(again.locator("textarea[name=body]")).to_have_value(re.compile("写到一半的正文"))
    page.goto(served.item_of("gexingyao"))
    expect(page.locator("textarea[name=body]")).to_have_value(re.compile("又写了几个字。"))


def test_files_of_an_opinion_are_there_again_after_the_page_was_loaded_anew(served: Served) -> None:
    page = served.open_item("gexingyao")
    files = page.locator(OPINION_FILES)
    files.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/pdf", "buffer": PDF} for name in ("附件一.pdf", "附件二.pdf")]
    )
    expect(files.get_by_role("link", name="附件二.pdf", exact=True)).to_be_visible()
    expect(files.get_by_role("link", name="附件一.pdf", exact=True)).to_be_visible()
    expect(page.locator("#autosave")).to_have_text(re.compile(r"已自动暂存 \d\d:\d\d"))
    page.reload()
    expect(files.get_by_role("link", name="附件二.pdf", exact=True)).to_be_visible()
    with page.expect_response("**/draft") as kept:
        files.get_by_role("button", name="移除 附件一.pdf").press("Enter")
    assert kept.value.ok
    page.reload()
    expect(files.locator("input[name=attachments]")).to_have_count(1)
    expect(files.get_by_role("link", name="附件一.pdf", exact=True)).to_have_count(0)
    screenshot(page, "files-kept")


def test_a_draft_of_another_window_is_not_written_over_and_the_text_stays_on_the_page(served: Served) -> None:
    older, newer = served.open_item("gexingyao"), served.open_item("gexingyao")
    newer.get_by_label("意见", exact=True).fill("新窗口里的意见")
    expect(newer.locator("#autosave")).to_contain_text("已自动暂存")
    older.get_by_label("意见", exact=True).fill("旧窗口里的意见")
    expect(older.locator("#autosave")).to_contain_text("另一个窗口已于")
    expect(older.get_by_label("意见", exact=True)).to_have_value("旧窗口里的意见")
    newer.reload()
    expect(newer.get_by_label("意见", exact=True)).to_have_value("新窗口里的意见")


def test_an_item_that_was_closed_meanwhile_says_so_while_one_types(served: Served) -> None:
    page = served.open_item("gexingyao")
    served.desk.act("gexingyao", "submit", **{**DRAFT, "title": LONG_TITLE})
    page.get_by_label("意见", exact=True).fill("来晚了的意见")
    expect(page.locator("#autosave")).to_contain_text("已经办理完毕（葛星遥")
    expect(page.locator("#autosave")).to_contain_text("您的文字仍在本页")
    expect(page.get_by_label("意见", exact=True)).to_have_value("来晚了的意见")


def test_without_a_connection_the_text_waits_and_is_kept_when_it_is_back(served: Served) -> None:
    page = served.open_item("gexingyao")
    page.context.set_offline(True)
    page.get_by_label("意见", exact=True).fill("断网时写的意见")
    expect(page.locator("#autosave")).to_contain_text("网络不通")
    page.context.set_offline(False)
    expect(page.locator("#autosave")).to_contain_text("已自动暂存")
    again = served.open_item("gexingyao")
    expect(again.get_by_label("意见", exact=True)).to_have_value("断网时写的意见")


@pytest.fixture
def alone(sqlite_house: House, browser: Browser) -> Iterator[Served]:
    """A served office where nobody has anything to do but in this case."""
    desk = Desk(sqlite_house)
    desk.start(title=LONG_TITLE)
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        yield Served(address, browser, desk)


def test_beside_the_list_an_item_has_the_same_aids_and_loses_nothing_when_another_opens(alone: Served) -> None:
    served, other = alone, Desk(alone.desk.house)
    other.start(title="关于调整总值班室电话的通知")
    page = served.page_of("gexingyao")
    page.get_by_role("button", name="分栏").click()
    pane = page.locator("[data-pane]")
    [mine], [theirs] = served.desk.open_items("gexingyao"), other.open_items("gexingyao")
    for number in range(3):  # opened again and again: nothing listens twice
        for item in (theirs, mine):
            page.locator(f'[data-row="{item.id}"] a[data-open]').click()
            expect(pane.locator(f'{FORM}[data-keep="{item.id}"]')).to_be_visible()
        opinion = pane.get_by_label("意见", exact=True)
        expect(opinion).to_have_value("拟同意，请××阅示。" * number)
        opinion.press("End")
        opinion.press("Alt+2")
        expect(opinion).to_have_value("拟同意，请××阅示。" * (number + 1))
    drag(page, "dragenter", onto=f"[data-pane] {FORM}")
    drag(page, "drop", onto=f"[data-pane] {FORM}")
    lines = pane.locator(f"{OPINION_FILES} li")
    expect(lines).to_have_count(2)
    expect(lines.first.get_by_role("link")).to_have_text("附件一.pdf")
    opinion.fill("请领导审定。")
    expect(pane.locator("#autosave")).to_contain_text("已自动暂存")
    screenshot(page, "writing-beside-the-list")
    opinion.press_sequentially("再补一句。")
    saved: list[str] = []
    page.on("request", lambda request: request.url.endswith("/draft") and saved.append(request.url))
    page.locator(f'[data-row="{theirs.id}"] a[data-open]').click()
    expect(pane.locator(f'{FORM}[data-keep="{theirs.id}"]')).to_be_visible()
    assert saved == [f"{served.item_of('gexingyao')}/draft"]
    again = served.open_item("gexingyao")
    expect(again.get_by_label("意见", exact=True)).to_have_value("请领导审定。再补一句。")


def test_files_are_dropped_on_the_form_with_progress_and_can_be_cancelled_tried_again_and_removed(
    served: Served,
) -> None:
    page = served.open_item("gexingyao")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/attachments", hold)
    expect(page.locator(f"{OPINION_FILES} .banjie-drop")).to_be_hidden()
    drag(page, "dragenter")
    drag(page, "dragover")
    expect(page.locator(f"{OPINION_FILES} .banjie-drop")).to_be_visible()
    screenshot(page, "files-being-dragged")
    drag(page, "drop")
    expect(page.locator(f"{OPINION_FILES} .banjie-drop")).to_be_hidden()
    lines = page.locator(f"{OPINION_FILES} li")
    expect(lines).to_have_count(2)
    expect(page.locator(f"{OPINION_FILES} progress")).to_have_count(2)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(f"{OPINION_FILES} [role=status]")).to_contain_text("还有文件正在上传")
    screenshot(page, "files-on-their-way")
    page.get_by_role("button", name="取消 附件二.pdf").press("Enter")
    expect(lines).to_have_count(1)
    held[0].abort()
    expect(lines.first).to_contain_text("网络中断，没有传完，请重试。")
    page.unroute("**/attachments")
    page.get_by_role("button", name="重试 附件一.pdf").press("Enter")
    expect(page.get_by_role("link", name="附件一.pdf")).to_be_visible()
    assert page.locator(f"{OPINION_FILES} input[name=attachments]").count() == 1
    page.get_by_role("button", name="移除 附件一.pdf").press("Enter")
    expect(lines).to_have_count(0)


def test_each_file_that_cannot_be_accepted_says_why(served: Served) -> None:
    page = served.open_item("gexingyao")
    drag(page, "drop", "很大.pdf", 50_000_001, '[data-name="annexes"]')
    drag(page, "drop", "程序.exe", b"MZ\x90\x00", '[data-name="annexes"]')
    drag(page, "drop", "空.txt", b"", '[data-name="annexes"]')
    lines = page.locator('[data-name="annexes"] li')
    expect(lines.filter(has_text="很大.pdf")).to_contain_text("超过 50 兆字节的上限")
    expect(lines.filter(has_text="程序.exe")).to_contain_text("是程序")
    expect(lines.filter(has_text="空.txt")).to_contain_text("是空的")
    drag(page, "drop", "正文一.docx", docx("正文。"), '[data-name="body_file"]')
    expect(page.locator('[data-name="body_file"] li')).to_have_count(1)
    expect(page.locator('[data-name="body_file"] [role=status]')).to_contain_text("正文一.docx")
    expect(page.locator("input[name=annexes]")).to_have_count(0)
    screenshot(page, "files-refused")


def test_a_pdf_is_shown_by_the_browsers_own_viewer(office: tuple[House, str], browser: Browser) -> None:
    house, address = office
    desk = Desk(house)
    desk.start(title=LONG_TITLE)
    with whole_chromium(browser) as whole:
        served = Served(address, whole, desk)
        page = served.open_item("gexingyao")
        drag(page, "drop", "扫描件.pdf", PDF)
        place = page.get_by_role("link", name="扫描件.pdf").get_attribute("href")
        page.goto(f"{address}{place}")
        with page.expect_event("framenavigated", lambda frame: frame.url.startswith(VIEWER)):
            page.reload()
        screenshot(page, "preview-pdf")
        assert served.console == []


def test_pictures_and_texts_of_any_charset_are_shown_and_nothing_is_blocked(served: Served) -> None:
    page = served.open_item("gexingyao")
    files = {
        "现场.png": png(),
        "值班表.txt": "值班表：䶮、㛃".encode("gb18030"),
        "稿.docx": docx("正文。"),
    }
    for name, content in files.items():
        drag(page, "drop", name, content)
        expect(page.get_by_role("link", name=name)).to_be_visible()
    places = {name: page.get_by_role("link", name=name).get_attribute("href") for name in files}
    page.goto(f"{served.address}{places['现场.png']}")
    assert page.locator(".banjie-preview img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    page.goto(f"{served.address}{places['值班表.txt']}")
    expect(page.locator("pre")).to_have_text("值班表：䶮、㛃")
    page.goto(f"{served.address}{places['稿.docx']}")
    expect(page.locator(".banjie-document")).to_contain_text("正文。")
    expect(page.get_by_role("link", name="下载")).to_be_visible()
    assert served.console == []


def test_the_bar_of_steps_says_where_the_case_stands(served: Served) -> None:
    page = served.open_item("gexingyao")
    bar = page.get_by_role("list", name="办理环节")
    expect(bar.locator('[aria-current="step"]')).to_have_text(re.compile("起草$"))
    expect(bar.get_by_role("listitem")).to_have_count(16)


def test_a_sheet_fits_on_paper_with_and_without_the_process(served: Served) -> None:
    desk = served.desk
    desk.act("gexingyao", "submit", **{**DRAFT, "title": LONG_TITLE, "copied_organs": "党委常委，纪委"})
    desk.act("shiyanqiu", "revise", "请进一步明确各单位报送时限和责任人，" * 40, countersign_units=["AHB"])
    for _ in range(2):
        desk.act("gexingyao", "submit", **{**DRAFT, "title": LONG_TITLE})
        desk.act("shiyanqiu", "revise", "仍请按上次意见修改。" * 20, countersign_units=["AHB"])
    page = served.page_of("gexingyao")
    pages = {}
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for name, query in (("sheet", ""), ("sheet-with-process", "?history=1")):
        page.goto(f"{served.address}/cases/{desk.instance_id}/print{query}")
        paper = page.pdf(path=ARTIFACTS / f"{name}.pdf", prefer_css_page_size=True)
        pages[name] = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert 2 <= pages["sheet"] < pages["sheet-with-process"]
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    for kind in ("签发", "审核", "会签", "核稿", "拟稿人", "主送", "公开范围", "用印"):
        expect(page.get_by_role("rowheader", name=kind, exact=True)).to_be_visible()
    code = page.locator("figure img")
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth > 20)")
    assert served.console == []


def test_the_new_pages_have_no_serious_finding_and_do_not_overflow(served: Served, tmp_path: Path) -> None:
    desk = served.desk
    page = served.open_item("gexingyao")
    drag(page, "drop", "稿.txt", "第一稿".encode())
    expect(page.get_by_role("link", name="稿.txt")).to_be_visible()
    preview = page.get_by_role("link", name="稿.txt").get_attribute("href")
    desk.act("gexingyao", "submit", **{**DRAFT, "title": LONG_TITLE})
    desk.act("shiyanqiu", "revise", "请改。", countersign_units=[])
    desk.act("gexingyao", "submit", **{**DRAFT, "title": LONG_TITLE, "body": BODY.replace("9天", "八天")})
    case = f"/cases/{desk.instance_id}"
    paths = {
        "gexingyao": ["/phrases/own", preview, case, f"{case}/versions/body", f"{case}/print?history=1"],
        "shiyanqiu": [served.item_of("shiyanqiu").removeprefix(served.address)],
        "zhenliyan": ["/phrases/office"],
    }
    findings: list[str] = []
    for viewport in (DESKTOP, PHONE):
        for username, several in paths.items():
            page = served.page_of(username, viewport)
            for number, path in enumerate(several):
                page.goto(f"{served.address}{path}")
                if page.locator("[data-diagram]").count():
                    page.locator("[data-drawn]").first.wait_for()
                findings += serious_findings(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
                screenshot(page, f"aids-{viewport['width']}-{username}-{number}")
    assert findings == [], "\n".join(findings)
