"""One Chromium for all tests of a run; the windows that a test opened are closed after it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium


@pytest.fixture(scope="package")
def launched() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(launched: Browser) -> Iterator[Browser]:
    yield launched
    for context in launched.contexts:
        context.close()
