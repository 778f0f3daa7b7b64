"""What deviates in a series of numbers: dates that run against the numbers, void ones, and those that nothing was given. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from engine.canonical import instant
from workflows.deviations.values import Finding, Kind


@dataclass(frozen=True)
class Numbered:
    """One number of a series.

    Attributes:
        serial: Its place.
        text: As it is written.
        instance_id: The case it was given to.
        given_at: Aware instant.
        issued_on: 成文日期 of the document, as an ISO date, or empty.
        voided_at: Aware instant at which it was made void, or None.
        voided_by: The username of who did.
        void_reason: Why.
    """

    serial: int
    text: str
    instance_id: str
    given_at: datetime
    issued_on: str
    voided_at: datetime | None
    voided_by: str
    void_reason: str


def out_of_order(line: Sequence[Numbered]) -> Iterator[Finding]:
    """Yield each number that was given, or whose document is dated, before one with a smaller number.

    Args:
        line: The numbers of one series, by serial.

    Source:
        Practice of such offices: 发文字号 follow the order of 登记; the date of signing may run behind it, which an auditor asks
        about.
    """
    for before, one in pairwise(line):
        dated = bool(one.issued_on and before.issued_on and one.issued_on < before.issued_on)
        if one.given_at >= before.given_at and not dated:
            continue
        facts = {
            "number": one.text,
            "day": one.issued_on if dated else instant(one.given_at),
            "before": before.text,
            "before_day": before.issued_on if dated else instant(before.given_at),
            "what": "issued_on" if dated else "given_at",
        }
        yield Finding(Kind.OUT_OF_ORDER, one.instance_id, (), one.given_at, "", "", facts)


def voided(line: Sequence[Numbered]) -> Iterator[Finding]:
    """Yield each number that was made void, with the reason; it keeps its place."""
    for one in line:
        if one.voided_at is not None:
            facts = {"number": one.text, "reason": one.void_reason}
            yield Finding(Kind.VOIDED, one.instance_id, (), one.voided_at, one.voided_by, "", facts)


def gaps(name: str, opening: int, line: Sequence[Numbered]) -> Iterator[Finding]:
    """Yield each range of numbers that nothing was given; those up to ``opening`` are in the register on paper."""
    before = opening
    for one in line:
        if one.serial > before + 1:
            facts = {"series": name, "first": str(before + 1), "last": str(one.serial - 1)}
            yield Finding(Kind.GAP, "", (), one.given_at, "", "", facts)
        before = max(before, one.serial)
