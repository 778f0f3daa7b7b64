"""A real Chromium, and a real server on a port of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests.requirements import browser as find_browser

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
STARTUP_SECONDS = 30.0
STICKY = """position => {
    for (const one of document.querySelectorAll(".banjie-decisions, .banjie-navigation")) one.style.position = position;
}"""
PAINTED = """() => new Promise(painted => new PerformanceObserver(
    list => list.getEntriesByName("first-contentful-paint").length && painted()
).observe({type: "paint", buffered: true}))"""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def server(database_url: str, data_dir: Path) -> Iterator[str]:
    """Serve an installation with an adjustable clock, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = installation_environment(database_url, data_dir)
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment) as process:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def installation_environment(database_url: str, data_dir: Path) -> dict[str, str]:
    return {
        **os.environ,
        "BANJIE_DATABASE_URL": database_url,
        "BANJIE_DATA_DIR": str(data_dir),
        "BANJIE_CLOCK_ADJUSTABLE": "1",
    }


def wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            continue
    raise TimeoutError(f"{address} did not become ready")


def wait_until_painted(page: Page) -> None:
    """Wait for a page's first frame: Chromium drops the keys that are pressed before it, even after ``load``."""
    page.evaluate(PAINTED)


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page among the artefacts of the run; what sticks to the window hides nothing."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.evaluate(STICKY, "static")
    page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
    page.evaluate(STICKY, "")
