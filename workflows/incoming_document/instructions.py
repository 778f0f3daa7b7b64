"""批示: what leaders have said of a document, and the lines in which each sentence gets its destination."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.model import Value, WorkItem, WorkItemState
from engine.persistence import work_items
from workflows.contract import StepFacts, Verdict
from workflows.incoming_document.errors import InstructionRequired
from workflows.incoming_document.rules import listed
from workflows.incoming_document.sentences import asks_nothing, sentences_of
from workflows.incoming_document.settings import IncomingSettings
from workflows.organisation import queries

INSTRUCT = "instruct"
"""The kind of step at which leaders speak, and the decision by which they instruct."""
HANDLE, CIRCULATE, AGENDA, SUPERVISION, NOTHING = "handle", "circulate", "agenda", "supervision", "none"
"""Where a sentence goes: 承办, 传阅, 转议题, 告督查, 不办理."""
CONSENT = "同意"

Line = dict[str, Value]


@dataclass(frozen=True)
class Instruction:
    """What one leader has said last in a case.

    ``recorded_by`` is who typed it in for them, ``confirmed_at`` when they confirmed that.
    """

    instance_id: str
    leader: str
    name: str
    decision: str
    words: str
    at: datetime
    recorded_by: str | None
    confirmed_at: datetime | None
    work_item_id: str

    @property
    def sentences(self) -> list[str]:
        """What gets a destination each."""
        return sentences_of(self.words, self.name)


def judge_instruct(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: IncomingSettings
) -> Verdict:
    """Ask for words where a leader instructs, and write a line for each sentence that is to get a destination.

    Raises:
        InstructionRequired: There are none.

    Source:
        PRACTICE of such offices: each sentence of an instruction gets a destination. 圈阅 says no more than that somebody has
        read, where nothing is asked to be approved.
    """
    if decision == INSTRUCT and not opinion.strip():
        raise InstructionRequired
    name = queries.names_of(connection, [facts.actor.acts_as])[facts.actor.acts_as]
    mine = [_line(name, one, settings.bare_words) for one in sentences_of(opinion, name)]
    lines = [one for one in lines_of(facts.variables.get("destinations")) if one["leader"] != name] + mine
    circlers = [one for one in listed(facts.variables, "circlers") if one not in listed(facts.variables, "instructors")]
    return Verdict({"destinations": list(lines), "circlers": list(circlers)})


def lines_of(value: Value) -> list[Line]:
    """Return the lines of an allocation as a case holds them."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def instructions_in(connection: Connection, items: Sequence[WorkItem]) -> list[Instruction]:
    """Return what leaders have said in cases, each what they said last there, in the order of time.

    Args:
        connection: For reading.
        items: Work items of the cases, those of a case in the order in which they were opened.
    """
    said = {
        (one.instance_id, one.closed_by): one
        for one in items
        if one.kind == INSTRUCT and one.state is WorkItemState.COMPLETED and one.closed_by and one.closed_at
    }
    owners = {one.id: one.assignee or one.closed_by or "" for one in said.values()}
    names = queries.names_of(connection, owners.values())
    found = [
        Instruction(
            instance_id=one.instance_id,
            leader=owners[one.id],
            name=names[owners[one.id]],
            decision=one.decision or "",
            words=one.opinion or "",
            at=one.closed_at,
            recorded_by=one.recorded_by,
            confirmed_at=one.confirmed_at,
            work_item_id=one.id,
        )
        for one in said.values()
        if one.closed_at is not None
    ]
    return sorted(found, key=lambda one: one.at)


def instructions_of(connection: Connection, instance_id: str) -> list[Instruction]:
    """Return what leaders have said in a case; see :func:`instructions_in`."""
    return instructions_in(connection, work_items.list_of_instance(connection, instance_id))


def _line(leader: str, sentence: str, bare_words: tuple[str, ...]) -> Line:
    """Return a line with what its sentence plainly asks for; whoever allocates may say otherwise."""
    destinations: list[Value] = []
    note: str | None = None
    if asks_nothing(sentence, bare_words):
        destinations, note = [NOTHING], "阅知"
    elif sentence.startswith(CONSENT):
        destinations = [HANDLE]
    return {"leader": leader, "sentence": sentence, "destinations": destinations, "units": [], "note": note}
