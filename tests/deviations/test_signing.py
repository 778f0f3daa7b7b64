"""What deviates around a signature, and in the order of numbers: each rule with a case that shows it and one that does not."""

import pytest

from engine.model import EventKind
from tests.deviations.cases import Case, at
from workflows.deviations import numbers, signing
from workflows.deviations.numbers import Numbered
from workflows.deviations.values import Kind

SIGN, DRAFT = "sign_and_issue", "draft"
ORDINARY = Case().step("draft", DRAFT, variables={"body": "甲"}).step("sign", SIGN, "qiujingan").watched()
RULES = [
    signing.drafted_and_signed,
    signing.backdated,
    signing.signed_after_number,
    signing.changed_after_signing,
]


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_found_in_an_ordinary_case(rule) -> None:
    assert list(rule(ORDINARY)) == []


def test_a_signature_of_whoever_drafted_is_found_also_where_a_substitute_acted() -> None:
    same = Case().step("draft", DRAFT, "qiujingan").step("sign", SIGN, "qiujingan")
    for_them = Case().step("draft", DRAFT, "gexingyao", on_behalf_of="qiujingan").step("sign", SIGN, "qiujingan")
    assert [one.seqs for case in (same, for_them) for one in signing.drafted_and_signed(case.watched())] == [(2, 4)] * 2


def recorded(**values: object) -> Case:
    return Case().tell(EventKind.RECORD_CHANGED, by="qiujingan", record="document", id="case", values=values)


def test_a_date_before_the_day_it_was_entered_is_backdated_and_the_day_itself_is_not() -> None:
    [found] = signing.backdated(recorded(issued_on="2025-11-07").watched())
    assert (found.facts["field"], found.facts["day"], found.actor) == ("issued_on", "2025-11-07", "qiujingan")
    assert list(signing.backdated(recorded(issued_on="2025-11-10", dispatched_on="2025-11-11").watched())) == []


def test_a_signature_after_the_number_is_found() -> None:
    case = Case().tell(EventKind.RECORD_CHANGED, record="number", id="x", values={"text": "沐原办〔2025〕47号"})
    [found] = signing.signed_after_number(case.step("sign", SIGN, "qiujingan").watched())
    assert (found.seqs, found.facts) == ((1, 3), {"number": "沐原办〔2025〕47号"})


def signed(body: str = "2月15日放假。") -> Case:
    return Case().step("draft", DRAFT, variables={"body": body, "annexes": ["a"]}).step("sign", SIGN, "qiujingan")


def test_text_that_was_changed_after_signing_says_what_by_whom_and_that_it_was_signed_again() -> None:
    case = signed().step("verify", "verify", "shaxiaoman", variables={"body": "2月15日放假。10月10日上班。"})
    [unsigned] = signing.changed_after_signing(case.watched())
    assert (unsigned.kind, unsigned.seqs, unsigned.actor) == (Kind.TEXT_AFTER_SIGNING, (4, 6), "shaxiaoman")
    assert (unsigned.facts["before"], unsigned.facts["after"], unsigned.facts["again_by"]) == ("", "10月10日上班。", "")
    [again] = signing.changed_after_signing(case.step("sign", SIGN, "qiujingan").watched())
    assert (again.seqs, again.facts["again_by"]) == ((4, 6, 8), "qiujingan")


def test_a_text_that_was_cleared_is_said_to_be_and_shown_no_more() -> None:
    cleared = {"$redacted": "0" * 64}
    case = signed().step("verify", "verify", variables={"body": cleared})
    [found] = signing.changed_after_signing(case.watched())
    assert (found.facts["before"], found.facts["after"]) == ("2月15日放假。", "［内容已清除］")


def test_an_attachment_that_was_exchanged_after_signing_is_found_and_one_made_after_it_is_not() -> None:
    exchanged = signed().step("verify", "verify", "shaxiaoman", variables={"annexes": ["b"]})
    [found] = signing.changed_after_signing(exchanged.watched())
    assert (found.kind, found.facts["field"]) == (Kind.ATTACHMENT_AFTER_SIGNING, "附件")
    made = Case().step("sign", SIGN, "qiujingan").step("verify", "verify", variables={"annexes": ["final"]})
    assert list(signing.changed_after_signing(made.watched())) == []


def test_what_was_handed_in_unchanged_or_changed_by_the_signatory_is_not_found() -> None:
    same = signed().step("verify", "verify", variables={"body": "2月15日放假。", "copies": 19})
    own = signed().step("sign", SIGN, "qiujingan", variables={"body": "2月16日放假。"})
    assert [one for case in (same, own) for one in signing.changed_after_signing(case.watched())] == []


def numbered(serial: int, when: str, issued_on: str = "", voided: bool = False) -> Numbered:
    reason = "内容有误" if voided else ""
    by = "zhenliyan" if voided else ""
    return Numbered(
        serial, f"{serial}号", f"case{serial}", at(when), issued_on, at("11-20T09:00") if voided else None, by, reason
    )


def test_numbers_that_run_against_their_dates_are_found() -> None:
    line = [
        numbered(47, "11-13T10:00", "2025-11-13"),
        numbered(48, "11-14T10:00", "2025-11-12"),
        numbered(49, "11-14T09:00", "2025-11-14"),
        numbered(50, "11-15T09:00", "2025-11-15"),
    ]
    found = [(one.facts["number"], one.facts["what"]) for one in numbers.out_of_order(line)]
    assert found == [("48号", "issued_on"), ("49号", "given_at")]


def test_void_numbers_are_told_with_their_reason_and_gaps_with_their_bounds() -> None:
    line = [numbered(47, "11-13T10:00"), numbered(48, "11-14T10:00", voided=True), numbered(51, "11-15T10:00")]
    [void] = numbers.voided(line)
    [gap] = numbers.gaps("沐原办〔2025〕", 46, line)
    assert (void.facts, void.actor) == ({"number": "48号", "reason": "内容有误"}, "zhenliyan")
    assert gap.facts == {"series": "沐原办〔2025〕", "first": "49", "last": "50"}
    assert list(numbers.gaps("沐原办〔2025〕", 46, line[:2])) == list(numbers.voided(line[:1])) == []
