"""A director at the drawing page: what is drawn is found by its id in the model, flows are met where they run."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser import wait_until_ready
from tests.e2e.visiting import Findings, Visitor

MIDDLE_OF_FLOW = """([id, part]) => {
    const path = document.querySelector(`.djs-container [data-element-id="${id}"] .djs-visual > path`);
    const at = path.getPointAtLength(path.getTotalLength() * part);
    const matrix = path.getScreenCTM();
    return [at.x * matrix.a + matrix.e, at.y * matrix.d + matrix.f];
}"""


class Director(Visitor):
    """Somebody who draws."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        findings: Findings,
        username: str = "zhenliyan",
        *,
        also_phone: bool = False,
    ) -> None:
        super().__init__(browser, address, username, findings, also_phone=also_phone)

    def begin(self, title: str, flow: str = "seal_use") -> str:
        """Begin a change of a flow, and return the path of its drawing."""
        self.go(f"/studio/new?flow={flow}")
        self.look("studio-new")
        self.page.get_by_label("修改事项").fill(title)
        self.page.get_by_label("修改理由").fill("防范用印风险。")
        self.page.get_by_role("button", name="进入流程工作室").click()
        self.is_drawn()
        return self.page.url.removeprefix(self.address)

    def is_drawn(self) -> None:
        self.page.locator("[data-studio][data-drawn]").wait_for()
        wait_until_ready(self.page)

    def select_flow(self, flow: str, part: float = 0.5) -> None:
        self.page.locator("[data-do=fit]").click()
        x, y = self.page.evaluate(MIDDLE_OF_FLOW, [flow, part])
        self.page.mouse.click(x, y)
        self.setting("标识").wait_for()
        expect(self.setting("标识")).to_contain_text(flow)

    def select(self, element: str) -> None:
        self.page.locator("[data-do=fit]").click()
        self.page.locator(f".djs-container [data-element-id='{element}'] .djs-hit").first.click(force=True)

    def setting(self, text: str) -> "Page":
        return self.page.locator("[data-panel]").get_by_text(text)  # type: ignore[return-value]

    def choose_kind(self, name: str) -> None:
        """Type a part of a kind's name into the open list, and take the first that is found."""
        self.page.locator(".djs-popup-search input").wait_for()
        self.type(name)
        self.press("Shift")  # the list is narrowed when a key is let go
        expect(self.page.locator(".djs-popup-results .entry")).to_have_count(1)
        expect(self.page.locator(".djs-popup-results .entry.selected")).to_contain_text(name)
        self.press("Enter")

    def chosen(self) -> str:
        """Return the id of what is selected."""
        return str(self.page.locator(".djs-container .djs-element.selected").get_attribute("data-element-id"))

    def save(self) -> None:
        self.press("Control+s")
        expect(self.page.locator("[data-status]")).to_contain_text("已保存")

    def import_file(self, path: Path) -> None:
        self.page.locator("[data-import]").set_input_files(path)


def is_found(page: Page, *sentences: str) -> None:
    """Wait until the list of findings says these, and nothing more."""
    rows = page.locator("[data-findings] li")
    expect(rows).to_have_count(len(sentences))
    for sentence in sentences:
        expect(rows.filter(has_text=sentence)).to_have_count(1)
