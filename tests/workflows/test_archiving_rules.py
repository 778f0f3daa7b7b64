"""The pure rules of the archive: the order and the numbers of a year, its 档号, and what each check finds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.settings import ArchiveSection
from workflows.archiving.checks import (
    BY_HAND,
    CHECKS,
    ByHand,
    ItemFacts,
    Outcome,
    Package,
    PartFacts,
    Property,
    inspect,
)
from workflows.archiving.settings import ArchiveSettings
from workflows.archiving.sorting import Sortable, gaps, placed

PERIODS = ("永久", "30年", "10年")
SCHEME = ArchiveSettings(
    fonds="M018",
    category="WS",
    pattern="{fonds}-{category}·{year}-{retention}-{unit}-{serial:04}",
    periods={"永久": "Y", "30年": "D30", "10年": "D10"},
    unit="BGS",
)
CLEAN = {one: ByHand("无异常") for one in BY_HAND}
FILE = PartFacts(1, "正文.pdf", True, False, "a", "a", 5, 5, "application/pdf", False)
SHEET = PartFacts(2, "发文稿纸", False, True, "h", "h", None, None, "", False)
ITEM = ItemFacts(
    id="one",
    retention="10年",
    unit="BGS",
    serial=1,
    archival_code="M018-WS·2025-D10-BGS-0001",
    expected_code="M018-WS·2025-D10-BGS-0001",
    title="关于2026年部分节假日安排的通知",
    document_number="沐原办〔2025〕47号",
    responsible="集团办公室",
    dated_on="2025-11-13",
    ended=True,
    parts=(FILE, SHEET),
)
OTHER = replace(
    ITEM,
    id="two",
    serial=2,
    archival_code="M018-WS·2025-D10-BGS-0002",
    expected_code="M018-WS·2025-D10-BGS-0002",
    document_number="沐原办〔2025〕48号",
    parts=(),
)


def package(*items: ItemFacts, numbered: int | None = None) -> Package:
    return Package(
        2025, len(items) if numbered is None else numbered, items, frozenset(PERIODS), frozenset({FILE.media_type})
    )


def failed(given_package: Package) -> set[str]:
    return {one.code for one in inspect(given_package, CLEAN) if one.outcome is Outcome.FAILED}


def sortable(name: str, day: str = "2025-01-01", number: str = "", see: frozenset[str] = frozenset()) -> Sortable:
    return Sortable(name, "10年", "BGS", day, number, name, see)


@st.composite
def years(draw: st.DrawFn) -> list[Sortable]:
    """Some 件 of a year, of several periods and units, some of which note others."""
    ids = draw(st.lists(st.text("abcdefghij", min_size=1, max_size=3), unique=True, max_size=25))
    return [
        Sortable(
            id=one,
            retention=draw(st.sampled_from((*PERIODS, "20年"))),
            unit=draw(st.sampled_from(("BGS", "ZZB"))),
            dated_on=draw(st.sampled_from(("", "2025-01-01", "2025-05-02", "2025-11-13"))),
            document_number=draw(st.sampled_from(("", "沐原办〔2025〕9号", "沐原办〔2025〕47号"))),
            title=draw(st.sampled_from(("甲", "乙"))),
            see=draw(st.frozensets(st.sampled_from(ids), max_size=3)) - {one},
        )
        for one in ids
    ]


class TestOrder:
    @given(items=years())
    def test_every_class_is_numbered_from_one_without_gaps_or_twins(self, items: list[Sortable]) -> None:
        order = placed(items, PERIODS)
        assert sorted(one.item.id for one in order) == sorted(one.id for one in items)
        for key in {(one.item.retention, one.item.unit) for one in order}:
            serials = [one.serial for one in order if (one.item.retention, one.item.unit) == key]
            assert serials == list(range(1, len(serials) + 1))
            assert gaps(serials) == []

    @given(items=years(), seed=st.randoms(use_true_random=False))
    def test_the_order_does_not_depend_on_how_they_were_put_together(self, items: list[Sortable], seed: object) -> None:
        shuffled = list(items)
        seed.shuffle(shuffled)  # type: ignore[attr-defined]
        assert placed(shuffled, PERIODS) == placed(items, PERIODS)

    @given(items=years())
    def test_no_two_get_the_same_code(self, items: list[Sortable]) -> None:
        known = [one for one in items if one.retention in SCHEME.periods]
        codes = [SCHEME.written(2025, one.item.retention, one.item.unit, one.serial) for one in placed(known, PERIODS)]
        assert len(set(codes)) == len(codes)

    def test_those_of_one_matter_stand_together_at_the_day_of_the_first(self) -> None:
        items = [
            sortable("复文", "2025-11-13", see=frozenset({"来文"})),
            sortable("别的", "2025-11-10"),
            sortable("来文", "2025-11-04"),
        ]
        assert [one.item.id for one in placed(items, PERIODS)] == ["来文", "复文", "别的"]

    def test_numbers_count_by_their_value(self) -> None:
        items = [sortable(name, number=f"沐原办〔2025〕{name}号") for name in ("10", "9", "100")]
        assert [one.item.id for one in placed(items, PERIODS)] == ["9", "10", "100"]

    def test_the_longest_period_comes_first_and_what_has_no_day_last(self) -> None:
        items = [sortable("无日期", ""), replace(sortable("永久"), retention="永久"), sortable("有日期", "2025-12-31")]
        assert [one.item.id for one in placed(items, PERIODS)] == ["永久", "有日期", "无日期"]

    @pytest.mark.parametrize(
        ("serials", "found"), [([], []), ([1, 2], []), ([2, 3], [1]), ([1, 1], [1, 2]), ([1, 3], [2])]
    )
    def test_gaps_and_twins_are_found(self, serials: list[int], found: list[int]) -> None:
        assert gaps(serials) == found


class TestCode:
    def test_the_code_is_written_as_the_office_writes_it(self) -> None:
        assert SCHEME.written(2025, "10年", "BGS", 127) == "M018-WS·2025-D10-BGS-0127"
        other = replace(SCHEME, pattern="{fonds}-{category}·{year}·{retention}·{unit}-{serial:04}")
        assert other.written(2025, "永久", "BGS", 1) == "M018-WS·2025·Y·BGS-0001"  # DA/T 13-2022

    @pytest.mark.parametrize(
        "pattern",
        ["{fonds}-{year}-{retention}-{unit}", "{serial}", "{year}{retention}{unit}{serial}{other}", "{serial:x"],
    )
    def test_a_pattern_that_could_give_one_code_twice_is_refused(self, pattern: str) -> None:
        with pytest.raises(ValidationError):
            ArchiveSection(pattern=pattern)


class TestChecks:
    def test_what_is_sound_passes_and_what_a_person_looked_at_is_said_to_be_so(self) -> None:
        results = inspect(package(ITEM), CLEAN)
        assert [one.code for one in results] == [one.code for one in CHECKS]
        outcomes = [one.outcome for one in results]
        assert (outcomes.count(Outcome.PASSED), outcomes.count(Outcome.MANUAL)) == (len(CHECKS) - 2, 2)
        assert {one.property for one in CHECKS} == set(Property)

    @pytest.mark.parametrize(
        ("code", "item"),
        [
            ("digest", replace(ITEM, parts=(replace(FILE, found_sha256="b"),))),
            ("process", replace(ITEM, parts=(FILE, replace(SHEET, found_sha256="other")))),
            ("process", replace(ITEM, parts=(FILE, replace(SHEET, found_sha256=None)))),
            ("code_rule", replace(ITEM, archival_code="M018-WS·2025-D10-BGS-1")),
            ("plausible", replace(ITEM, retention="20年")),
            ("plausible", replace(ITEM, dated_on="2026-01-01")),
            ("plausible", replace(ITEM, dated_on="2025-02-30")),
            ("continuous", replace(ITEM, serial=2)),
            ("continuous", replace(ITEM, parts=(FILE, replace(SHEET, position=3)))),
            ("required", replace(ITEM, responsible="")),
            ("required", replace(ITEM, dated_on="")),
            ("process_whole", replace(ITEM, ended=False)),
            ("contents", replace(ITEM, parts=())),
            ("contents", replace(ITEM, parts=(replace(FILE, found_sha256=None, found_size=None),))),
            ("contents", replace(ITEM, parts=(replace(FILE, found_size=4),))),
            ("format", replace(ITEM, parts=(replace(FILE, media_type="application/zip"),))),
            ("encrypted", replace(ITEM, parts=(replace(FILE, encrypted=True),))),
        ],
    )
    def test_each_check_finds_its_fault_and_no_other(self, code: str, item: ItemFacts) -> None:
        assert failed(package(item)) == {code}

    def test_codes_and_documents_are_compared_with_each_other(self) -> None:
        other = replace(OTHER, parts=ITEM.parts)
        assert failed(package(ITEM, other)) == set()
        assert failed(package(ITEM, replace(other, document_number=ITEM.document_number))) == {"duplicate"}
        twin = replace(other, archival_code=ITEM.archival_code, expected_code=ITEM.archival_code)
        assert failed(package(ITEM, twin)) == {"code_unique"}

    def test_one_that_is_missing_is_counted(self) -> None:
        assert failed(package(ITEM, numbered=2)) == {"count"}

    def test_a_fault_that_a_person_has_found_is_one(self) -> None:
        found = inspect(package(ITEM), {**CLEAN, "virus": ByHand("发现病毒", failed=True)})
        assert [(one.code, one.note) for one in found if one.outcome is Outcome.FAILED] == [("virus", "发现病毒")]
