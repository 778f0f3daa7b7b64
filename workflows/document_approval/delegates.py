"""What service tasks of documents do."""

from datetime import date

from sqlalchemy import Connection, select

from engine.delegates import ServiceCall
from engine.model import RecordChange, ServiceResult, Value
from workflows.document_approval.errors import NoSignatory, NotSigned
from workflows.document_approval.numbering import next_serial, registered
from workflows.document_approval.records import document
from workflows.document_approval.rules import DOCUMENT, format_number, signatory_rule
from workflows.document_approval.settings import DocumentSettings
from workflows.organisation import queries


def appoint_signatory(connection: Connection, call: ServiceCall, settings: DocumentSettings) -> ServiceResult:
    """Find who must sign, by rule (``document.appoint_signatory``); sets the variable ``signatory``."""
    rule = signatory_rule(call.inputs, settings)
    if rule == "principal":
        found = next(iter(queries.holders(connection, "principal")), "")
    elif rule == "office_director":
        found = next(iter(queries.holders(connection, "office_director")), "")
    elif rule == "leader_of_office":
        found = queries.leader_of(connection, settings.office_unit)
    else:
        found = queries.leader_of(connection, str(call.inputs.get("initiator_unit") or ""))
    if not found:
        raise NoSignatory(rule)
    return ServiceResult({"signatory": found})


def assign_number(connection: Connection, call: ServiceCall) -> ServiceResult:
    """Give the document its 发文字号 (``document.assign_number``); sets the variable ``document_number``.

    The year is that of 成文日期. A document that has its number keeps it, however often the step is passed.

    Source:
        第二十五条（二）: the number is given at 登记, after signing and 复核.
    """
    if not call.inputs.get("signed_by") or not call.inputs.get("issued_on"):
        raise NotSigned(call.instance_id)
    given = connection.scalar(select(document.c.document_number).where(document.c.instance_id == call.instance_id))
    if given:
        return ServiceResult({"document_number": given})
    code = str(call.inputs.get("issuing_code") or "")
    year = date.fromisoformat(str(call.inputs["issued_on"])).year
    serial = next_serial(connection, code, year)
    number = format_number(code, year, serial)
    values: dict[str, Value] = {
        "issuing_code": code,
        "year": year,
        "serial": serial,
        "document_number": number,
        "registered_at": registered(call.now),
    }
    return ServiceResult({"document_number": number}, (RecordChange(DOCUMENT, call.instance_id, values),))
