"""The rules of 公文, decided from facts alone."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC

from engine import canonical
from engine.canonical import instant
from engine.model import RecordChange, Value, Variables
from workflows.consultation.rules import require_agreement, require_answered
from workflows.contract import StepFacts, Verdict
from workflows.document_approval import checks
from workflows.document_approval.checks import NOTHING_KNOWN, Circumstances
from workflows.document_approval.errors import (
    DirectionMismatch,
    DispatchedBeforeIssue,
    JointSignaturesMissing,
    NotNumbered,
    NotTheOriginalSignatory,
    NotTheSignatory,
    RefusedTextUnchanged,
    RegistrationIncomplete,
    ReportContainsRequest,
    SealedMoreThanPrinted,
    SignatoryNotAppointed,
    SignatureMissing,
    UnknownIssuingCode,
)
from workflows.document_approval.records import CHECK, DOCUMENT
from workflows.document_approval.settings import DocumentSettings
from workflows.document_approval.types import DOWNWARD, LEVEL, UPWARD, require_fitting_type
from workflows.numbering.settings import DOCUMENT_PATTERN
from workflows.seals.records import seal_change

REFUSED_TEXT = "refused_text"
"""The variable that keeps the digest of the text a signatory has refused, until they sign."""
ANSWERED = "answered_checks"
"""The variable that keeps, by check, what was found when its answer was given."""
REASON, SCOPE, RETENTION = "override_reason", "disclosure_scope", "retention"
COUNTERSIGNED_BY = "countersign_units"
WRITTEN = frozenset(
    {
        "signed_by",
        "signed_at",
        "issued_on",
        "dispatched_on",
        "seal_name",
        REFUSED_TEXT,
        ANSWERED,
        COUNTERSIGNED_BY,
        REASON,
        SCOPE,
        RETENTION,
    }
)
"""The variables that the rules of steps write."""
NUMBER = re.compile(r"(?P<code>[\u4e00-\u9fa5A-Za-z]+)〔(?P<year>(?:19|20)[0-9]{2})〕(?P<serial>[1-9][0-9]*)号")
MISWRITTEN = re.compile(
    r"(?P<code>[\u4e00-\u9fa5A-Za-z]+)[〔\[【(](?P<year>(?:19|20)?[0-9]{2})[〕\]】)]第?0*(?P<serial>[1-9][0-9]*)号"
)
SHORT_YEAR, CENTURY = 2, 2000
RETURNED = "revise"
REPORT = "报告"
ONE_WAY = {REPORT: UPWARD, "请示": UPWARD, "批复": DOWNWARD, "函": LEVEL}
"""The types that 第八条（十）（十一）（十二）（十四）define by whom they are for."""


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
    return DOCUMENT_PATTERN.format(code=code, year=year, serial=serial)


def parse_number(text: str) -> tuple[str, int, int] | None:
    """Return code, year and serial of a 发文字号, or None where it is not written as GB/T 9704-2012, 7.2.5 says."""
    match = NUMBER.fullmatch(text)
    return (match["code"], int(match["year"]), int(match["serial"])) if match else None


def repair_number(text: str) -> str | None:
    """Return how a 发文字号 that is not written as the standard says was meant.

    Args:
        text: As somebody typed it: other brackets, a short year, 第, leading zeros, full-width digits, spaces.

    Returns:
        The number as :func:`format_number` writes it, also where nothing was wrong; None where it cannot be told.

    Source:
        GB/T 9704-2012, 7.2.5 for the result; which slips are mended is our choice.
    """
    match = MISWRITTEN.fullmatch(unicodedata.normalize("NFKC", "".join(text.split())))
    if match is None:
        return None
    year = int(match["year"]) + (CENTURY if len(match["year"]) == SHORT_YEAR else 0)
    return format_number(match["code"], year, int(match["serial"]))


def goes_upward(variables: Variables) -> bool:
    """Return whether a document is 上行文: by its direction, or because its type can be nothing else.

    Source:
        第八条（十）（十一）: 报告 and 请示 are for superior bodies.
    """
    return variables.get("direction") == UPWARD or ONE_WAY.get(str(variables.get("document_type"))) == UPWARD


def needs_principal(variables: Variables) -> bool:
    """Return whether nobody but the principal may sign.

    Source:
        第二十二条: 重要公文和上行文由机关主要负责人签发.
    """
    return variables.get("important") is True or goes_upward(variables)


def signatory_rule(variables: Variables, settings: DocumentSettings) -> str:
    """Return which rule names the signatory of a document.

    Args:
        variables: The case's: ``direction``, ``document_type``, ``important`` and ``issuing_code`` decide.
        settings: The office's issuing codes.

    Returns:
        One of :data:`workflows.document_approval.settings.SIGNATORIES`.

    Raises:
        UnknownIssuingCode: The office issues no documents with this code.

    Source:
        第二十二条: important documents and all 上行文 are signed by the principal; office documents as the office was
        authorised, which is the table of who signs what, also for important ones where it says so.
    """
    found = settings.find_code(str(variables.get("issuing_code") or ""))
    if found is None:
        raise UnknownIssuingCode(str(variables.get("issuing_code") or ""))
    authorised = found.of_the_office and not found.important_to_principal
    if goes_upward(variables) or (variables.get("important") is True and not authorised):
        return "principal"
    return found.signatory


def judge_draft(
    facts: StepFacts, decision: str, opinion: str, settings: DocumentSettings, known: Circumstances = NOTHING_KNOWN
) -> Verdict:
    """Refuse a draft that bears no code of this office, or that the rules between bodies do not allow.

    Where it says nothing of 公开范围, the office's usual one is kept; where it names no departments, none countersign.

    Raises:
        UnknownIssuingCode: The office issues no documents with this code.
        DirectionMismatch, TypeUnfit, ReportContainsRequest: As :func:`require_fitting_text` says.
        InvalidSubmission: As :func:`workflows.document_approval.checks.require_rules_kept` says.
    """
    signatory_rule(facts.variables, settings)
    require_fitting_text(facts.variables, settings)
    checks.require_rules_kept(facts.variables, settings, known)
    unsaid: dict[str, Value] = {}
    if settings.default_disclosure and not _words(facts.variables.get(SCOPE)):
        unsaid[SCOPE] = settings.default_disclosure
    if facts.variables.get(COUNTERSIGNED_BY) is None:
        unsaid[COUNTERSIGNED_BY] = []
    return Verdict(unsaid)


def judge_edit(
    facts: StepFacts, decision: str, opinion: str, settings: DocumentSettings, known: Circumstances = NOTHING_KNOWN
) -> Verdict:
    """Let no text go on from 核稿 that a draft would have been refused for, nor one that looks wrong without a reason.

    A draft with such a text can still be returned.

    Raises:
        DirectionMismatch, TypeUnfit, ReportContainsRequest: As :func:`require_fitting_text` says.
        AnnexesUnlisted: Its note of annexes does not list them.
        ChecksUnanswered: Something is warned of, and no reason is given for keeping it.
        InvalidSubmission: As :func:`workflows.document_approval.checks.require_rules_kept` says.

    Source:
        第二十条（四）: the office reviews 文种 and format before a document is signed.
    """
    if decision == RETURNED:
        return Verdict()
    require_fitting_text(facts.variables, settings)
    checks.require_rules_kept(facts.variables, settings, known)
    checks.require_annexes_listed(facts.variables)
    reason = _words(facts.variables.get(REASON))
    before = facts.variables.get(ANSWERED)
    answered = before if isinstance(before, Mapping) else {}
    warned = checks.warnings_of(facts.variables, settings, known)
    now_answered = checks.require_warnings_answered(warned, answered, reason)
    if not now_answered:
        return Verdict({REASON: None}) if reason else Verdict()
    digests = {one.check: checks.digest_of(one) for one in now_answered}
    variables: dict[str, Value] = {REASON: None, ANSWERED: {**answered, **digests}}
    records = (
        RecordChange(
            CHECK,
            f"{facts.instance_id}-{one.check}-{digests[one.check][:12]}",
            {
                "instance_id": facts.instance_id,
                "check_name": one.check,
                "seen": one.seen,
                "reason": reason,
                "activity_id": facts.activity.id,
                "person": facts.actor.acts_as,
                "answered_at": instant(facts.now.astimezone(UTC)),
            },
        )
        for one in now_answered
    )
    return Verdict(variables, tuple(records))


def judge_reconcile(
    facts: StepFacts, decision: str, opinion: str, settings: DocumentSettings, known: Circumstances = NOTHING_KNOWN
) -> Verdict:
    """Ask what became of each change that a countersigner asked for, before the draft goes on.

    Raises:
        InvalidSubmission: As :func:`workflows.consultation.rules.require_answered` says.
        NotAgreedUpon: It would go down, and a department that disagreed still does.
        DirectionMismatch, TypeUnfit, ReportContainsRequest: As :func:`require_fitting_text` says.

    Source:
        第十九条, 第二十条: what touches other departments' remit requires their opinion and, as far as possible, agreement;
        第十六条（四）.
    """
    if decision == RETURNED:
        return Verdict()
    require_answered(facts.variables, facts.votes)
    if facts.variables.get("direction") == DOWNWARD:
        require_agreement(facts.variables, facts.votes)
    require_fitting_text(facts.variables, settings)
    checks.require_rules_kept(facts.variables, settings, known)
    return Verdict()


def judge_sign_and_issue(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let only the signatory sign, and derive the date of the document from the signature.

    A signature that a substitute (代理) gives for the signatory is the signatory's; history names both.

    Raises:
        NotTheOriginalSignatory: It was signed before, by somebody else.
        NotTheSignatory: Somebody else was appointed.
        SignatoryNotAppointed: It needs the principal, and the flow did not ask who that is.

    Source:
        第二十二条 (signature, name and full date; 成文日期 in 第九条（十二）is the date of signing). A second signature after a
        change of substance is the same signatory's (第二十五条（一）), and moves the date.
    """
    _require_signatory(facts)
    if decision != "agree":
        return Verdict({REFUSED_TEXT: _text_digest(facts)})
    signed = {
        "signed_by": facts.actor.acts_as,
        "signed_at": instant(facts.now.astimezone(UTC)),
        "issued_on": facts.today.isoformat(),
    }
    return Verdict({**signed, REFUSED_TEXT: None}, (RecordChange(DOCUMENT, facts.instance_id, signed),))


def judge_verify(
    facts: StepFacts, decision: str, opinion: str, settings: DocumentSettings, known: Circumstances = NOTHING_KNOWN
) -> Verdict:
    """Verify only what was signed, and let no correction bring in what a draft would have been refused for.

    The date of a document that several bodies issue is that of the last signature.

    Raises:
        SignatureMissing: Nobody has signed.
        RefusedTextUnchanged: The signatory refused this very text.
        JointSignaturesMissing: Another body that issues it is not said to have signed.
        DirectionMismatch, TypeUnfit, ReportContainsRequest: As :func:`require_fitting_text` says.

    Source:
        第二十五条（一）: approvals, content, 文种 and format of a signed document are verified before it is issued.
        第二十二条: 联合发文由所有联署机关的负责人会签; 第九条（十二）: 联合行文时，署最后签发机关负责人签发的日期.
    """
    _require_signature(facts)
    require_fitting_text(facts.variables, settings)
    checks.require_rules_kept(facts.variables, settings, known)
    if decision != "pass":
        return Verdict()
    if facts.variables.get(REFUSED_TEXT) == _text_digest(facts):
        raise RefusedTextUnchanged
    return _dated(facts)


def judge_register(facts: StepFacts, decision: str, opinion: str, settings: DocumentSettings) -> Verdict:
    """Let a document be registered only with all that its number and its despatch need.

    Raises:
        SignatureMissing: Nobody has signed.
        UnknownIssuingCode: The office issues no documents with this code, so there is no series to number it in.
        RegistrationIncomplete: It is not said where the document goes, or in how many copies.
        JointSignaturesMissing: Another body that issues it is not said to have signed.

    Source:
        第二十五条（二）: 对复核后的公文，应当确定发文字号、分送范围和印制份数并详细记载.
    """
    _require_signature(facts)
    signatory_rule(facts.variables, settings)
    copies = facts.variables.get("copies")
    if isinstance(copies, bool) or not isinstance(copies, int) or copies < 1:
        raise RegistrationIncomplete("copies")
    if not facts.variables.get("distribution_units"):
        raise RegistrationIncomplete("distribution_units")
    return _dated(facts)


def judge_typeset(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let nothing be set or printed that has no number yet.

    Raises:
        NotNumbered: The document has no number.

    Source:
        第二十五条（二）（三）: 印制 comes after 登记.
    """
    if not facts.variables.get("document_number"):
        raise NotNumbered
    return Verdict()


def judge_seal(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Seal only what was signed, not more often than it was printed, and keep who sealed what on whose word.

    Raises:
        SignatureMissing: Nobody has signed.
        SealedMoreThanPrinted: There are fewer copies.

    Source:
        第九条（十三）: a document that bears the name of its body bears its seal; 第二十二条 for the signature. The register of
        seal use is custom.
    """
    _require_signature(facts)
    sealed, printed = facts.variables.get("sealed_copies"), facts.variables.get("copies")
    if isinstance(sealed, int) and isinstance(printed, int) and sealed > printed:
        raise SealedMoreThanPrinted(printed)
    organ = _words(facts.variables.get("issuing_organ"))
    seal = _words(facts.variables.get("seal_name")) or (f"{organ}印章" if organ else "")
    kept: dict[str, Value] = {
        "sealed_copies": sealed,
        "seal_supervisor": facts.variables.get("seal_supervisor"),
    }
    change = seal_change(facts, seal, approved_by=_words(facts.variables.get("signed_by")))
    return Verdict({"seal_name": seal or None}, (RecordChange(DOCUMENT, facts.instance_id, kept), change))


def judge_dispatch(facts: StepFacts, decision: str, opinion: str, settings: DocumentSettings | None = None) -> Verdict:
    """Keep the day of dispatch, today where none is given, and for how long the document is to be kept.

    Raises:
        NotNumbered: The document has no number yet.
        DispatchedBeforeIssue: The day is before the document's own.

    Source:
        第二十五条（二）（四）: 核发 comes after 登记. 印发日期 is the day of sending to print (第九条（十七）); it follows that
        it is not before 成文日期.
    """
    if not facts.variables.get("document_number"):
        raise NotNumbered
    dispatched_on = str(facts.variables.get("dispatched_on") or facts.today.isoformat())
    issued_on = str(facts.variables.get("issued_on") or "")
    if dispatched_on < issued_on:
        raise DispatchedBeforeIssue(issued_on)
    dispatched: dict[str, Value] = {"dispatched_on": dispatched_on}
    retention = _words(facts.variables.get(RETENTION)) or (settings.default_retention if settings is not None else "")
    if retention:
        dispatched[RETENTION] = retention
    return Verdict(dispatched, (RecordChange(DOCUMENT, facts.instance_id, dispatched),))


def require_fitting_text(variables: Variables, settings: DocumentSettings) -> None:
    """Refuse a document whose direction or text contradicts its type.

    Raises:
        DirectionMismatch: A type that goes in one direction only was given another.
        TypeUnfit: The type does not serve the intent, or does not go that way.
        ReportContainsRequest: A report holds one of the office's phrases for a request, however it is broken into lines.

    Source:
        第八条 for the direction; 第十五条（四）: 不得在报告等非请示性公文中夹带请示事项. Which phrases count is a setting.
    """
    document_type, direction = str(variables.get("document_type") or ""), variables.get("direction")
    if direction and direction != ONE_WAY.get(document_type, direction):
        raise DirectionMismatch(document_type, ONE_WAY[document_type])
    require_fitting_type(document_type, _words(direction), _words(variables.get("intent")))
    if document_type == REPORT:
        body = "".join(str(variables.get("body") or "").split())
        for phrase in settings.request_phrases:
            if phrase in body:
                raise ReportContainsRequest("body", phrase)


def _require_signatory(facts: StepFacts) -> None:
    original, appointed = facts.variables.get("signed_by"), facts.variables.get("signatory")
    if original:
        if facts.actor.acts_as != original:
            raise NotTheOriginalSignatory(str(original))
    elif appointed:
        if facts.actor.acts_as != appointed:
            raise NotTheSignatory(str(appointed))
    elif needs_principal(facts.variables):
        raise SignatoryNotAppointed


def _require_signature(facts: StepFacts) -> None:
    if not (facts.variables.get("signed_by") and facts.variables.get("issued_on")):
        raise SignatureMissing


def _dated(facts: StepFacts) -> Verdict:
    """Return the date of the last signature, where another body that issues the document has signed later."""
    last = _last_signature(facts.variables)
    if last <= str(facts.variables["issued_on"]):
        return Verdict()
    dated = {"issued_on": last}
    return Verdict(dated, (RecordChange(DOCUMENT, facts.instance_id, dated),))


def _last_signature(variables: Variables) -> str:
    """Return the last day on which one of the other bodies has signed, or an empty text where no other body issues it."""
    rows = variables.get("joint_signatures")
    signed = {
        _words(row.get("organ")): row for row in (rows if isinstance(rows, list) else []) if isinstance(row, Mapping)
    }
    last = ""
    for organ in checks.organs_of(_words(variables.get("joint_organs"))):
        row = signed.get(organ, {})
        if not _words(row.get("signatory")) or not _words(row.get("signed_on")):
            raise JointSignaturesMissing(organ)
        last = max(last, _words(row.get("signed_on")))
    return last


def _words(value: Value) -> str:
    return str(value or "").strip()


def _text_digest(facts: StepFacts) -> str:
    text = [facts.variables.get(field) for field in ("title", "body", "body_file")]
    return canonical.digest(canonical.encode(text))
