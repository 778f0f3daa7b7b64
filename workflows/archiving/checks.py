"""四性检测: what makes a year's 件 authentic, whole, usable and safe. Pure; facts are gathered in ``inspection.py``."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.archiving.sorting import gaps

MOST_TOLD = 50
"""Failures that a report names one by one."""


class Property(StrEnum):
    """真实性, 完整性, 可用性, 安全性."""

    AUTHENTICITY = "authenticity"
    INTEGRITY = "integrity"
    USABILITY = "usability"
    SECURITY = "security"


class Outcome(StrEnum):
    """通过, 人工 (a person has looked, in words), 不通过."""

    PASSED = "passed"
    MANUAL = "manual"
    FAILED = "failed"


@dataclass(frozen=True)
class PartFacts:
    """A part as it was put together, and as it is found now; ``found_sha256`` is None where nothing lies there any more.

    A part made from history has the hash of its event instead of a digest; what is on paper has neither.
    """

    position: int
    name: str
    is_file: bool
    from_history: bool
    sha256: str | None
    found_sha256: str | None
    size: int | None
    found_size: int | None
    media_type: str
    encrypted: bool


@dataclass(frozen=True)
class ItemFacts:
    """A 件 with its parts; ``expected_code`` is its 档号 by the office's template, ``ended`` whether all its cases have."""

    id: str
    retention: str
    unit: str
    serial: int
    archival_code: str
    expected_code: str
    title: str
    document_number: str
    responsible: str
    dated_on: str
    ended: bool
    parts: tuple[PartFacts, ...]


@dataclass(frozen=True)
class Package:
    """A numbered year: how many 件 were numbered, what there is, and what the office allows."""

    year: int
    numbered: int
    items: tuple[ItemFacts, ...]
    periods: frozenset[str]
    formats: frozenset[str]


@dataclass(frozen=True)
class Failure:
    """What does not pass: which 件, and which of its parts or values."""

    archival_code: str
    what: str


Look = Callable[[Package], Iterator[Failure]]


@dataclass(frozen=True)
class Check:
    """One check; without ``look`` a person makes it and says what was found."""

    code: str
    property: Property
    look: Look | None = None


@dataclass(frozen=True)
class Result:
    """What a check has found; ``failed`` counts all failures, ``failures`` names the first of them."""

    code: str
    outcome: Outcome
    objects: int
    failed: int = 0
    failures: tuple[Failure, ...] = ()
    note: str = ""


def files_are_unchanged(package: Package) -> Iterator[Failure]:
    """Compare the digest of each file with the one it was put together with.

    Source:
        DA/T 70-2018 as DOMAIN of such offices gives it (3.7): 固化信息有效.
    """
    for item, part in _parts(package):
        if part.is_file and part.found_sha256 is not None and part.found_sha256 != part.sha256:
            yield Failure(item.archival_code, part.name)


def process_is_unchanged(package: Package) -> Iterator[Failure]:
    """Compare the event of history that each sheet and text is made from with the one it was put together with.

    Source:
        DA/T 70-2018, DOMAIN 3.7: 封装前后一致; 过程信息. History is the process information here.
    """
    for item, part in _parts(package):
        if part.from_history and part.found_sha256 != part.sha256:
            yield Failure(item.archival_code, part.name)


def codes_follow_the_rule(package: Package) -> Iterator[Failure]:
    """Compare each 档号 with the office's template.

    Source:
        DA/T 70-2018, DOMAIN 3.7: 档号规范性; the template is DA/T 22-2015.
    """
    yield from (
        Failure(one.archival_code, one.expected_code) for one in package.items if one.archival_code != one.expected_code
    )


def codes_are_unique(package: Package) -> Iterator[Failure]:
    """Look for a 档号 that two 件 have.

    Source:
        DA/T 70-2018, DOMAIN 3.7: duplicate test on 档号.
    """
    times = Counter(one.archival_code for one in package.items)
    yield from (Failure(code, f"×{count}") for code, count in times.items() if count > 1)


def documents_are_unique(package: Package) -> Iterator[Failure]:
    """Look for two 件 with the same 文号, 责任者 and 题名.

    Source:
        DA/T 70-2018, DOMAIN 3.7: duplicate test on 文号/题名; a number alone is used again by other bodies.
    """
    met: dict[tuple[str, str, str], str] = {}
    for one in package.items:
        key = (one.document_number, one.responsible, one.title)
        if one.document_number and key in met:
            yield Failure(one.archival_code, met[key])
        met.setdefault(key, one.archival_code)


def metadata_are_plausible(package: Package) -> Iterator[Failure]:
    """Look at the value domain of period and date: a period of the office, a day that is not after the year.

    Source:
        DA/T 70-2018, DOMAIN 3.7: 元数据值域、合理性.
    """
    for one in package.items:
        if one.retention not in package.periods:
            yield Failure(one.archival_code, one.retention)
        elif one.dated_on and not _is_day_until(one.dated_on, package.year):
            yield Failure(one.archival_code, one.dated_on)


def all_items_are_there(package: Package) -> Iterator[Failure]:
    """Compare how many 件 there are with how many were numbered.

    Source:
        DA/T 70-2018, DOMAIN 3.7: 总件数相符.
    """
    if len(package.items) != package.numbered:
        yield Failure("", f"{len(package.items)}/{package.numbered}")


def serials_are_continuous(package: Package) -> Iterator[Failure]:
    """Look for gaps and twins in the 件号 of each class, and in the order inside each 件.

    Source:
        DA/T 70-2018, DOMAIN 3.7: 件号、件内顺序号连续，起始正确.
    """
    classes: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for one in package.items:
        classes[one.retention, one.unit].append(one.serial)
        if gaps(part.position for part in one.parts):
            yield Failure(one.archival_code, ",".join(str(part.position) for part in one.parts))
    for (retention, unit), serials in sorted(classes.items()):
        if missing := gaps(serials):
            yield Failure("", f"{retention} {unit} {','.join(map(str, missing))}")


def required_metadata_are_there(package: Package) -> Iterator[Failure]:
    """Look for empty 题名, 责任者 and 日期.

    Source:
        DA/T 46-2009 as DOMAIN of such offices gives it (3.6): these are compulsory; DA/T 70-2018: 必填项完整.
    """
    for one in package.items:
        for name in ("title", "responsible", "dated_on"):
            if not getattr(one, name):
                yield Failure(one.archival_code, name)


def process_information_is_whole(package: Package) -> Iterator[Failure]:
    """Look for 件 of cases that have not ended.

    Source:
        DA/T 70-2018, DOMAIN 3.7: 过程信息完整.
    """
    yield from (Failure(one.archival_code, one.title) for one in package.items if not one.ended)


def contents_are_there(package: Package) -> Iterator[Failure]:
    """Look for 件 without any part, and parts whose file is gone or has another size.

    Source:
        DA/T 70-2018, DOMAIN 3.7: 内容数据齐全，与元数据一致.
    """
    yield from (Failure(one.archival_code, one.title) for one in package.items if not one.parts)
    for item, part in _parts(package):
        if part.is_file and (part.found_sha256 is None or part.found_size != part.size):
            yield Failure(item.archival_code, part.name)


def formats_are_allowed(package: Package) -> Iterator[Failure]:
    """Look for files of formats that the office's archive does not take.

    Source:
        GB/T 18894-2016, GB/T 33190-2016 as DOMAIN of such offices names them; which formats is the office's setting.
    """
    for item, part in _parts(package):
        if part.is_file and part.media_type not in package.formats:
            yield Failure(item.archival_code, f"{part.name} {part.media_type}")


def files_are_not_encrypted(package: Package) -> Iterator[Failure]:
    """Look for files that are encrypted.

    Source:
        DA/T 70-2018, DOMAIN 3.7: 可打开、未加密.
    """
    for item, part in _parts(package):
        if part.encrypted:
            yield Failure(item.archival_code, part.name)


CHECKS: Sequence[Check] = (
    Check("digest", Property.AUTHENTICITY, files_are_unchanged),
    Check("process", Property.AUTHENTICITY, process_is_unchanged),
    Check("code_rule", Property.AUTHENTICITY, codes_follow_the_rule),
    Check("code_unique", Property.AUTHENTICITY, codes_are_unique),
    Check("duplicate", Property.AUTHENTICITY, documents_are_unique),
    Check("plausible", Property.AUTHENTICITY, metadata_are_plausible),
    Check("count", Property.INTEGRITY, all_items_are_there),
    Check("continuous", Property.INTEGRITY, serials_are_continuous),
    Check("required", Property.INTEGRITY, required_metadata_are_there),
    Check("process_whole", Property.INTEGRITY, process_information_is_whole),
    Check("contents", Property.INTEGRITY, contents_are_there),
    Check("format", Property.USABILITY, formats_are_allowed),
    Check("encrypted", Property.USABILITY, files_are_not_encrypted),
    Check("virus", Property.SECURITY),
    Check("carrier", Property.SECURITY),
)
"""The codes are the office's own; the standard's codes are not known here, and no conformity is claimed.

Source:
    DA/T 70-2018 as DOMAIN of such offices gives it (3.7); 病毒 needs a scanner, 载体和过程安全 a person: both are made by hand.
"""
BY_HAND = tuple(one.code for one in CHECKS if one.look is None)


@dataclass(frozen=True)
class ByHand:
    """What a person has found with a check that is made by hand."""

    note: str
    failed: bool = False


def inspect(package: Package, by_hand: Mapping[str, ByHand]) -> list[Result]:
    """Return what each check finds, in order.

    Args:
        package: The year.
        by_hand: For each of :data:`BY_HAND`, what was found.
    """
    return [_result(one, package, by_hand) for one in CHECKS]


def _result(check: Check, package: Package, by_hand: Mapping[str, ByHand]) -> Result:
    if check.look is None:
        said = by_hand[check.code]
        outcome = Outcome.FAILED if said.failed else Outcome.MANUAL
        return Result(check.code, outcome, len(package.items), failed=int(said.failed), note=said.note)
    failures = list(check.look(package))
    outcome = Outcome.FAILED if failures else Outcome.PASSED
    return Result(check.code, outcome, len(package.items), len(failures), tuple(failures[:MOST_TOLD]))


def _parts(package: Package) -> Iterator[tuple[ItemFacts, PartFacts]]:
    return ((item, part) for item in package.items for part in item.parts)


def _is_day_until(text: str, year: int) -> bool:
    try:
        return date.fromisoformat(text).year <= year
    except ValueError:
        return False
