"""One work item: its page with form and operations, and what can be done with it, for any flow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from engine.commands.complete_work_item import decisions_of
from engine.definitions import Deployed
from engine.errors import Conflict, ProcessError
from engine.execution.variables import visible
from engine.marking import ROOT, Marking, unpack
from engine.model import (
    Actor,
    Advanced,
    Completion,
    ProcessInstance,
    Value,
    Variables,
    WorkItem,
    WorkItemRole,
    WorkItemState,
)
from engine.persistence import instances, work_items
from engine.persistence.work_items import LockedWorkItem
from engine.process import Activity, Decision
from workflows import duties, permissions
from workflows.attachments import actions as attachments
from workflows.boxes import lamp_of
from workflows.calendar.values import SHANGHAI
from workflows.calendar.working_time import WorkingTime
from workflows.circling import consents, decision_by_circling
from workflows.contract import DEFAULT_BUSINESS, REFUSING, StepFacts, Verdict
from workflows.errors import (
    AttachmentNotUsable,
    OpinionRequired,
    OpinionTooLong,
    OpinionUnreadable,
    TitleRefused,
)
from workflows.extent import Extent, extent_of, require_own
from workflows.forms.access import AccessMap, Choices, access_map, fields_of
from workflows.forms.fields import FieldView, Form
from workflows.forms.validation import Known, readable_text, validate
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.secrecy import StateSecretRefused, mark_in_text
from workflows.standing import Standing
from workflows.steps import find_step
from workflows.visibility import require_visible

Entries = Mapping[str, object] | Callable[[Form, AccessMap], Mapping[str, object]]
"""What was entered in a form: values by key, or how to read them once the step's form is known."""


@dataclass(frozen=True)
class Submission:
    """What a person sends with a step, as it came; ``version`` is the one they saw."""

    version: int
    decision: str
    opinion: str = ""
    variables: Entries = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    circled: bool = False


@dataclass(frozen=True)
class Choice:
    """Something that an operation can be aimed at, with its label."""

    value: str
    label: str


@dataclass(frozen=True)
class Operation:
    """What could be done with an item; ``refusal`` says why this person may not, ``targets`` what it can be aimed at."""

    name: str
    refusal: ProcessError | None
    targets: tuple[Choice, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether this person may do it."""
        return self.refusal is None


@dataclass(frozen=True)
class ItemDetail:
    """Everything the page of a work item shows.

    ``opinion_draft`` and ``attachments_draft`` are what the reader keeps to hand in with it; ``acting_for`` is the owner for
    whom they may act on it. ``calendar`` counts what is left of its time.
    """

    item: WorkItem
    case: ProcessInstance
    activity: Activity
    decisions: tuple[Decision, ...]
    opinion_rule: str
    fields: tuple[FieldView, ...]
    opinion_draft: str
    attachments_draft: tuple[str, ...]
    operations: tuple[Operation, ...]
    lamp: str
    acting_for: str | None
    calendar: WorkingTime

    @property
    def circle(self) -> Decision | None:
        """The decision that circling (圈阅) makes here, or nothing where one cannot circle."""
        return decision_by_circling(self.item.kind, self.decisions) if self.item.role is WorkItemRole.STEP else None

    @property
    def circling_consents(self) -> bool:
        """Whether circling here is consent, since consent is what the step asks for."""
        return self.circle is not None and consents(self.circle.value)

    def may(self, operation: str) -> bool:
        """Whether the reader may carry out this operation."""
        return any(one.name == operation and one.allowed for one in self.operations)


@dataclass(frozen=True)
class _Step:
    """A work item with what its definition says of it."""

    deployed: Deployed
    activity: Activity
    form: Form
    access: AccessMap


def get_item(connection: Connection, office: Office, person: Person, work_item_id: str, now: datetime) -> ItemDetail:
    """Return a work item as a person sees it.

    Fields can be written only by those who may complete it; a draft of theirs lies over the case's values.

    Raises:
        WorkItemNotFound: There is none.
        CaseNotVisible: The person has no part in its case.
    """
    item = work_items.get_work_item(connection, work_item_id)
    if extent_of(connection, office, person, item.instance_id, now) is Extent.STEP:
        require_own(connection, person, item, now)
    case = instances.get_instance(connection, item.instance_id)
    step = _step(connection, office, case.definition.id, item.activity_id)
    variables = _seen_at(connection, item)
    standing = Standing(connection, person, item, step.activity, case.state, now)
    operations = tuple(Operation(name, may(standing)) for name, may in permissions.OPERATIONS.items())
    may_keep = permissions.may_save_draft(standing) is None
    access = step.access if may_keep and item.role is WorkItemRole.STEP else read_only(step.access)
    draft = work_items.find_draft(connection, item.id, person.username) if may_keep else None
    drafted = draft or {"variables": {}, "opinion": ""}
    calendar = office.calendars.current(connection)
    return ItemDetail(
        item=item,
        case=case,
        activity=step.activity,
        decisions=decisions_of(step.activity, item.role),
        opinion_rule=opinion_rule(step.activity),
        fields=fields_of(step.form, access, {**variables, **drafted["variables"]}, choices(connection, office, now)),
        opinion_draft=drafted["opinion"],
        attachments_draft=_kept_attachments(drafted),
        operations=operations,
        lamp=lamp_of(item, now, office.near_until(calendar, now)),
        acting_for=standing.owner if item.state is WorkItemState.OPEN else None,
        calendar=calendar,
    )


def step_form(connection: Connection, office: Office, work_item_id: str) -> tuple[Form, AccessMap]:
    """Return a work item's form and the access to it, for those who may complete it; raise ``WorkItemNotFound``."""
    item = work_items.get_work_item(connection, work_item_id)
    case = instances.get_instance(connection, item.instance_id)
    step = _step(connection, office, case.definition.id, item.activity_id)
    return step.form, step.access


def claim(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, now: datetime
) -> None:
    """领办: take an item out of a pool; raise what ``permissions.may_claim`` says, or a ``Conflict``."""
    locked = lock(connection, office, person, work_item_id, version, now)
    standing = stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_claim(standing))
    office.engine.claim(connection, locked, standing.actor, now)


def release(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, now: datetime
) -> None:
    """放回: put an item back into its pool; raise what ``permissions.may_release`` says, or a ``Conflict``."""
    locked = lock(connection, office, person, work_item_id, version, now)
    standing = stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_release(standing))
    office.engine.release(connection, locked, standing.actor, now)


def save_draft(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    variables: Entries,
    opinion: str,
    now: datetime,
    attached_files: tuple[str, ...] | None = None,
) -> None:
    """暂存: keep a person's unfinished entries for themselves; drafts are outside history.

    Args:
        connection: In a transaction.
        office: The office.
        person: Whose draft.
        work_item_id: The work item.
        version: Of the work item, as the person saw it.
        variables: Values by key, or how to read them.
        opinion: As typed.
        now: Aware instant.
        attached_files: The ids of the attachments to hand in with the opinion; None leaves those of the draft before.

    Raises:
        SubmissionInvalid: A value is none that its field could ever hold.
        AttachmentNotUsable: An attachment is not the person's own, nor the case's.
        Conflict, NotPermitted: As for completing.
    """
    locked = lock(connection, office, person, work_item_id, version, now)
    duties.require(permissions.may_save_draft(stand_before(connection, office, person, locked, now)))
    step = _step(connection, office, locked.instance.definition_id, locked.item.activity_id)
    known = known_values(connection, person, locked.instance.id, office, now)
    own = locked.item.role is WorkItemRole.STEP  # who was asked to sign writes no fields
    clean = validate(step.form, step.access, _entered(variables, step), known, draft=True) if own else {}
    check_opinion(office, opinion)
    if attached_files is None:
        attached_files = _kept_attachments(work_items.find_draft(connection, work_item_id, person.username) or {})
    else:
        _require_attachments(known, attached_files)
    content = {"variables": clean, "opinion": opinion, "attachments": list(attached_files)}
    work_items.save_draft(connection, work_item_id, person.username, content, now)


def complete(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    submission: Submission,
    now: datetime,
) -> Advanced:
    """提交: complete a work item.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who acts.
        work_item_id: What they act on.
        submission: What they hand in.
        now: Aware instant.

    Returns:
        What the command left behind.

    Raises:
        WorkItemNotFound: There is none.
        StaleWorkItem, WorkItemClosed: Somebody was faster; names who and when.
        NotTheAssignee, NotACandidate: It is not theirs, nor somebody's they substitute for.
        SubstitutionNotInForce, FlowNotSubstituted: They substitute for its owner, but not now, or not in this flow.
        SubmissionInvalid, OpinionRequired, UnknownDecision and the rules of the step's kind: It cannot be accepted so.
    """
    locked = lock(connection, office, person, work_item_id, submission.version, now)
    standing = stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_complete(standing))
    return hand_in(connection, office, person, locked, standing.actor, submission, now)


def hand_in(
    connection: Connection,
    office: Office,
    person: Person,
    locked: LockedWorkItem,
    actor: Actor,
    submission: Submission,
    now: datetime,
) -> Advanced:
    """Judge what is handed in with a step, and complete it; that the actor may is for the caller to say.

    Args:
        connection: In the transaction that holds the lock.
        office: The office.
        person: Who hands it in: whose attachments may be used.
        locked: The work item.
        actor: As whom history tells of it.
        submission: What is handed in.
        now: Aware instant.

    Returns:
        What the command left behind.

    Raises:
        SubmissionInvalid, OpinionRequired, UnknownDecision and the rules of the step's kind: It cannot be accepted so.
    """
    step = _step(connection, office, locked.instance.definition_id, locked.item.activity_id)
    known = known_values(connection, person, locked.instance.id, office, now)
    marking = office.engine.marking_of(locked)
    check_opinion(office, submission.opinion)
    _require_attachments(known, submission.attachments)
    values: Variables = {}
    verdict = Verdict()
    if locked.item.role is WorkItemRole.STEP:
        values = validate(step.form, step.access, _entered(submission.variables, step), known, held=marking.variables)
        check_title(office, values)
        _require_opinion(step.activity, submission)
        verdict = _judge(connection, office, locked, step, actor, marking, values, submission, now)
    attachments.bind(connection, [*submission.attachments, *attached(step.form, values)], locked.instance.id)
    completion = Completion(
        decision=submission.decision,
        opinion=submission.opinion.strip(),
        variables={**values, **verdict.variables},
        attachments=submission.attachments,
        circled=submission.circled,
        records=verdict.records,
    )
    return office.engine.complete(connection, locked, marking, actor, completion, now)


def choices(connection: Connection, office: Office | None = None, now: datetime | None = None) -> Choices:
    """Return what fields for people and units offer, and with an office the tables that it keeps, as they are at an instant."""
    tables = {} if office is None or now is None else office.offers
    day = now.astimezone(SHANGHAI).date() if now is not None else date.min
    return Choices(
        tables={name: tuple(offer(connection, day)) for name, offer in tables.items()},
        people=tuple(
            (one.username, f"{one.name}（{one.unit_names[0]}）" if one.unit_names else one.name)
            for one in queries.list_people(connection)
        ),
        units=tuple((one.code, one.name) for one in queries.list_units(connection)),
    )


def attached(form: Form, values: Variables) -> list[str]:
    """Return the ids of the attachments that a form's values name."""
    ids: list[str] = []
    for key, value in values.items():
        kind = form.fields[key].type if key in form.fields else ""
        if kind == "file" and value:
            ids.append(str(value))
        elif kind == "files" and isinstance(value, list):
            ids.extend(map(str, value))
    return ids


def opinion_rule(activity: Activity) -> str:
    """Return whether a step needs an opinion: ``optional``, ``required`` or ``required_on_refusal``."""
    return activity.properties.get("opinion", "optional")


def read_only(access: AccessMap) -> AccessMap:
    """Return the same access with nothing that can be written."""
    return {
        key: type(rule)("read" if rule.access == "edit" else rule.access, required=False)
        for key, rule in access.items()
    }


def check_title(office: Office, values: Mapping[str, Value]) -> None:
    """Raise ``TitleRefused`` where a title is given that is empty, too long or not one line of text.

    One that bears the mark of a state secret is refused by ``StateSecretRefused``, whatever the flow.
    """
    if "title" not in values:
        return
    title = values["title"]
    if mark := mark_in_text(str(title)):
        raise StateSecretRefused(mark, "title")
    limit = office.settings.title_characters
    if not isinstance(title, str) or not title.strip() or len(title) > limit or not readable_text(title, lines=False):
        raise TitleRefused(limit)


def stand_before(
    connection: Connection, office: Office, person: Person, locked: LockedWorkItem, now: datetime
) -> Standing:
    """Return how a person stands to a locked work item."""
    _deployed, activity = find_step(connection, office, locked.instance.definition_id, locked.item.activity_id)
    state = locked.instance.state
    return Standing(connection, person, locked.item, activity, state, now, awaits_signers=locked.awaits_signers)


def stand_at(connection: Connection, office: Office, person: Person, item: WorkItem, now: datetime) -> Standing:
    """Return how a person stands to a work item that is only looked at."""
    case = instances.get_instance(connection, item.instance_id)
    _deployed, activity = find_step(connection, office, case.definition.id, item.activity_id)
    return Standing(connection, person, item, activity, case.state, now)


def lock(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    now: datetime,
    *,
    completed: bool = False,
) -> LockedWorkItem:
    """Lock an open item, or a completed one; who was faster, and when, is told only to those whom the item concerns."""
    lock_it = office.engine.lock_completed if completed else office.engine.lock_work_item
    try:
        return lock_it(connection, work_item_id, version)
    except Conflict:
        item = work_items.get_work_item(connection, work_item_id)
        if person.username not in item.candidates:
            require_visible(connection, person, item.instance_id, now)
        raise


def _step(connection: Connection, office: Office, definition_id: int, activity_id: str) -> _Step:
    deployed, activity = find_step(connection, office, definition_id, activity_id)
    form = office.forms.of(deployed, activity)
    return _Step(deployed, activity, form, access_map(form, activity.properties))


def known_values(
    connection: Connection, person: Person, instance_id: str | None, office: Office, now: datetime
) -> Known:
    """Return what a submission of this person to this case may refer to; nothing is asked before it is needed."""

    def people(asked: frozenset[str]) -> frozenset[str]:
        return asked & {one.username for one in queries.list_people(connection)}

    def units(asked: frozenset[str]) -> frozenset[str]:
        return asked & {one.code for one in queries.list_units(connection)}

    def offered(table: str) -> frozenset[str]:
        offer = office.offers.get(table)
        day = now.astimezone(SHANGHAI).date()
        return frozenset(value for value, _label in offer(connection, day)) if offer is not None else frozenset()

    usable: Any = partial(attachments.usable_by, username=person.username, instance_id=instance_id)
    return Known(people, units, partial(usable, connection), offered)


def _judge(
    connection: Connection,
    office: Office,
    locked: LockedWorkItem,
    step: _Step,
    actor: Actor,
    marking: Marking,
    values: Mapping[str, Value],
    submission: Submission,
    now: datetime,
) -> Verdict:
    business = office.businesses.get(step.deployed.process.business or DEFAULT_BUSINESS)
    judge = business.judges.get(step.activity.kind or "") if business is not None else None
    if judge is None:
        return Verdict()
    variables = {**visible(marking, marking.token(locked.token_id).scope), **values}
    votes: dict[str, Any] = {
        name.removeprefix("votes."): value for name, value in variables.items() if name.startswith("votes.")
    }
    today = now.astimezone(SHANGHAI).date()
    facts = StepFacts(locked.instance.id, step.activity, actor, variables, votes, today, now)
    return judge(connection, facts, submission.decision, submission.opinion)


def _seen_at(connection: Connection, item: WorkItem) -> Variables:
    """Return the variables that a work item's step sees; those of the case where it is closed already."""
    marking = unpack(instances.snapshot_of(connection, item.instance_id))
    token = marking.find_token(work_items.token_of(connection, item.id))
    return visible(marking, token.scope if token is not None else ROOT)


def _kept_attachments(draft: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the attachments of a draft, which one that was kept before they were has not."""
    return tuple(map(str, draft.get("attachments", ())))


def _entered(entries: Entries, step: _Step) -> Mapping[str, object]:
    return entries(step.form, step.access) if callable(entries) else entries


def check_opinion(office: Office, opinion: str) -> None:
    """Raise ``OpinionTooLong`` or ``OpinionUnreadable``."""
    if len(opinion) > office.settings.opinion_characters:
        raise OpinionTooLong(office.settings.opinion_characters)
    if not readable_text(opinion, lines=True):
        raise OpinionUnreadable


def _require_opinion(activity: Activity, submission: Submission) -> None:
    rule = opinion_rule(activity)
    refuses = submission.decision in REFUSING
    if not submission.opinion.strip() and (rule == "required" or (rule == "required_on_refusal" and refuses)):
        raise OpinionRequired


def _require_attachments(known: Known, ids: tuple[str, ...]) -> None:
    if ids and known.attachments(frozenset(ids)) != frozenset(ids):
        raise AttachmentNotUsable
