"""Everything a user reads in Chinese stands in the English catalogue, complete, with the same placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask

from tests.web.clerk import Clerk

APP = Path(__file__).parents[2] / "app"
FOLDER = APP / "translations" / "en" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*\w")


@pytest.fixture(scope="module")
def extracted() -> set[object]:
    found = extract_from_dir(APP, METHODS, keywords=KEYWORDS, directory_filter=lambda path: "frontend" not in path)
    return {message for _file, _line, message, _comments, _context in found}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file)


def test_the_catalogue_holds_exactly_what_is_said(extracted: set[object], catalogue: Catalog) -> None:
    assert {message.id for message in catalogue if message.id} == extracted


def test_every_entry_is_translated_with_its_placeholders(catalogue: Catalog) -> None:
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), message.id
        assert not message.fuzzy
        for text in texts:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(ids[0])), message.id
            assert not re.search(r"[\u4e00-\u9fff]", text), text


def test_what_is_compiled_is_what_is_written(catalogue: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    assert entries(compiled) == entries(catalogue)


def entries(of: Catalog) -> set[str]:
    return {
        f"{message.id} = {message.string}" for message in of if message.id and not isinstance(message.id, list | tuple)
    }


def test_somebody_chooses_english_and_chinese_again(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    assert "<h1>待办</h1>" in clerk.get("/worklist").text
    assert clerk.post("/language", language="en", next="/worklist").location == "/worklist"
    page = clerk.get("/worklist").text
    assert '<html lang="en">' in page
    assert "<h1>To do</h1>" in page
    clerk.post("/language", language="zh_CN")
    assert "<h1>待办</h1>" in clerk.get("/worklist").text
    clerk.post("/language", language="xx")
    assert clerk.get("/worklist").status_code == 200
