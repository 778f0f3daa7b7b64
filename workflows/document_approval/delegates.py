"""What service tasks of documents do."""

from datetime import date

from sqlalchemy import Connection, bindparam, select

from engine.canonical import instant
from engine.delegates import ServiceCall
from engine.model import RecordChange, ServiceResult, Value, Variables
from workflows.document_approval.errors import NoSignatory, NotSigned, UnknownIssuingCode
from workflows.document_approval.records import DOCUMENT, document
from workflows.document_approval.rules import signatory_rule
from workflows.document_approval.settings import NAMED, DocumentSettings
from workflows.document_approval.signing import in_force
from workflows.forms.validation import OFFICE_ZONE
from workflows.numbering.series import give
from workflows.numbering.settings import NumberSettings
from workflows.organisation import queries

WRITTEN = frozenset({"signatory", "document_number", "registered_at"})
"""The variables that the services write."""
_document = select(document).where(document.c.instance_id == bindparam("instance_id"))


def appoint_signatory(connection: Connection, call: ServiceCall, settings: DocumentSettings) -> ServiceResult:
    """Find who must sign, by rule (``document.appoint_signatory``); sets the variable ``signatory``.

    Args:
        connection: In the transaction of the command.
        call: ``inputs`` holds the case's variables.
        settings: The unit that is the office, and the issuing codes that the table of who signs what starts with.

    Returns:
        The variable ``signatory``.

    Raises:
        UnknownIssuingCode: The office issues no documents with this code.
        NoSignatory: Nobody holds the place that must sign, or the one who does has left.

    Source:
        第二十二条, by :func:`workflows.document_approval.rules.signatory_rule`.
    """
    rule = signatory_rule(call.inputs, in_force(connection, settings, call.now.astimezone(OFFICE_ZONE).date()))
    if rule.startswith(NAMED):
        found = rule.removeprefix(NAMED)
    elif rule in ("principal", "office_director"):
        found = next(iter(queries.holders(connection, rule)), "")
    elif rule == "leader_of_office":
        found = queries.leader_of(connection, settings.office_unit)
    else:
        found = queries.leader_of(connection, str(call.inputs.get("initiator_unit") or ""))
    person = queries.find_person(connection, found) if found else None
    if person is None or person.disabled:
        raise NoSignatory(rule)
    return ServiceResult({"signatory": found})


def assign_number(
    connection: Connection, call: ServiceCall, settings: DocumentSettings, numbers: NumberSettings
) -> ServiceResult:
    """Give the document its 发文字号 (``document.assign_number``); sets the variable ``document_number``.

    The year is that of 成文日期. A document that has its number keeps it, however often the step is passed. That it was
    signed is read from its record, which only signing writes, and not from variables, which a flow could set.

    Args:
        connection: In the transaction of the command; the series stays locked until it ends.
        call: ``inputs`` holds the case's variables, of which ``issuing_code`` counts.
        settings: The issuing codes that the table of who signs what starts with.
        numbers: How the office writes its numbers.

    Returns:
        The variable ``document_number``, and the changes of the document's record and of its number.

    Raises:
        NotSigned: The document was not signed.
        UnknownIssuingCode: The office issues no documents with this code.

    Source:
        第二十五条（二）: the number is given at 登记, after signing and 复核.
    """
    known = connection.execute(_document, {"instance_id": call.instance_id}).first()
    if known is None or not known.signed_by:
        raise NotSigned(call.instance_id)
    if known.document_number:
        return ServiceResult({"document_number": known.document_number})
    code = str(call.inputs.get("issuing_code") or "")
    codes = in_force(connection, settings, call.now.astimezone(OFFICE_ZONE).date())
    if codes.find_code(code) is None:
        raise UnknownIssuingCode(code)
    year = date.fromisoformat(known.issued_on).year
    given = give(connection, code, year, call.instance_id, call.now, numbers)
    values: dict[str, Value] = {
        **_registered(call.inputs),
        "issuing_code": code,
        "year": year,
        "serial": given.serial,
        "document_number": given.text,
        "registered_at": instant(call.now),
    }
    changes = given.change, RecordChange(DOCUMENT, call.instance_id, values)
    return ServiceResult({"document_number": given.text}, changes)


def _registered(variables: Variables) -> dict[str, Value]:
    """Return what the register says of a document beside its number; what is empty is not told.

    Source:
        第二十五条（二）: 登记 records 发文字号、分送范围和印制份数 in detail; the columns are those such registers have.
    """
    texts = "document_type urgency classification disclosure_scope main_recipients copied_organs".split()
    told: dict[str, Value] = {name: variables.get(name) for name in texts}
    told |= {
        "annexes": _count(variables.get("annexes")),
        "copies": variables.get("copies"),
        "recipients": _count(variables.get("distribution_units")),
        "drafted_by_unit": variables.get("initiator_unit"),
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _count(value: Value) -> int | None:
    return len(value) if isinstance(value, list) and value else None
