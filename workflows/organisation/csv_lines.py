"""Reads the lines of a CSV file that somebody has sent."""

import csv
import io

from workflows.organisation.errors import ImportRefused

MOST_CSV_BYTES = 2_000_000


def csv_lines(content: bytes, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Return the lines of a file, each with its number.

    Args:
        content: UTF-8 or GB18030.
        columns: What the header line must be.

    Returns:
        For each line its number and what stands in each column, without blanks around it.

    Raises:
        ImportRefused: The file is too big, in another encoding, no CSV, or has another header.
    """
    if len(content) > MOST_CSV_BYTES:
        raise ImportRefused(((1, "file", "too_big"),))
    reader = csv.DictReader(io.StringIO(_text(content)))
    try:
        if tuple(reader.fieldnames or ()) != columns:
            raise ImportRefused(((1, "header", ",".join(columns)),))
        return [(reader.line_num, {column: (row.get(column) or "").strip() for column in columns}) for row in reader]
    except csv.Error as error:
        raise ImportRefused(((reader.line_num + 1, "file", "unreadable"),)) from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportRefused(((1, "file", "encoding"),))
