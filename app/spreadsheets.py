"""Tables as XLSX, or CSV: written row by row to a file, so that a register of any length needs the memory of one row.

What people have typed stays text: a cell that begins like a formula is never one.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response, send_file
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from workflows.worklist import SHANGHAI

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767
"""Characters that a cell may hold, as the format says."""
LONGEST_SHEET_NAME = 31
IN_MEMORY = 1_000_000
NARROWEST, WIDEST = 10, 40
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot carry."""
NOT_IN_A_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")
LIKE_A_FORMULA = ("=", "+", "-", "@")

Cell = str | int | float | bool | date | datetime | None


def stream(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer with a table as a file to download.

    The rows are taken one by one before the answer begins, so whatever they are read from may be closed afterwards, and what
    fails on the way is an error page, not half a file.

    Args:
        name: Of the file, without its ending, and of its sheet.
        header: What stands above the columns.
        rows: As many values as columns; an aware instant is written in the office's time.

    Returns:
        The answer.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(NOT_IN_A_SHEET_NAME.sub(" ", name)[:LONGEST_SHEET_NAME])
    sheet.freeze_panes = "A2"
    for column, label in enumerate(header, start=1):
        width = max(NARROWEST, min(WIDEST, 4 * len(label)))
        sheet.column_dimensions[_letters(column)].width = width
    bold = Font(bold=True)
    heading = [_cell(sheet, label) for label in header]
    for cell in heading:
        cell.font = bold
    sheet.append(heading)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (the answer closes it)
    book.save(file)
    file.seek(0)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx", max_age=0)


def stream_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer with a table as CSV (RFC 4180, in UTF-8 with a mark, so that spreadsheets know it), as :func:`stream` does.

    A text that begins like a formula is led by an apostrophe: CSV has no other way to say that it is text.
    """
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (the answer closes it)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    text.detach()
    file.seek(0)
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=f"{name}.csv", max_age=0)


def _plain(value: Cell) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(SHANGHAI).replace(tzinfo=None)
    written = "" if value is None else UNWRITABLE.sub("", str(value))
    return f"'{written}" if isinstance(value, str) and written.startswith(LIKE_A_FORMULA) else written


def _cell(sheet: Any, value: Cell) -> WriteOnlyCell:
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(SHANGHAI).replace(tzinfo=None)
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet)
    cell.value = UNWRITABLE.sub("", value)[:LONGEST_TEXT]
    cell.data_type = "s"  # what begins with = is text here, never a formula
    if value.startswith(LIKE_A_FORMULA):
        cell.quotePrefix = True  # and stays text where somebody edits the cell
    return cell


def _letters(column: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
