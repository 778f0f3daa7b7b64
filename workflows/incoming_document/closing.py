"""承办 and 办结: a unit reports; the office closes a document once everybody has read and reported, and says how it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from engine.model import RecordChange, Value, Variables, WorkItem, WorkItemState
from engine.persistence import work_items
from workflows.contract import REFUSING, StepFacts, Verdict
from workflows.incoming_document.coverage import READING
from workflows.incoming_document.errors import ArchiveReasonMissing, NotReadyToClose, RetentionMissing
from workflows.incoming_document.records import CLOSED, INCOMING, UNIT, incoming_document, unit_record_id
from workflows.incoming_document.rules import helping_unit, moment
from workflows.incoming_document.units import helping_units, parts_of
from workflows.organisation import queries

ARCHIVED, NOT_ARCHIVED = "archived", "not_archived"
"""归档范围: whether a closed document goes to the archive. Not to is legal, with a reason."""

_verification = select(incoming_document.c.needs_verification, incoming_document.c.verified_at).where(
    incoming_document.c.instance_id == bindparam("instance_id")
)

_reply = select(incoming_document.c.reply_number).where(incoming_document.c.instance_id == bindparam("instance_id"))


@dataclass(frozen=True)
class Missing:
    """What still speaks against closing a document: who has not read, which units have not reported; usernames and codes."""

    readers: tuple[str, ...]
    lead: str
    helping: tuple[str, ...]
    unverified: bool

    @property
    def nothing(self) -> bool:
        """Whether the document can be closed."""
        return not (self.readers or self.lead or self.helping or self.unverified)


def judge_handle(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep what a unit reports."""
    helping = helping_unit(facts)
    unit = helping or str(facts.variables.get("lead_unit") or "")
    result = facts.variables.get("co_result" if helping else "result")
    reported: Variables = {"reported_at": moment(facts), "reported_by": facts.actor.acts_as, "result": result}
    part = RecordChange(UNIT, unit_record_id(facts.instance_id, unit), reported)
    if helping:
        return Verdict({"co_units": list(helping_units(connection, facts.instance_id))}, (part,))
    replied = reply_known(connection, facts)
    register: Variables = {"result": result, **replied}
    return Verdict(replied, (part, RecordChange(INCOMING, facts.instance_id, register)))


def judge_reply(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep with which document the sender was answered.

    Source:
        第二十四条（七）: 公文的办理结果应当及时答复来文单位.
    """
    replied = reply_known(connection, facts)
    register: Variables = {**replied, "replied_on": facts.variables.get("replied_on")}
    return Verdict(replied, (RecordChange(INCOMING, facts.instance_id, register),))


def judge_close(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Close a document, once nobody has still to read or to report, and say how it is kept.

    Raises:
        NotReadyToClose: Names who has still to read or to report.
        RetentionMissing: It is to be archived, and it is not said for how long.
        ArchiveReasonMissing: It is not to be, and it is not said why.

    Source:
        PRACTICE of such offices: a reading item is done when all listed have signed; closing gives no 档号, but says whether the
        document is archived, and the proposed period. 《企业文件材料归档范围和档案保管期限规定》（国家档案局令第10号）.
    """
    if decision in REFUSING:
        return Verdict()
    missing = missing_in(connection, facts.instance_id, work_items.list_of_instance(connection, facts.instance_id))
    if not missing.nothing:
        raise _not_ready(connection, missing)
    seen = facts.variables
    archiving, reason = seen.get("archiving"), str(seen.get("archive_reason") or "").strip()
    if archiving == NOT_ARCHIVED and not reason:
        raise ArchiveReasonMissing
    if archiving != NOT_ARCHIVED and not seen.get("retention"):
        raise RetentionMissing
    kept: dict[str, Value] = {
        "archiving": archiving,
        "retention": seen.get("retention") if archiving != NOT_ARCHIVED else None,
        "archive_reason": reason or None,
    }
    register: Variables = {
        **kept,
        **reply_known(connection, facts),
        "outcome": CLOSED,
        "closed_at": moment(facts),
        "closed_by": facts.actor.acts_as,
    }
    replied = {"reply_number": register["reply_number"]}
    return Verdict({**kept, **replied}, (RecordChange(INCOMING, facts.instance_id, register),))


def reply_known(connection: Connection, facts: StepFacts) -> Variables:
    """Return the number of the answer: as it is given, else as the register has it.

    The answer tells of itself when it is issued; a form that was opened before does not know of it yet, and takes it back by no
    empty field.
    """
    given = facts.variables.get("reply_number")
    return {"reply_number": given or connection.scalar(_reply, {"instance_id": facts.instance_id})}


def missing_in(connection: Connection, instance_id: str, items: Sequence[WorkItem]) -> Missing:
    """Return what still speaks against closing a document.

    Args:
        connection: For reading.
        instance_id: The case.
        items: Its work items.
    """
    readers = [
        one.assignee for one in items if one.kind == READING and one.state is WorkItemState.OPEN and one.assignee
    ]
    parts = [one for one in parts_of(connection, instance_id) if one.taken_off_at is None and not one.has_reported]
    register = connection.execute(_verification, {"instance_id": instance_id}).first()
    return Missing(
        readers=tuple(dict.fromkeys(readers)),
        lead=next((one.unit for one in parts if one.leads), ""),
        helping=tuple(one.unit for one in parts if not one.leads),
        unverified=register is not None and bool(register.needs_verification) and register.verified_at is None,
    )


def _not_ready(connection: Connection, missing: Missing) -> NotReadyToClose:
    names = queries.names_of(connection, missing.readers)
    units = queries.names_of_units(connection)
    return NotReadyToClose(
        readers=tuple(names[one] for one in missing.readers),
        lead=units.get(missing.lead, missing.lead),
        units=tuple(units.get(one, one) for one in missing.helping),
        unverified=missing.unverified,
    )
