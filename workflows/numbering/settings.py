"""Which series of numbers an office has, and how their numbers are written; every value comes from ``config.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DOCUMENT_PATTERN = "{code}〔{year}〕{serial}号"
"""发文字号: brackets U+3014 and U+3015, no 第, no leading zero. Source: GB/T 9704-2012, 7.2.5."""


@dataclass(frozen=True)
class NumberSettings:
    """The patterns of the office's series by code; each may use ``code``, ``year`` and ``serial``, as ``str.format`` does."""

    patterns: Mapping[str, str] = field(default_factory=dict)

    def written(self, code: str, year: int, serial: int) -> str:
        """Return how a number of a series is written, by the series' own pattern or else as a 发文字号."""
        return self.patterns.get(code, DOCUMENT_PATTERN).format(code=code, year=year, serial=serial)
