"""The text of an expression: its wrapper, its pieces, the notations of other engines, and where each piece stood."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import ExpressionInvalid
from engine.expressions.reasons import BAD_TEXT, NOT_ACCEPTED, NOT_PLAIN

WRAPPER = re.compile(r"\s*[$#]\{(?P<inside>.*)\}\s*", re.DOTALL)
OPENING = re.compile(r"[$#]\{")
PIECES = re.compile(
    r"""(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<juel>&&|\|\||!(?!=))|(?P<break>[\r\n\t])|(?P<code>[^'"&|!\r\n\t]+|.)""",
    re.DOTALL,
)
JUEL_SIGNS = {"&&": " and ", "||": " or ", "!": "~"}
NOT_CODE = frozenset("~#\\;")
UNUSUAL_ESCAPE = re.compile(r"\\[^\\'\"nt]", re.DOTALL)


def statements(source: str) -> Iterator[str]:
    """Yield the statements of a script: its lines, divided at semicolons outside of texts, without comments."""
    for line in source.splitlines():
        if line.strip().startswith("#"):
            continue
        ends = [piece.start() for piece in _semicolons(line)]
        for start, end in zip([0, *(at + 1 for at in ends)], [*ends, len(line)], strict=True):
            if statement := line[start:end].strip():
                yield statement


def _semicolons(line: str) -> Iterator[re.Match[str]]:
    outside = PIECES.sub(lambda piece: "_" * len(piece[0]) if piece.lastgroup == "text" else piece[0], line)
    return re.finditer(";", outside)


@dataclass(frozen=True)
class Code:
    """The Python text of an expression; ``origins`` says where in the source each of its characters came from."""

    text: str
    origins: tuple[int, ...]

    @classmethod
    def of(cls, source: str) -> "Code":
        """Return the Python text of a source; raise ``ExpressionInvalid`` for what could never be part of one."""
        wrapped = WRAPPER.fullmatch(source)
        start, end = wrapped.span("inside") if wrapped else (0, len(source))
        start += len(source[start:end]) - len(source[start:end].lstrip())
        end -= len(source[start:end]) - len(source[start:end].rstrip())
        pieces: list[str] = []
        origins: list[int] = []
        after_text = False
        for match in PIECES.finditer(source, start, end):
            piece = cls._piece(source, match, after_text)
            after_text = match.lastgroup == "text" or (after_text and not piece.strip())
            pieces.append(piece)
            begun = match.start()
            same = len(piece) == len(match[0])
            origins.extend(range(begun, begun + len(piece)) if same else [begun] * len(piece))
        return cls("".join(pieces), tuple(origins))

    @staticmethod
    def _piece(source: str, match: re.Match[str], after_text: bool) -> str:
        piece, column = match[0], match.start() + 1
        if match.lastgroup == "text":
            if after_text or UNUSUAL_ESCAPE.search(piece):
                raise ExpressionInvalid(source, BAD_TEXT, column)
            return piece
        if match.lastgroup == "juel":
            return JUEL_SIGNS[piece]
        if match.lastgroup == "break":
            return " "
        if not unicodedata.is_normalized("NFKC", piece):  # Python would take the name for a different one
            unusual = (at for at, char in enumerate(piece) if not unicodedata.is_normalized("NFKC", char))
            raise ExpressionInvalid(source, NOT_PLAIN, column + next(unusual, 0))
        if NOT_CODE & set(piece):
            raise ExpressionInvalid(source, NOT_ACCEPTED, column)
        return piece

    def column(self, offset: int) -> int:
        """Return the column in the source for the column in the text; both count from 1, 0 is unknown."""
        if not 0 < offset <= len(self.origins):
            return 0
        return self.origins[offset - 1] + 1

    def column_of(self, node: ast.expr) -> int:
        """Return the column in the source at which a node begins."""
        return self.column(len(self.text.encode()[: node.col_offset].decode()) + 1)
