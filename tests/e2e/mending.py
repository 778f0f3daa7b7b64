"""A director mends a drawing from elsewhere by the page's own means: the list of findings, the panel, the menus, the keys."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser import ARTIFACTS, screenshot, wait_until_ready
from tests.e2e.studio import Director

KEEP = """async ([path, name, text]) => {
    const draft = await (await fetch(path)).json();
    return (await fetch(path, {method: "POST",
        body: JSON.stringify({version: draft.version, files: {...draft.files, [name]: text}}),
        headers: {"Content-Type": "application/json",
                  "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content}})).status;
}"""


class Mender(Director):
    """Somebody who takes in what others drew."""

    def begin_new(self, key: str, title: str) -> str:
        """Begin a new flow, and return the path of its drawing."""
        self.go("/studio/new")
        self.page.get_by_label("新流程标识").fill(key)
        self.page.get_by_label("流程名称").fill(title)
        self.page.get_by_label("建立理由").fill("采用外单位的流程图。")
        self.page.get_by_role("button", name="进入流程工作室").click()
        self.is_drawn()
        return self.page.url.removeprefix(self.address)

    def keep_form(self, place: str, key: str, form: str) -> None:
        """Keep a form as the form's page does, and open the drawing anew."""
        assert self.page.evaluate(KEEP, [f"{place}/draft", f"{key}.form", form]) == 200
        self.go(place)
        self.is_drawn()

    def take_in(self, path: Path) -> None:
        """Import a file, and wait for what the check says of it."""
        with self.page.expect_response(lambda answer: answer.url.endswith("/check")):
            self.import_file(path)
        expect(self.page.locator("[data-message]")).to_contain_text(f"已导入“{path.name}”")

    def found(self, element: str) -> Locator:
        return self.page.locator(f"[data-findings] li[data-element='{element}']")

    def is_found_at(self, element: str, sentence: str) -> None:
        """Expect a sentence about an element."""
        expect(self.found(element).filter(has_text=sentence)).to_have_count(1)

    def lead_to(self, element: str) -> None:
        """Follow the first finding of an element to it."""
        self.found(element).get_by_role("button").first.click()
        expect(self.setting("标识：")).to_contain_text(f"标识：{element}（")

    def panel(self, label: str) -> Locator:
        return self.page.locator("[data-panel]").get_by_label(label, exact=True)

    def make(self, element: str, kind: str) -> None:
        """Choose the kind of a step that is complained of."""
        self.lead_to(element)
        self.panel("环节类型").select_option(label=kind)
        expect(self.panel("环节类型").locator("option:checked")).to_have_text(kind)

    def entrust(self, element: str, source: str) -> None:
        """Choose where the people of a step that is complained of come from."""
        self.lead_to(element)
        self.panel("由谁办理").select_option(label=source)

    def decide(self, flow: str, label: str) -> None:
        """Choose the decision upon which a flow is taken."""
        self.lead_to(flow)
        self.page.locator("[data-panel] [data-entry-id=decision] select").select_option(label=label)

    def otherwise(self, flow: str) -> None:
        """Let a flow be taken when no other is."""
        self.lead_to(flow)
        self.page.locator("[data-panel]").get_by_label("其他情况走这里（默认）").check()

    def call_it(self, element: str, label: str, name: str) -> None:
        """Write a name into a field of the panel."""
        self.lead_to(element)
        self.panel(label).fill(name)

    def replace(self, element: str, entry: str) -> None:
        """Choose what else an element is to be, in the menu behind it."""
        self.lead_to(element)
        self.page.locator(".djs-context-pad [data-action=replace]").click()
        self.page.locator(f".djs-popup [data-id={entry}]").click()
        expect(self.setting("标识：")).to_contain_text(f"标识：{element}（")

    def delete(self, element: str) -> None:
        """Take an element out."""
        self.lead_to(element)
        self.page.locator(".djs-context-pad [data-action=delete]").click()
        expect(self.page.locator(f".djs-container [data-element-id='{element}']")).to_have_count(0)

    def has_no_error(self) -> None:
        expect(self.page.locator("[data-found]")).to_have_attribute("data-errors", "0")

    def keep_picture(self, name: str) -> None:
        """Keep a picture of the whole drawing, with the findings below it."""
        self.page.locator("[data-do=fit]").click()
        screenshot(self.page, name)

    def keep_picture_of_panel(self, name: str) -> None:
        """Keep one of the drawing and what is selected in it; a taller one would change the window, and what is in view."""
        self.page.locator("[data-do=fit]").click()
        self.page.locator(".banjie-studio").screenshot(path=ARTIFACTS / f"{name}.png")

    def press_at(self, item: str, label: str) -> None:
        """Press a decision on the page of a step."""
        self.go(f"/worklist/{item}")
        self.page.get_by_role("button", name=label).click()
        wait_until_ready(self.page)
