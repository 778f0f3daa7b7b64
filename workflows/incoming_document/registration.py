"""登记: what the register says of a document, and whether it says it already of another one."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from engine.model import InstanceState, RecordChange, Value, Variables
from engine.persistence.tables import process_instance
from workflows.contract import StepFacts, Verdict
from workflows.incoming_document.errors import NothingToMergeInto, SuspectedDuplicate
from workflows.incoming_document.records import COPY, INCOMING, MERGED, RETURNED, incoming_document
from workflows.incoming_document.rules import moment, require_acceptable
from workflows.incoming_document.settings import IncomingSettings
from workflows.links.records import link_change
from workflows.numbering import series
from workflows.numbering.records import given_number
from workflows.organisation import queries

MERGE = "merge"
REGISTRAR = "registry_clerk"
REGISTERED = (
    "source_organ source_number issued_on document_type telegram urgency classification handling pages annex_count "
    "contact return_demand remarks reply_required"
).split()
"""The fields of a registration that the register keeps."""
BRACKETS = str.maketrans(dict.fromkeys("〔〕[]【】()", "|"))
FLAGS = ("telegram", "reply_required")


@dataclass(frozen=True)
class Registered:
    """A document that is registered: its case, 收文号 and title."""

    instance_id: str
    number: str
    title: str


def judge_register(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: IncomingSettings
) -> Verdict:
    """Register a document, or record it as a further copy of one that is registered.

    The series of its number is locked before the register is searched, so that of two that come at once the second finds the
    first. What somebody registers who is no registrar, such as the officer on duty on a holiday, is to be verified afterwards.

    Raises:
        UrgencyOfTelegram, StateSecretRefused: It says what no registration may say.
        SuspectedDuplicate: A document of this body with this number is registered, and it is not said why this is another.
        NothingToMergeInto: It is to be merged, and there is none.

    Source:
        第二十四条（二）: 对公文的主要信息和办理情况应当详细记载. That a number comes once, and a holiday's registration is
        verified (节后补核), is practice.
    """
    require_acceptable(facts.variables)
    series.lock(connection, settings.series, facts.today.year)
    first = find_registered(connection, facts.variables, facts.instance_id)
    if decision == MERGE:
        if first is None:
            raise NothingToMergeInto
        return _merged(facts, first)
    if first is not None and not facts.variables.get("not_duplicate"):
        raise SuspectedDuplicate(first.number, first.instance_id)
    actor = queries.find_person(connection, facts.actor.acts_as)
    needs_verification = actor is None or REGISTRAR not in actor.posts
    values = {
        **registered_values(facts.variables),
        "registered_at": moment(facts),
        "registered_by": facts.actor.acts_as,
        "needs_verification": needs_verification,
    }
    variables: dict[str, Value] = {
        **{name: facts.variables.get(name) is True for name in FLAGS},
        "needs_verification": needs_verification,
        **{name: facts.variables.get(name) for name in ("reply_number", "replied_on")},
        "incoming_case": facts.instance_id,
    }
    return Verdict(variables, (RecordChange(INCOMING, facts.instance_id, values),))


def registered_values(variables: Variables) -> dict[str, Value]:
    """Return what the register keeps of the fields of a registration."""
    kept = {name: variables.get(name) for name in REGISTERED}
    return {**kept, **{name: kept[name] is True for name in FLAGS}, "source_key": source_key(variables)}


def source_key(variables: Variables) -> str | None:
    """Return by what a document is recognised that comes again: its sender and number, however they were typed.

    Returns:
        None where it bears no number; such a document is told from others by people alone.
    """
    organ, number = (_plain(variables.get(name)) for name in ("source_organ", "source_number"))
    return f"{organ} {number}" if organ and number else None


def find_registered(connection: Connection, variables: Variables, but: str) -> Registered | None:
    """Return the first registered document of the same sender with the same number, or None.

    One that was returned to its sender, or whose case was cancelled, does not count: it may come again.

    Args:
        connection: For reading.
        variables: Of the case that is being registered.
        but: The case itself.
    """
    key = source_key(variables)
    row = connection.execute(_same, {"key": key, "but": but}).first() if key else None
    return Registered(*row) if row is not None else None


def _merged(facts: StepFacts, first: Registered) -> Verdict:
    seen = facts.variables
    copy: dict[str, Value] = {
        "first_id": first.instance_id,
        **{name: seen.get(name) for name in ("channel", "forwarding_unit", "copies")},
        "merged_at": moment(facts),
        "merged_by": facts.actor.acts_as,
    }
    register: dict[str, Value] = {"outcome": MERGED, "outcome_reason": first.number, "closed_at": moment(facts)}
    records = (
        RecordChange(INCOMING, facts.instance_id, register),
        RecordChange(COPY, facts.instance_id, copy),
        link_change(first.instance_id, facts.instance_id, "merged_into"),
    )
    return Verdict({"merged_into": first.number}, records)


def _plain(value: Any) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value or "")).split()).translate(BRACKETS)


def _query() -> Select[Any]:
    register, case = incoming_document.c, process_instance.c
    return (
        select(register.instance_id, given_number.c.text, case.title)
        .join(case.id.table, case.id == register.instance_id)
        .join(given_number, given_number.c.instance_id == register.instance_id)
        .where(
            register.source_key == bindparam("key"),
            register.instance_id != bindparam("but"),
            register.registered_at.is_not(None),
            register.outcome.is_distinct_from(RETURNED),
            given_number.c.voided_at.is_(None),
            case.state != InstanceState.CANCELLED.value,
        )
        .order_by(register.registered_at)
        .limit(1)
    )


_same = _query()
