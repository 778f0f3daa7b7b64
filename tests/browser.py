"""A real Chromium, and a real server on a port of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import requirements
from tests.serving import LOOPBACK, servers

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
ARTIFACTS = Path(os.environ.get("BANJIE_ARTIFACTS", Path(__file__).parent.parent / "var" / "artifacts"))
STICKY = """position => {
    const sticking = ".banjie-decisions, .banjie-navigation, .banjie-compare-canvases";
    for (const one of document.querySelectorAll(sticking)) one.style.position = position;
}"""
READY = """async () => {
    if (document.readyState !== "complete") await new Promise(loaded => addEventListener("load", loaded));
    await new Promise(painted => new PerformanceObserver(
        list => list.getEntriesByName("first-contentful-paint").length && painted()
    ).observe({type: "paint", buffered: true}));
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=requirements.shell(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def whole_chromium(beside: Browser) -> Iterator[Browser]:
    """Start a Chromium that has what is around pages too, such as a viewer of PDF."""
    browser = beside.browser_type.launch(executable_path=requirements.browser(), args=list(FLAGS))
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def server(database_url: str, data_dir: Path, **settings: str) -> Iterator[str]:
    """Serve an installation with an adjustable clock, and yield its address."""
    with servers(database_url, data_dir, 1, **settings) as [served]:
        yield f"http://{LOOPBACK}:{served.port}"


def wait_until_ready(page: Page) -> None:
    """Wait for a page's scripts and its first frame: Chromium drops the keys that are pressed before it, even after ``load``."""
    page.evaluate(READY)


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page among the artefacts of the run; what sticks to the window hides nothing."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.evaluate(STICKY, "static")
    page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
    page.evaluate(STICKY, "")
