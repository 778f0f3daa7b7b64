"""发文稿纸, 文件处理单, 签报 and 审批单: a case on paper, with what its fields hold and what was said at each kind of step.

Opinions are put into cells by the kind of their step, not by its name or id: so a step that was renamed or added still lands in
the right cell, and one of a kind that no cell is for lands in 其他环节.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.model import Actor, EventKind, HistoryEvent, ProcessInstance, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import work_items
from engine.process import Process
from workflows import cases
from workflows.attachments import actions as attachments
from workflows.cases import CaseDetail, Happening, TimelineEntry
from workflows.circling import consents, shown_as_circled
from workflows.extent import Extent, require_extent
from workflows.forms.fields import FieldView
from workflows.incoming_document.business import BUSINESS as INCOMING
from workflows.initiators import initiator_names
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.unit_names import unit_names
from workflows.organisation.values import Person
from workflows.steps import find_step
from workflows.visibility import record_reading

OFFICIAL = "sign_and_issue"
"""A flow with a step of this kind issues official documents."""

SUBMISSION = "internal_submission"
"""The business whose cases are printed as 签报."""

SIGNED, REVIEWED, EDITED, COUNTERSIGNED, DRAFTED, VERIFIED, PRINTED, SEALED, INSTRUCTED, HANDLED, OTHER = (
    "signed reviewed edited countersigned drafted verified printed sealed instructed handled other".split()
)
CELLS: Mapping[str, str] = {
    "sign_and_issue": SIGNED,
    "review": REVIEWED,
    "edit": EDITED,
    "countersign": COUNTERSIGNED,
    "draft": DRAFTED,
    "reconcile": DRAFTED,
    "verify": VERIFIED,
    "typeset": PRINTED,
    "proofread": PRINTED,
    "print": PRINTED,
    "seal": SEALED,
}
"""Which cell of the 发文稿纸 a kind of step belongs to.

Source: 条例 第十九条至第二十五条 for the kinds; which cells the paper has is the custom of such offices (发文字号 标题
文种 密级 紧急程度 主送 抄送 附件 拟稿单位、人 核稿 会签 签发 份数 印制 公开范围 用印).
"""
SUBMISSION_CELLS: Mapping[str, str] = {
    "instruct": INSTRUCTED,
    "review": REVIEWED,
    "countersign": COUNTERSIGNED,
    "draft": DRAFTED,
    "reconcile": DRAFTED,
    "handle": HANDLED,
    "report": HANDLED,
    "circulate": HANDLED,
}
"""Which cell of a 签报 a kind of step belongs to. Source: custom of such offices (领导批示 审核 会签 呈报 办理与反馈)."""
ON_A_SUBMISSION = frozenset(
    """title number category urgency body body_file annexes source_document countersign_units needs_principal handling_unit
    result result_files""".split()
)

PROPOSED, ALLOCATED, RESULT, READ = "proposed allocated result read".split()
INCOMING_CELLS: Mapping[str, str] = {
    "preliminary_review": PROPOSED,
    "propose": PROPOSED,
    "review": PROPOSED,
    "instruct": INSTRUCTED,
    "allocate": ALLOCATED,
    "handle": RESULT,
    "reply": RESULT,
    "close": RESULT,
    "circulate": READ,
}
"""Which cell of the 文件处理单 a kind of step belongs to; what is reviewed once it was allocated is a result.

Source: 条例 第二十四条 for the kinds; which cells the paper has is the custom of such offices (标题 来文单位 发文字号 收文日期
拟办意见 领导批示 处理结果, and a table of those who have read: 序号 姓名 签字 日期).
"""
ON_THE_INCOMING_PAPER = frozenset(
    """title source_organ source_number issued_on document_type telegram classification urgency handling copies pages
    annex_count channel forwarding_unit lead_unit co_units due_on result reply_number replied_on archiving retention
    archive_reason destinations circulation instructors circlers counted_ok lead_handler circulation_due""".split()
)
"""Fields that have a place of their own on the 文件处理单, or stand there in the words of those who wrote them."""

ON_THE_PAPER = frozenset(
    """document_number title document_type classification urgency main_recipients copied_organs annexes annex_note
    copies distribution_units disclosure_scope sealed_copies seal_basis seal_supervisor issued_on dispatched_on
    signed_by issuing_organ issuing_code source_document body body_file""".split()
)
"""Fields that have a place of their own; the other filled ones are listed below."""


@dataclass(frozen=True)
class OpinionCell:
    """What one person said at one step, for whom they acted, and who typed it in for them."""

    step: str
    kind: str
    person: str
    on_behalf_of: str
    recorded_by: str
    unit: str
    at: datetime
    decision: str
    opinion: str
    circled: bool
    consents: bool
    files: tuple[str, ...]


@dataclass(frozen=True)
class ApprovalSheet:
    """A case as it is printed."""

    detail: CaseDetail
    official: bool
    incoming: bool
    submission: bool
    drafter: str
    unit: str
    fields: Mapping[str, FieldView]
    cells: Mapping[str, tuple[OpinionCell, ...]]
    pending: tuple[str, ...]
    history: tuple[TimelineEntry | Happening, ...]
    printed_by: str
    printed_at: datetime

    @property
    def case(self) -> ProcessInstance:
        """The case."""
        return self.detail.case

    @property
    def readers(self) -> tuple[str, ...]:
        """The names of those to whom it is circulated, in their order, then of others who have read it."""
        named = self.fields.get("circulation")
        labels = dict(named.options) if named is not None else {}
        asked = named.value if named is not None and isinstance(named.value, list) else []
        wanted = [labels.get(str(one), str(one)).partition("（")[0] for one in asked]
        return tuple(dict.fromkeys([*wanted, *(one.person for one in self.cells.get(READ, ()))]))

    @property
    def remaining(self) -> tuple[FieldView, ...]:
        """The filled fields that have no place of their own."""
        placed = (
            ON_THE_PAPER
            if self.official
            else ON_A_SUBMISSION
            if self.submission
            else ON_THE_INCOMING_PAPER
            if self.incoming
            else frozenset[str]()
        )
        return tuple(view for key, view in self.fields.items() if key not in placed)


def approval_sheet(
    connection: Connection, office: Office, person: Person, instance_id: str, now: datetime, *, with_history: bool
) -> ApprovalSheet:
    """Return a case as whoever may see it may print it; an auditor's printing is recorded.

    Args:
        connection: In a transaction, which writes for those whose reading is recorded.
        office: The office.
        person: Who prints.
        instance_id: The case.
        now: Aware instant, printed on the sheet.
        with_history: Whether the whole process follows the sheet.

    Returns:
        The sheet, with the opinions of each cell in the order in which they were given.

    Raises:
        CaseNotVisible: The person sees no more of the case than their own step shows, or nothing.
    """
    require_extent(connection, office, person, instance_id, Extent.COPY, now)
    detail = cases.get_case(connection, office, person, instance_id, now, recorded=True)
    record_reading(connection, office, person, instance_id, "print", now)
    case = detail.case
    process = office.engine.deployed(connection, case.definition.id).process
    items = [one for one in work_items.list_of_instance(connection, instance_id) if one.role is not WorkItemRole.COPY]
    opinions = _opinions(connection, office, case, items)
    submission, incoming = process.business == SUBMISSION, process.business == INCOMING
    official = is_official(process) and not submission
    placed = SUBMISSION_CELLS if submission else CELLS if official else INCOMING_CELLS if incoming else {}
    cells: dict[str, list[OpinionCell]] = {}
    for one in opinions:
        after_allocation = incoming and one.kind == "review" and ALLOCATED in cells
        cells.setdefault(RESULT if after_allocation else placed.get(one.kind, OTHER), []).append(one)
    initiators = initiator_names(connection, {case.id: case.initiator})
    return ApprovalSheet(
        detail=detail,
        official=official,
        incoming=incoming,
        submission=submission,
        drafter=initiators[case.id],
        unit=unit_names(connection).at(case.initiator_unit, case.started_at),
        fields={view.key: view for view in detail.fields},
        cells={cell: tuple(several) for cell, several in cells.items()},
        pending=tuple(dict.fromkeys(one.name for one in detail.open_items)),
        history=cases.timeline(connection, office, person, instance_id, now) if with_history else (),
        printed_by=person.name,
        printed_at=now,
    )


def is_official(process: Process) -> bool:
    """Tell whether a flow issues official documents, so that its cases are printed on 发文稿纸."""
    return any(one.kind == OFFICIAL for one in process.activities.values())


def _opinions(
    connection: Connection, office: Office, case: ProcessInstance, items: Iterable[WorkItem]
) -> list[OpinionCell]:
    """Return what was said on each completed work item, in the order of time."""
    told = {
        event.work_item_id: event
        for event in office.engine.history(connection, case.id)
        if event.kind == EventKind.WORK_ITEM_COMPLETED
    }
    closed = [one for one in items if one.state is WorkItemState.COMPLETED and one.id in told]
    actors = {one.id: _actor(told[one.id]) for one in closed}
    usernames = {
        name for actor in actors.values() for name in (actor.username, actor.on_behalf_of, actor.recorded_by) if name
    }
    names = queries.names_of(connection, usernames)
    units = unit_names(connection)
    people = {one.username: one for one in queries.list_people(connection, include_disabled=True)}
    files = attachments.list_by_id(connection, {one for event in told.values() for one in _handed_in(event)})
    cells = []
    for item in closed:
        assert item.closed_at is not None
        _deployed, activity = find_step(connection, office, case.definition.id, item.activity_id)
        labels = {one.value: one.label for one in activity.decisions}
        actor = actors[item.id]
        own = people.get(actor.username)
        cells.append(
            OpinionCell(
                step=item.name,
                kind=activity.kind or "",
                person=names.get(actor.username, actor.username),
                on_behalf_of=names.get(actor.on_behalf_of, "") if actor.on_behalf_of else "",
                recorded_by=names.get(actor.recorded_by, "") if actor.recorded_by else "",
                unit=units.at(item.seat, item.closed_at)
                if item.seat in units.now
                else units.of_person(own, item.closed_at)
                if own is not None
                else "",
                at=item.closed_at,
                decision=labels.get(item.decision or "", item.decision or ""),
                opinion=item.opinion or "",
                circled=shown_as_circled(item.decision, circled=item.circled),
                consents=consents(item.decision),
                files=tuple(files[one].name for one in _handed_in(told[item.id]) if one in files),
            )
        )
    return sorted(cells, key=lambda one: one.at)


def _actor(event: HistoryEvent) -> Actor:
    return Actor(event.actor, event.on_behalf_of, event.recorded_by)


def _handed_in(event: HistoryEvent) -> list[str]:
    ids = event.data.get("attachments")
    return [str(one) for one in ids] if isinstance(ids, list) else []
