"""How spans of time are written for people."""

import pytest
from flask import Flask

from app.formats import span


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "1 分钟"),
        (3599, "59 分钟"),
        (3600, "1 小时"),
        (5400, "1.5 小时"),
        (86_399, "1 天"),
        (3 * 86_400, "3 天"),
        (9 * 86_400 + 43_200, "9.5 天"),
    ],
)
def test_a_span_is_written_in_its_largest_unit_without_idle_decimals(site: Flask, seconds: int, written: str) -> None:
    with site.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert span(seconds) == written
