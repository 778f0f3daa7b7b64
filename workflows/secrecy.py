"""国家秘密 is refused before it is stored: this system is none for secrets, whatever flow brings one. Pure.

Source:
    《中华人民共和国保守国家秘密法》: state secrets are handled in systems that are protected for their level. How a mark is
    written (level, ★, period) is that of 《党政机关公文处理工作条例》第九条 and GB/T 9704-2012, 7.2.2; which other traces of a
    mark count in a name is our choice, wide enough that a clerk who misfiles a secret is stopped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import InvalidSubmission

LEVEL = r"(?:绝密|机密|(?<!商业)秘密)"
PERIOD = r"(?:\d{1,2}\s*(?:年|个月|月|天|日)|长期)"
MARK = re.compile(rf"{LEVEL}\s*(?:[★☆]\s*{PERIOD}?|{PERIOD})")
"""A mark wherever it stands: a level with a star or a period behind it."""
LINE = re.compile(rf"{LEVEL}(?:级|件)?\s*[★☆*]?\s*{PERIOD}?")
"""A line that says nothing but the level."""
OPEN, CLOSE = r"[\s（(【\[〔《_—-]", r"[\s）)】\]〕》_—.-]"
IN_A_NAME = re.compile(rf"(?<!非)(?P<high>绝密|机密)|(?:^|{OPEN})(?P<alone>秘密)(?:级|件)?(?:{CLOSE}|$)")
"""In the name of a file: 绝密 and 机密 wherever they stand, 秘密 by itself, since it is also an ordinary word."""
FIRST_LINES = 8


@dataclass(eq=False)
class StateSecretRefused(InvalidSubmission):
    """What is handed in bears the mark of a state secret, which this system must not hold."""

    mark: str
    field: str


def mark_in_text(text: str) -> str:
    """Return the mark of a state secret that stands in a text, or nothing; the bare word 秘密 is none."""
    found = MARK.search(text)
    return found[0] if found else ""


def mark_in_name(name: str) -> str:
    """Return the mark of a state secret that the name of a file bears, or nothing."""
    if mark := mark_in_text(name):
        return mark
    found = IN_A_NAME.search(name)
    return (found["high"] or found["alone"]) if found else ""


def mark_in_first_lines(lines: Sequence[str]) -> str:
    """Return the mark of a state secret at the head of a document, or nothing.

    Args:
        lines: Of the document, from its beginning; empty ones count for nothing.
    """
    for line in [one.strip() for one in lines if one.strip()][:FIRST_LINES]:
        if found := LINE.fullmatch(line) or MARK.match(line):
            return found[0]
    return ""


def require_no_mark(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse texts that bear the mark of a state secret.

    Args:
        texts: Each with the field that it stands in, before it.

    Raises:
        StateSecretRefused: Names the mark, and where it stands.
    """
    for field, text in texts:
        if mark := mark_in_text(text) or mark_in_first_lines(text.splitlines()):
            raise StateSecretRefused(mark, field)
