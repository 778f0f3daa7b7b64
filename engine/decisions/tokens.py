"""The pieces of an S-FEEL text, and where each of them stands."""

import re
import unicodedata
from dataclasses import dataclass

from engine.errors import ExpressionInvalid
from engine.expressions.reasons import BAD_TEXT, NOT_ACCEPTED, NOT_PLAIN

PIECES = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    |(?P<text>"(?:[^"\\\n]|\\.)*")
    |(?P<name>date\s+and\s+time(?=\s*\()|[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)
    |(?P<sign>\.\.|<=|>=|!=|[-+*/<>=()\[\],?@])""",
    re.VERBOSE,
)
ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\'": "'"}
ESCAPE = re.compile(r"\\.")
WORDS = frozenset("true false null and or not in between if then else".split())
OTHER_QUOTES = "'“”‘’"
SINGLE_QUOTED = "文字请写在半角双引号中"


@dataclass(frozen=True)
class Token:
    """A piece: ``kind`` is number, text, name, word, sign or end; ``column`` counts from 1."""

    kind: str
    text: str
    column: int


def tokens(source: str) -> list[Token]:
    """Return the pieces of a source, an end last; raise ``ExpressionInvalid`` for what can be no piece."""
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = PIECES.match(source, at)
        if match is None or match.lastgroup is None:
            raise ExpressionInvalid(source, _reason(source[at]), at + 1)
        if match.lastgroup != "space":
            found.append(_token(source, match))
        at = match.end()
    return [*found, Token("end", "", len(source) + 1)]


def _token(source: str, match: re.Match[str]) -> Token:
    kind, text, column = match.lastgroup or "", match[0], match.start() + 1
    if kind == "text":
        if any(escape not in ESCAPES for escape in ESCAPE.findall(text)):
            raise ExpressionInvalid(source, BAD_TEXT, column)
        return Token(kind, ESCAPE.sub(lambda escape: ESCAPES[escape[0]], text[1:-1]), column)
    if kind == "name":
        if not unicodedata.is_normalized("NFKC", text):
            raise ExpressionInvalid(source, NOT_PLAIN, column)
        words = text.split()
        text = " ".join(words) if words[:2] == ["date", "and"] else "".join(words)
        return Token("word" if text in WORDS else kind, text, column)
    return Token(kind, text, column)


def _reason(char: str) -> str:
    if char in OTHER_QUOTES:
        return SINGLE_QUOTED
    if char == '"':
        return BAD_TEXT
    plain = unicodedata.is_normalized("NFKC", char) and char not in "。、《》【】"
    return NOT_ACCEPTED if plain else NOT_PLAIN
