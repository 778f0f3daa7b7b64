"""Puts a deviation into words: people and units by their names, instants in the office's time."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from sqlalchemy import Connection

from app.formats import local_time, span
from app.sentences.deviations import (
    INTERVENTIONS,
    NO_REASON,
    NOBODY_YET,
    NOT_SIGNED_AGAIN,
    RULES,
    SENTENCES,
    SIGNED_AGAIN,
)
from engine.canonical import parse_instant
from engine.commands.case import SYSTEM
from workflows.deviations.values import Kind
from workflows.organisation import queries

PEOPLE = ("actor", "person", "recorded_by", "confirmed_by", "signed_by", "again_by")
INSTANTS = ("time", "entered_at", "recorded_at", "confirmed_at", "due_at", "closed_at", "signed_at", "again_at")
DAY_CHARACTERS = 10


class Told(Protocol):
    """A deviation, as it was found now or when a sample was drawn."""

    @property
    def kind(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, str]: ...


def names_in(connection: Connection, told: Iterable[Told]) -> dict[str, str]:
    """Return what the people and units are called that findings name, by username and code."""
    usernames = {one.actor for one in told} | {one.facts.get(key, "") for one in told for key in PEOPLE}
    seats = {one.facts["seat"] for one in told if "seat" in one.facts}
    people = queries.names_of(connection, (usernames | seats) - {""})
    units = queries.names_of_units(connection) if seats else {}
    return {**units, **people, SYSTEM.username: "系统"}


def sentence(one: Told, names: Mapping[str, str]) -> str:
    """Return what people read of a deviation."""
    facts = {**one.facts, "actor": one.actor}
    said = {key: names.get(value, value) if key in (*PEOPLE, "seat") else value for key, value in facts.items()}
    said |= {key: local_time(parse_instant(facts[key])) for key in INSTANTS if facts.get(key)}
    said |= {key: _day(facts[key]) for key in ("day", "before_day") if facts.get(key)}
    said |= {"step": one.step, "actor": said["actor"] or str(NOBODY_YET)}
    if "reason" in said:
        said["reason"] = said["reason"] or str(NO_REASON)
    if one.kind == Kind.INTERVENTION:
        return str(INTERVENTIONS[facts["what"]]) % said
    if "seconds" in facts:
        said["span"] = span(int(facts["seconds"]))
    if "rule" in facts:
        said["rule"] = str(RULES.get(facts["rule"], facts["rule"]))
    if "again_by" in facts:
        said["again"] = str(SIGNED_AGAIN if facts["again_by"] else NOT_SIGNED_AGAIN) % said
    return str(SENTENCES[_key(one)]) % said


def _key(one: Told) -> str:
    """Return which sentence of its kind says it."""
    facts = one.facts
    match one.kind:
        case Kind.REPEATED if facts.get("seat"):
            return "repeated seat"
        case Kind.OUTSIDE_HOURS if facts["off"]:
            return "outside_hours off"
        case Kind.OUT_OF_ORDER:
            return f"out_of_order {facts['what']}"
        case Kind.BACKDATED:
            return f"backdated {facts['field']}"
        case Kind.OVERDUE if not facts["closed_at"]:
            return "overdue open"
        case Kind.TEXT_AFTER_SIGNING if not facts["before"]:
            return "text_after_signing added"
        case Kind.TEXT_AFTER_SIGNING if not facts["after"]:
            return "text_after_signing removed"
    return str(one.kind)


def _day(text: str) -> str:
    return text if len(text) == DAY_CHARACTERS else local_time(parse_instant(text))
