"""The year of the story: one served installation whose clock the story sets, and everybody in a window of their own."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import make_url

from app import scheduler
from app.house import House
from tests.browser import wait_until_ready
from tests.e2e.visiting import Findings, Visitor
from tests.office import PASSWORD
from tests.rest import RestClient
from tests.serving import banjie
from workflows.organisation.demo import PEOPLE

FROM_THE_POOL = ("ranqinghe", "zhenliyan", "shaxiaoman", "quanning", "linxiaozhou")
"""Who mostly takes up what is there for their post; they look into 待领办 first."""
ON_PHONES = ("shaoqiheng", "qiujingan", "biancongzhou", "miaoyuanchuan")
NAMES = {username: name for username, name, *_ in PEOPLE}
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
REFRESHES = 40
PATIENCE_MILLISECONDS = 20_000

expect.set_options(timeout=PATIENCE_MILLISECONDS)

Given = str | int | bool | Path | Iterable[str]
"""What is filled in: text, a number, a tick, a file, or the names that are picked."""


class Year:
    """Where the story takes place; ``cases`` are the cases that later parts come back to, by a short name."""

    def __init__(self, house: House, address: str, browser: Browser, folder: Path) -> None:
        self.house = house
        self.address = address
        self.folder = folder
        self.findings = Findings()
        self.cases: dict[str, str] = {}
        self._browser = browser
        self._visitors: dict[str, Visitor] = {}
        self._awake: set[str] = set()

    # The clock and the command line.

    def at(self, instant: str) -> None:
        """Let time pass up to an instant of the office's wall, such as ``2025-11-05 08:40``; what falls due is done."""
        scheduler.pass_time(self.house, datetime.fromisoformat(f"{instant}+08:00"))

    def banjie(self, *arguments: str) -> str:
        storage = self.house.settings.storage
        return banjie(storage.database_url, storage.data_dir, *arguments)

    # People.

    def who(self, username: str) -> Visitor:
        if username not in self._visitors:
            self._visitors[username] = Visitor(
                self._browser,
                self.address,
                username,
                self.findings,
                phone=username in ON_PHONES,
            )
        for name in self._awake - {username}:
            self._visitors[name].page.goto("about:blank")  # a window that nobody looks at costs no time
        self._awake = {username}
        return self._visitors[username]

    def program_of(self, username: str) -> RestClient:
        """Somebody's own program, for what many do alike on the same day."""
        port = int(self.address.rpartition(":")[2])
        with closing(RestClient(port)) as stranger:
            token = stranger.post("/token", username=username, password=PASSWORD).body["token"]
        return RestClient(port, token)

    def act_alike(self, people: Iterable[str], case: str, activity_id: str, decision: str) -> None:
        """Let many complete the same step of a case with their own programs."""
        for username in people:
            client = self.program_of(username)
            items = client.get(f"/work-items?box=todo&instance={self.cases[case]}").body["items"]
            [item] = [one for one in items if one["activity_id"] == activity_id]
            answer = client.post(f"/work-items/{item['id']}/complete", version=item["version"], decision=decision)
            assert answer.status == 200, (username, answer.body)
            client.close()

    # Pages.

    def begin(self, username: str, flow: str, title: str, *, source: str = "", case: str = "") -> Page:
        """Start a case from the list of flows, or from the page of another case."""
        visitor = self.who(username)
        page = visitor.page
        if source:
            visitor.go(f"/cases/{self.cases[source]}")
            page.get_by_role("link", name=f"由此发起：{flow}").click()
            visitor.is_at("新建")
        else:
            visitor.go("/cases/new")
        page.get_by_label(flow).check()
        page.get_by_label("标题").fill(title)
        page.get_by_role("button", name="新建并起草").click()
        visitor.is_at(title)
        self.cases[case or title] = self.case_of(page)
        return page

    def case_of(self, page: Page) -> str:
        """The case whose step is on a page."""
        link = page.get_by_role("link", name="事项全貌").get_attribute("href")
        assert link is not None
        return link.rpartition("/")[2]

    def see(self, username: str, case: str) -> Page:
        """Open the page of a case."""
        visitor = self.who(username)
        visitor.go(f"/cases/{self.cases[case]}")
        return visitor.page

    def open(self, username: str, step: str, title: str) -> Page:
        """Open from the boxes what a person has to do at a step."""
        visitor = self.who(username)
        page = visitor.page
        for box in ("claimable", "todo") if username in FROM_THE_POOL else ("todo", "claimable"):
            visitor.go(f"/worklist?box={box}")
            following = page.locator("a[rel=next]")
            while not (found := self._link_to(page, step, title).count()) and following.count():
                following.click()
                wait_until_ready(page)
            if found:
                self._link_to(page, step, title).first.click()
                expect(page.locator("main").get_by_role("heading", name=step, exact=True, level=2)).to_be_visible()
                wait_until_ready(page)
                return page
        raise AssertionError(f"{username} has nothing at {step} of {title}")

    def _link_to(self, page: Page, step: str, title: str) -> Locator:
        rows = page.locator("tr, li").filter(has=page.get_by_text(step, exact=True))
        return rows.get_by_role("link", name=title)

    def has_nothing(self, username: str, step: str, title: str) -> None:
        visitor = self.who(username)
        for box in ("todo", "claimable"):
            visitor.go(f"/worklist?box={box}")
            expect(self._link_to(visitor.page, step, title)).to_have_count(0)

    def fill(self, page: Page, given: Mapping[str, Given]) -> None:
        for label, value in given.items():
            fill_in(page, label, value)

    def submit(self, page: Page, button: str, opinion: str = "") -> None:
        """Press a button of a step, and be told that it was taken."""
        if opinion:
            page.get_by_role("textbox", name="意见").first.fill(opinion)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".alert-success").first).to_be_visible()
        wait_until_ready(page)

    def refused(self, page: Page, button: str, sentence: str) -> None:
        """Press a button of a step, and be told why not."""
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("#problem")).to_contain_text(sentence)
        self.findings.expect_refusals(1)
        wait_until_ready(page)

    def do(
        self,
        username: str,
        step: str,
        title: str,
        button: str,
        opinion: str = "",
        given: Mapping[str, Given] | None = None,
        look: str = "",
    ) -> None:
        """Open a step, fill it in, and press its button."""
        page = self.open(username, step, title)
        self.fill(page, given or {})
        if look:
            self.who(username).look(look)
        self.submit(page, button, opinion)

    def operate(self, page: Page, operation: str, given: Mapping[str, Given], look: str = "", by: str = "") -> None:
        """Do something beside the steps, by its own page."""
        page.locator(".banjie-operations").get_by_role("link", name=operation, exact=True).click()
        expect(page.locator("h1")).to_contain_text(operation)
        wait_until_ready(page)
        self.fill(page, given)
        if look:
            self.who(by).look(look)
        self.submit(page, f"确认{operation}")

    def until(self, page: Page, locator: Locator) -> None:
        """Look again and again, as somebody who waits for the server does."""
        for _ in range(REFRESHES):
            if locator.count():
                return
            page.reload()
            wait_until_ready(page)
        raise AssertionError(f"{page.url} never shows it: {page.locator('main').inner_text()}")

    def file(self, name: str, content: bytes = PDF) -> Path:
        path = self.folder / name
        if not path.exists():
            path.write_bytes(content)
        return path

    # Proofs.

    def ask_database(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What is stored, read by a client of its own."""
        path = make_url(self.house.settings.storage.database_url).database
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()


def fill_in(page: Page, label: str, value: Given) -> None:
    control = page.get_by_label(label, exact=True).first
    if isinstance(value, bool):
        control.set_checked(value)
    elif isinstance(value, Path):
        control.set_input_files(value)
        expect(page.get_by_role("link", name=value.name, exact=True).first).to_be_visible()
    elif isinstance(value, str | int):
        kind = control.evaluate("one => one.tagName")
        if kind == "SELECT":
            control.select_option(str(value))
        else:
            control.fill(str(value))
    else:
        pick(page, control, value)


def pick(page: Page, control: Locator, names: Iterable[str]) -> None:
    """Choose in a picker by typing, as a clerk does."""
    for name in names:
        control.focus()
        page.keyboard.insert_text(name)
        page.locator(".ts-dropdown .option:visible", has_text=name).first.click()
    page.keyboard.press("Escape")


def write_row(page: Page, table: str, row: int, **cells: str) -> None:
    """Fill in cells of a row of a table by the keys of their columns."""
    for key, value in cells.items():
        control = page.locator(f"[name={table}-{row}-{key}]")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
