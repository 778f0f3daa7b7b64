"""Every deliberate error has its sentence and its status."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

import app.web  # noqa: F401  (declares every error there is)
import engine.decisions.errors  # noqa: F401  (likewise)
from app.errors import STATUSES
from app.messages import FIELD_SENTENCES, MOVE_REASONS, SENTENCES, sentence
from engine.errors import MoveRefused, ProcessError
from engine.recorded import RecordedFailure

SAMPLES = {"int": 7, "str": "甲", "bool": True, "datetime": datetime(2025, 11, 7, 1, tzinfo=UTC)}


def leaves(kind: type[ProcessError] = ProcessError) -> Iterator[type[ProcessError]]:
    for child in kind.__subclasses__():
        yield from leaves(child) if child.__subclasses__() else (child,)


LEAVES = sorted(
    {
        leaf
        for leaf in leaves()
        if leaf.__module__.split(".")[0] in ("app", "engine", "workflows") and leaf is not RecordedFailure
    },
    key=repr,
)
"""A recorded failure stands in a replay for another error, and goes by that one's name."""


def sample(annotation: str) -> object:
    first = annotation.split("|", maxsplit=1)[0].strip()
    return () if first.startswith("tuple") else SAMPLES.get(first, "甲")


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_an_error_has_a_chinese_sentence_that_its_facts_complete(leaf: type[ProcessError], site: Flask) -> None:
    facts = {}
    if dataclasses.is_dataclass(leaf):
        facts = {
            field.name: sample(getattr(field.type, "__name__", str(field.type))) for field in dataclasses.fields(leaf)
        }
    with site.test_request_context():
        text = sentence(leaf(**facts))
    assert text.endswith(("。", "！"))
    assert "%(" not in text
    assert any("\u4e00" <= char <= "\u9fff" for char in text)


def test_no_sentence_is_left_of_an_error_that_is_gone() -> None:
    assert set(SENTENCES) == {leaf.__name__ for leaf in LEAVES}


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_an_error_has_a_status(leaf: type[ProcessError]) -> None:
    assert any(issubclass(leaf, kind) for kind, _status in STATUSES)


def test_every_reason_why_a_move_is_refused_has_its_words() -> None:
    told = re.findall(r"``(\w+)``", MoveRefused.__doc__ or "")
    assert set(told) - {"reason"} == set(MOVE_REASONS)


def test_field_sentences_end_like_sentences() -> None:
    assert all(str(text).endswith("。") for text in FIELD_SENTENCES.values())
