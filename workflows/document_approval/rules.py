"""The rules of 公文, decided from facts alone."""

import re
from datetime import UTC
from typing import Any

from engine.canonical import instant
from engine.model import RecordChange
from workflows.contract import StepFacts, Verdict
from workflows.document_approval.errors import (
    ConsultationRequired,
    NotTheSignatory,
    ReconciliationRequired,
    ReportContainsRequest,
    UnknownIssuingCode,
)
from workflows.document_approval.settings import DocumentSettings

DOCUMENT = "document"
NUMBER = re.compile(r"(?P<code>[\u4e00-\u9fa5A-Za-z]+)〔(?P<year>(?:19|20)\d{2})〕(?P<serial>[1-9]\d*)号")
UPWARD = "上行文"
REPORT = "报告"


def format_number(code: str, year: int, serial: int) -> str:
    """Write a 发文字号.

    Args:
        code: 机关代字.
        year: In full.
        serial: From 1.

    Returns:
        Such as ``沐原办〔2025〕47号``: brackets U+3014 and U+3015, no 第, no leading zero.

    Source:
        GB/T 9704-2012, 7.2.5.
    """
    return f"{code}〔{year}〕{serial}号"


def parse_number(text: str) -> tuple[str, int, int] | None:
    """Return code, year and serial of a 发文字号, or None where it is not written as GB/T 9704-2012, 7.2.5 says."""
    match = NUMBER.fullmatch(text)
    return (match["code"], int(match["year"]), int(match["serial"])) if match else None


def signatory_rule(variables: Any, settings: DocumentSettings) -> str:
    """Return which rule names the signatory of a document.

    Args:
        variables: The case's: ``direction``, ``important`` and ``issuing_code`` decide.
        settings: The office's issuing codes.

    Returns:
        One of :data:`workflows.document_approval.settings.SIGNATORIES`.

    Raises:
        UnknownIssuingCode: The office issues no documents with this code.

    Source:
        第二十二条: important documents and all 上行文 are signed by the principal; office documents as the office was
        authorised, which is the setting ``document_approval.issuing_codes``.
    """
    rule = settings.signatory_rule(str(variables.get("issuing_code") or ""))
    if rule is None:
        raise UnknownIssuingCode(str(variables.get("issuing_code") or ""))
    if variables.get("direction") == UPWARD or variables.get("important") is True:
        return "principal"
    return rule


def judge_draft(facts: StepFacts, decision: str, opinion: str, settings: DocumentSettings) -> Verdict:
    """Refuse a report that contains a request.

    Source:
        第十五条（四）: 不得在报告等非请示性公文中夹带请示事项. Which phrases count is a setting.
    """
    signatory_rule(facts.variables, settings)
    if facts.variables.get("document_type") == REPORT:
        body = str(facts.variables.get("body") or "")
        for phrase in settings.request_phrases:
            if phrase in body:
                raise ReportContainsRequest("body", phrase)
    return Verdict()


def judge_reconcile(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Ask what became of each change that a countersigner asked for, before the draft goes on.

    Source:
        第十九条（五）, 第二十条: other departments' remit requires consultation and, as far as possible, agreement.
    """
    if decision != "submit":
        return Verdict()
    said = {vote["decision"] for votes in facts.votes.values() for vote in votes.values()}
    if said & {"amend", "disagree"} and not facts.variables.get("reconciliation"):
        raise ReconciliationRequired
    if "disagree" in said and not facts.variables.get("consultation"):
        raise ConsultationRequired
    return Verdict()


def judge_sign_and_issue(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let only the signatory sign, and derive the date of the document from the signature.

    Source:
        第二十二条 (signature, name and full date; 成文日期 in 第九条（十二）is the date of signing). A second signature after a
        change of substance is the same signatory's (第二十五条（一）), and moves the date.
    """
    signatory = str(facts.variables.get("signed_by") or facts.variables.get("signatory") or "")
    if signatory and facts.actor.username != signatory:
        raise NotTheSignatory(signatory)
    if decision != "agree":
        return Verdict()
    signed = {
        "signed_by": facts.actor.username,
        "signed_at": instant(facts.now.astimezone(UTC)),
        "issued_on": facts.today.isoformat(),
    }
    return Verdict(signed, (RecordChange(DOCUMENT, facts.instance_id, signed),))


def judge_dispatch(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep the day of dispatch (印发日期 is the day of sending to print, 第九条（十七）)."""
    dispatched = {"dispatched_on": str(facts.variables.get("dispatched_on") or facts.today.isoformat())}
    return Verdict(dispatched, (RecordChange(DOCUMENT, facts.instance_id, dispatched),))
