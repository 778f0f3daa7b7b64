"""A person in a real browser whose every page is looked at once: axe, the console, nothing wider than the window, a picture."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, expect

from tests.browser import DESKTOP, PHONE, screenshot, wait_until_ready
from tests.e2e.test_accessibility import serious_findings
from tests.office import PASSWORD

WATCH_POINTERS = """
    for (const happening of ["pointerdown", "pointerup", "mousedown", "mouseup", "touchstart", "click"]) {
        addEventListener(happening, event => {
            const byKey = happening === "click" && event.detail === 0;
            if (event.isTrusted && !byKey) window.tellOfPointer(happening);
        }, true);
    }
"""
TABS = 90


@dataclass
class Findings:
    """What was found on the pages of a test, and which of them were looked at already."""

    looked_at: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} {message.location}")

    def expect_refusals(self, count: int, status: int = 422) -> None:
        """Take back what the browser itself wrote of so many refused forms, which were meant."""
        refused = [one for one in self.complaints if one.startswith("console: ") and f"status of {status}" in one]
        assert len(refused) == count, self.complaints
        self.complaints = [one for one in self.complaints if one not in refused]


class Visitor:
    """A signed-in person; ``pointers`` are the pointer events that were really made."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        username: str,
        findings: Findings,
        *,
        phone: bool = False,
        also_phone: bool = False,
    ) -> None:
        self.address = address
        self.findings = findings
        self.also_phone = also_phone
        self.pointers: list[str] = []
        self.viewport = PHONE if phone else DESKTOP
        context = browser.new_context(viewport=self.viewport, locale="zh-CN", has_touch=phone, is_mobile=phone)
        self.page = context.new_page()
        self.page.set_default_timeout(20000)
        self.page.expose_function("tellOfPointer", self.hear_pointer)
        self.page.add_init_script(WATCH_POINTERS)
        self.page.on("console", findings.hear)
        self.page.on("pageerror", lambda error: findings.complaints.append(f"script: {error}"))
        self.page.goto(f"{address}/sign-in")
        wait_until_ready(self.page)
        self.page.keyboard.type(username)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("h1")).to_have_text("待办")
        wait_until_ready(self.page)

    def hear_pointer(self, happening: str) -> None:
        self.pointers.append(happening)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        wait_until_ready(self.page)

    def look(self, name: str) -> None:
        """Look at the page as it stands, once under each name."""
        name = f"day-{name}" + ("-phone" if self.viewport == PHONE else "")
        if name in self.findings.looked_at:
            return
        self.findings.looked_at.add(name)
        self._inspect(name)
        if self.also_phone:
            self.page.set_viewport_size(PHONE)
            self._inspect(f"{name}-phone")
            self.page.set_viewport_size(self.viewport)

    def _inspect(self, name: str) -> None:
        page = self.page
        if page.locator("[data-diagram]").count():
            page.locator("[data-drawn]").first.wait_for()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.findings.complaints.append(f"{name}: {wide} pixels too wide")
        self.findings.complaints += [f"{name}: {one}" for one in serious_findings(page)]
        screenshot(page, name)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def tab_to(self, selector: str, *, back: bool = False) -> None:
        """Press the tabulator until what a selector names has the focus."""
        for _ in range(TABS):
            self.press("Shift+Tab" if back else "Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached by the tabulator")

    def is_at(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading)
        wait_until_ready(self.page)

    def is_told(self, text: str) -> None:
        expect(self.page.locator(".alert-success").first).to_contain_text(text)
        wait_until_ready(self.page)

    def count_of(self, box: str) -> int:
        """Return what the navigation counts in a box."""
        count = self.page.locator(f".banjie-navigation a[href$='box={box}'] .banjie-count")
        return int(count.inner_text()) if count.count() else 0

    def pick(self, field_id: str, *names: str) -> None:
        """Choose people or units in a picker by typing a part of their names."""
        for name in names:
            control = self.page.locator(f"#{field_id}-ts-control")
            control.focus()
            self.page.keyboard.insert_text(name)
            expect(self.page.locator(f"#{field_id}-ts-dropdown .option").first).to_contain_text(name)
            self.press("Enter")
        self.press("Tab")
        expect(self.page.locator(f"#{field_id}-ts-dropdown")).to_be_hidden()
