"""What is found in a text: its runs of characters and words, and the terms of the index they give. Pure.

Chinese has no spaces, so every character and every two neighbours are terms; a longer run is found by its pairs, and then looked
for in the text itself. A word of Latin letters and digits is a term, and so is its beginning from three characters on. Terms
are written in hexadecimal, so that to a database they are nothing but letters and digits, whatever somebody types.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

QUERY_CHARACTERS = 100
"""What is longer is cut."""
SHORTEST_BEGINNING = 3
"""Shorter words are found whole only: 46 does not find 460."""
LONGEST_WORD = 12
"""Letters of a word that are terms; the rest is looked for in the text."""
_LATIN = "0-9a-zß-öø-ɏ"
_RUNS = re.compile(rf"[{_LATIN}]+|[^\W_{_LATIN}]+")
_WORD = re.compile(rf"[{_LATIN}]")


@dataclass(frozen=True)
class Query:
    """What somebody looks for: terms of the index, and pieces of text; a case that is found has all of both."""

    terms: tuple[str, ...]
    pieces: tuple[str, ...]


def readable(text: str) -> str:
    """Return the runs of a text in one form of writing, each between two spaces; what is no letter or digit is left out."""
    runs = _runs(text)
    return f" {' '.join(runs)} " if runs else ""


def terms_of(text: str) -> list[str]:
    """Return the terms of what :func:`readable` made, each once."""
    return sorted({one.encode().hex() for run in text.split() for one in _terms(run)})


def query_of(text: str) -> Query:
    """Return what a text asks for; without letters and digits it has no terms, and then nothing is found."""
    runs = list(dict.fromkeys(_runs(text[:QUERY_CHARACTERS])))
    terms = {one.encode().hex() for run in runs for one in _sought(run)}
    return Query(tuple(sorted(terms)), tuple(map(_piece, runs)))


def joined(texts: Iterable[str], most: int) -> str:
    """Return texts as :func:`readable` makes them, each once, in order, up to a number of characters."""
    kept: list[str] = []
    left = most
    for one in dict.fromkeys(map(readable, texts)):
        kept.append(one[:left])
        left -= len(one)
        if left <= 0:
            break
    return "".join(kept)


def _runs(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _RUNS.findall(folded)


def _terms(run: str) -> Iterator[str]:
    if _is_word(run):
        yield run[:LONGEST_WORD]
        yield from (run[:length] for length in range(SHORTEST_BEGINNING, min(len(run), LONGEST_WORD)))
    else:
        yield from run
        yield from _pairs(run)


def _sought(run: str) -> Iterable[str]:
    return (run[:LONGEST_WORD],) if _is_word(run) or len(run) == 1 else _pairs(run)


def _pairs(run: str) -> Iterable[str]:
    return map("".join, itertools.pairwise(run))


def _piece(run: str) -> str:
    if not _is_word(run):
        return run
    return f" {run}" if len(run) >= SHORTEST_BEGINNING else f" {run} "


def _is_word(run: str) -> bool:
    return _WORD.match(run) is not None
