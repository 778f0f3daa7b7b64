"""The text in a file, as far as it can be shown or compared: plain text in whatever charset it came, and paragraphs of .docx."""

import codecs
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table

from engine.errors import InvalidSubmission

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PLAIN = "text/plain"
READABLE = frozenset({DOCX, PLAIN})
MOST_BYTES = 500_000
"""So much of a plain text is read."""

MOST_UNPACKED_BYTES = 60_000_000
MOST_PARAGRAPHS = 3_000
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(eq=False)
class TextUnreadable(InvalidSubmission):
    """The file holds no text that could be read here."""

    name: str
    field: str = "file"


@dataclass(frozen=True)
class PlainText:
    """A text, the charset it was in, and whether it was longer than what is read."""

    text: str
    charset: str
    cut: bool


def read_plain(path: Path, limit: int = MOST_BYTES) -> PlainText:
    """Return the beginning of a plain text: UTF-8 where it is that, else GB18030, else by its mark.

    Source:
        GB 18030-2022 contains GBK and GB/T 2312, so that one decoder reads what older Chinese systems write.
    """
    with path.open("rb") as stream:
        read = stream.read(limit + 1)
    start, cut = read[:limit], len(read) > limit
    marked = next((charset for mark, charset in MARKS if start.startswith(mark)), None)
    for charset in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(charset)().decode(start, final=not cut)
        except UnicodeDecodeError:
            continue
        return PlainText(text, charset.removesuffix("-sig"), cut)
    return PlainText(start.decode("gb18030", errors="replace"), "gb18030", cut)


def paragraphs_of(path: Path, name: str, media_type: str) -> list[str]:
    """Return the paragraphs of a file; rows of tables count as paragraphs, cells apart by a tab.

    Args:
        path: Where its bytes lie.
        name: Told in the refusal.
        media_type: As it was recognised when it was stored.

    Returns:
        Texts in the order of the document, empty ones left out.

    Raises:
        TextUnreadable: It is of another kind, or damaged, or unpacks to more than is reasonable.
    """
    if media_type == PLAIN:
        lines = read_plain(path).text.splitlines()
    elif media_type == DOCX:
        lines = list(_of_docx(path, name))
    else:
        raise TextUnreadable(name)
    return [line for line in lines if line.strip()][:MOST_PARAGRAPHS]


def _of_docx(path: Path, name: str) -> Iterator[str]:
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise TextUnreadable(name)
        document = Document(io.BytesIO(content))
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                for row in block.rows:
                    yield "\t".join(cell.text for cell in row.cells)
            else:
                yield block.text
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        KeyError,
        ValueError,
        SyntaxError,
    ) as error:  # lxml's are SyntaxErrors
        raise TextUnreadable(name) from error
