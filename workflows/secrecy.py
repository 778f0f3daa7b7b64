"""Marks of state secrets: what bears one is not taken in, before anything of it is stored. Pure.

Source: 保守国家秘密法 forbids to store or process state secrets on systems that were not approved for them; the mark is written
as GB/T 9704-2012, 7.2.2 says (密级, ★, 保密期限).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import InvalidSubmission

MARK = re.compile(r"(?:绝密|机密|秘密)\s*[★☆*]|^\s*(?:绝密|机密|秘密)\s*$", re.MULTILINE)


@dataclass(eq=False)
class MarkedSecret(InvalidSubmission):
    """It bears the mark of a state secret, which this system must not hold."""

    mark: str
    field: str = "body"


def require_no_mark(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse texts that bear the mark of a state secret.

    Args:
        texts: Each with the field that it stands in.

    Raises:
        MarkedSecret: Names the mark, and where it stands.
    """
    for field, text in texts:
        found = MARK.search(text)
        if found:
            raise MarkedSecret(found[0].strip(), field)
