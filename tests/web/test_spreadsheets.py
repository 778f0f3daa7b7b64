"""Tables as XLSX: what people typed is text, whatever it begins with, and the length of a table costs no memory."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime

import openpyxl
import pytest
from flask import Flask

from app import spreadsheets


def written(*rows: list[spreadsheets.Cell], header: tuple[str, ...] = ("甲", "乙")) -> bytes:
    with Flask(__name__).test_request_context():
        answer = spreadsheets.stream("发文登记簿", header, rows)
        content = b"".join(answer.iter_encoded())
        answer.close()
        return content


def read_back(content: bytes) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.active.iter_rows(values_only=True))


def test_a_table_is_read_back_as_it_was_written() -> None:
    content = written(["沐原办〔2025〕47号", 47], ["", None])
    assert read_back(content) == [("甲", "乙"), ("沐原办〔2025〕47号", 47), (None, None)]


@pytest.mark.parametrize("typed", ["=1+1", '=HYPERLINK("https://example.org","x")', "+1", "-1", "@SUM(A1)", "#REF!"])
def test_what_begins_like_a_formula_is_text(typed: str) -> None:
    content = written([typed, typed])
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A2"]
    assert (cell.value, cell.data_type) == (typed, "s")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


def test_an_instant_is_written_in_the_offices_time_and_a_day_as_a_day() -> None:
    content = written([datetime(2025, 11, 13, 2, 0, tzinfo=UTC), date(2025, 11, 14)])
    assert [str(one) for one in read_back(content)[1]] == ["2025-11-13 10:00:00", "2025-11-14 00:00:00"]


def test_characters_that_no_file_can_carry_are_left_out() -> None:
    assert read_back(written(["甲\x00乙\x1f", "\ud800丙"]))[1] == ("甲乙", "丙")


def test_a_long_text_ends_where_the_format_ends() -> None:
    assert len(str(read_back(written(["长" * 40_000, ""]))[1][0])) == 32_767


def test_the_file_bears_its_name() -> None:
    with Flask(__name__).test_request_context():
        answer = spreadsheets.stream("用印登记", ("甲",), [])
        assert "filename*=UTF-8''%E7%94%A8%E5%8D%B0%E7%99%BB%E8%AE%B0.xlsx" in answer.headers["Content-Disposition"]
        answer.close()


def test_a_long_table_needs_no_more_memory_than_a_short_one() -> None:
    def rows(count: int) -> Iterator[list[spreadsheets.Cell]]:
        return ([f"第{number}件", number] for number in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        with Flask(__name__).test_request_context():
            answer = spreadsheets.stream("发文登记簿", ("甲", "乙"), rows(count))
        answer.close()
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(20_000) < peak(2_000) + 2_000_000
