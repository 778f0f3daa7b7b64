"""What the REST API takes and gives, as pydantic models and plain dictionaries."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from engine import canonical
from engine.execution.migration import Migration
from engine.model import HistoryEvent, ProcessDefinition, ProcessInstance, Value, WorkItem
from engine.persistence.incidents import Incident
from workflows.comments.actions import Comment
from workflows.forms.fields import Field as FormField
from workflows.forms.fields import FieldView
from workflows.notices.reading import Notice, Receipt
from workflows.operations.send_back import Preview
from workflows.substitutions.values import Substitution, beginning_of


def _plain(given: dict[str, Any]) -> dict[str, Value]:
    """Return JSON values as variables hold them; raise ``ValueError`` for what has no canonical form."""
    try:
        values = {name: _without_floats(one) for name, one in given.items()}
        canonical.encode(values)
    except (RecursionError, UnicodeEncodeError) as error:
        raise ValueError("nested too deeply, or not text") from error
    return values


def _without_floats(one: Any) -> Any:
    if isinstance(one, float):
        return Decimal(repr(one))
    if isinstance(one, list):
        return [_without_floats(each) for each in one]
    if isinstance(one, dict):
        return {key: _without_floats(each) for key, each in one.items()}
    return one


PlainVariables = Annotated[dict[str, Any], AfterValidator(_plain)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Credentials(_Body):
    username: str
    password: str


class StartInstance(_Body):
    definition: str
    title: str
    variables: dict[str, Any] = Field(default_factory=dict)
    definition_version: int | None = None
    source: str | None = None


class AtVersion(_Body):
    version: int


class SaveDraft(AtVersion):
    variables: dict[str, Any] = Field(default_factory=dict)
    opinion: str = ""
    attachments: list[str] | None = Field(None, description="of the opinion; left out, those kept before stay")


class Complete(AtVersion):
    decision: str = "submit"
    opinion: str = ""
    variables: dict[str, Any] = Field(default_factory=dict)
    attachments: list[str] = Field(default_factory=list)
    circled: bool = False


class SendBack(AtVersion):
    to: str = Field(description="activity id of a step in the item's targets")
    reason: str
    resubmit: Literal["again", "direct"] = "again"


class SendBackPreview(_Body):
    to: str
    resubmit: Literal["again", "direct"] = "again"


class WithReason(AtVersion):
    reason: str = ""


class HandOn(WithReason):
    to: str = Field(description="username")


class Resolve(AtVersion):
    opinion: str = ""


class AddSigner(WithReason):
    people: list[str] = Field(min_length=1, max_length=100, description="usernames, or unit codes for seats of units")
    mode: Literal["before", "after", "parallel"]


class RemoveSigner(WithReason):
    person: str


class Urge(AtVersion):
    message: str = ""


class Circulate(_Body):
    people: list[str] = Field(min_length=1, max_length=500, description="usernames")
    message: str = ""
    version: int | None = Field(None, description="not looked at: copies never move a case")


class MarkRead(AtVersion):
    opinion: str = ""


class RecordFor(AtVersion):
    person: str = Field(description="username of the leader")
    decision: str = "submit"
    opinion: str = ""
    attachment: str | None = Field(None, description="id of the scan")
    circled: bool = False


class Reason(_Body):
    reason: str = ""


class Handover(_Body):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from")
    to: str
    reason: str


class Nothing(_Body):
    pass


class Jump(_Body):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: str | None = Field(
        None, alias="from", description="activity id of an open token; without it, all in the scope"
    )
    to: str
    reason: str


class Reassign(_Body):
    work_item: str
    to: str
    reason: str


class Migrate(_Body):
    version: int
    dry_run: bool
    map: dict[str, str] = Field(default_factory=dict, description="ids of the old version and their ids in the new one")


class Message(_Body):
    name: str = Field(min_length=1, max_length=200)
    correlation: PlainVariables = Field(default_factory=dict)
    variables: PlainVariables = Field(default_factory=dict)


class AddComment(_Body):
    text: str
    mentions: list[str] = Field(default_factory=list, description="usernames; each must be able to see the case")


class ReadNotices(_Body):
    up_to: int | None = Field(None, ge=0, le=2**31 - 1, description="id of the newest notice that was seen")


class Arrange(_Body):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    owner: str | None = Field(None, description="without it, who asks")
    substitute: str
    definitions: list[str] | None = Field(None, description="keys of flows; without it, all")
    from_: Annotated[AwareDatetime | date, Field(union_mode="left_to_right")] = Field(
        alias="from", description="an instant, or a day in Asia/Shanghai from its beginning"
    )
    to: Annotated[AwareDatetime | date, Field(union_mode="left_to_right")] = Field(
        description="an instant, or a day in Asia/Shanghai until its end"
    )
    reason: str = ""

    @property
    def starts_at(self) -> datetime:
        return self.from_ if isinstance(self.from_, datetime) else beginning_of(self.from_)

    @property
    def ends_at(self) -> datetime:
        return self.to if isinstance(self.to, datetime) else beginning_of(self.to + timedelta(days=1))


class SubstitutionPath(BaseModel):
    substitution_id: str


class DefinitionPath(BaseModel):
    key: str


class VersionPath(DefinitionPath):
    version: int


class InstancePath(BaseModel):
    instance_id: str


class WorkItemPath(BaseModel):
    work_item_id: str


class IncidentPath(BaseModel):
    incident_id: str


class NoticePath(BaseModel):
    notice_id: int = Field(ge=0, le=2**31 - 1)


class AttachmentPath(BaseModel):
    attachment_id: str


class Paging(BaseModel):
    q: str = ""
    after: str | None = None
    limit: int = Field(20, ge=1, le=100)


class InstanceQuery(Paging):
    definition: str = ""
    state: str = ""


class WorkItemQuery(Paging):
    box: str = "todo"
    definition: str = ""
    instance: str = ""
    read: bool = Field(default=False, description="of copies, those that were read")


class NoticeQuery(BaseModel):
    unread: bool = False
    after: str | None = None
    limit: int = Field(20, ge=1, le=100)


class HistoryQuery(BaseModel):
    after: int = Field(0, ge=0)
    limit: int = Field(200, ge=1, le=1000)


class PeopleQuery(BaseModel):
    q: str = ""


def instant(at: datetime | None) -> str | None:
    """Write an instant as RFC 3339 UTC."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def value(of: Value) -> Any:
    """Write a value as JSON has it; decimals keep all their digits as text."""
    if isinstance(of, Decimal):
        return str(of)
    if isinstance(of, list):
        return [value(one) for one in of]
    if isinstance(of, dict):
        return {key: value(one) for key, one in of.items()}
    return of


def definition(of: ProcessDefinition, *, startable: bool) -> dict[str, Any]:
    return {
        "key": of.key,
        "version": of.version,
        "name": of.name,
        "hash": of.hash,
        "deployed_at": instant(of.deployed_at),
        "startable": startable,
    }


def instance(of: ProcessInstance) -> dict[str, Any]:
    return {
        "id": of.id,
        "definition": of.definition.key,
        "version": of.definition.version,
        "title": of.title,
        "number": of.number,
        "state": of.state.value,
        "initiator": of.initiator,
        "started_at": instant(of.started_at),
        "ended_at": instant(of.ended_at),
    }


def unseen_instance(of: ProcessInstance) -> dict[str, Any]:
    """Write a case for somebody who has acted on it but may not read it."""
    withheld = {"title": None, "number": None, "initiator": None, "variables": {}, "open_items": []}
    return {**instance(of), **withheld}


def migration(of: Migration) -> dict[str, Any]:
    tokens = [{"from": before, "to": after} for _token, before, after in of.tokens]
    return {"possible": not of.refused, "tokens": tokens, "refused": list(of.refused)}


def substitution(of: Substitution, now: datetime) -> dict[str, Any]:
    return {
        "id": of.id,
        "owner": of.owner,
        "substitute": of.substitute,
        "definitions": None if of.definitions is None else sorted(of.definitions),
        "from": instant(of.starts_at),
        "to": instant(of.ends_at),
        "state": of.state_at(now).value,
        "reason": of.reason,
        "created_by": of.created_by,
        "created_at": instant(of.created_at),
        "ended_by": of.ended_by,
        "ended_at": instant(of.ended_at),
    }


def work_item(of: WorkItem, case: ProcessInstance, lamp: str, acting_for: str | None = None) -> dict[str, Any]:
    return {
        "id": of.id,
        "instance_id": of.instance_id,
        "definition": case.definition.key,
        "title": case.title,
        "activity_id": of.activity_id,
        "activity_name": of.name,
        "kind": of.kind,
        "state": of.state.value,
        "assignee": of.assignee,
        "candidates": list(of.candidates),
        "seat": of.seat,
        "opened_at": instant(of.opened_at),
        "due_at": instant(of.due_at),
        "due_provisional": of.due_provisional,
        "lamp": lamp,
        "role": of.role.value,
        "owner": of.owner,
        "recorded_by": of.recorded_by,
        "confirmed_at": instant(of.confirmed_at),
        "urges": of.urges,
        "urgency": case.urgency,
        "version": of.version,
        "acting_for": acting_for,
    }


def field(view: FieldView) -> dict[str, Any]:
    return {
        "key": view.key,
        "label": view.label,
        "type": view.type,
        "access": view.access,
        "required": view.required,
        "options": [{"value": option, "label": label} for option, label in view.options],
        "columns": [_column(one) for one in view.field.columns],
        "value": value(view.value),
    }


def event(of: HistoryEvent) -> dict[str, Any]:
    return {
        "seq": of.seq,
        "at": instant(of.at),
        "actor": of.actor,
        "on_behalf_of": of.on_behalf_of,
        "recorded_by": of.recorded_by,
        "kind": of.kind,
        "activity_id": of.activity_id,
        "work_item_id": of.work_item_id,
        "data": value(dict(of.data)),
        "hash": of.hash,
    }


def comment(of: Comment, receipts: list[Receipt] | None) -> dict[str, Any]:
    """Write a comment; who has read it is for its author alone."""
    read = [{"person": one.person, "read_at": instant(one.read_at)} for one in receipts or []]
    return {
        "id": of.id,
        "author": of.author,
        "text": of.text,
        "mentions": list(of.mentions),
        "at": instant(of.at),
        "receipts": None if receipts is None else read,
    }


def notice(of: Notice) -> dict[str, Any]:
    return {
        "id": of.id,
        "kind": of.kind.value,
        "instance_id": of.instance_id,
        "work_item_id": of.work_item_id,
        "title": of.title if of.visible else None,
        "on_behalf_of": of.on_behalf_of,
        "actor": of.actor,
        "at": instant(of.at),
        "read_at": instant(of.read_at),
        "facts": value(dict(of.facts)),
    }


def preview(of: Preview) -> dict[str, Any]:
    """Write what sending back would do; people by username, steps by name."""
    cancels = [{"id": one.id, "activity_name": one.name, "assignee": one.assignee} for one in of.cancels]
    keeps = [
        {"id": one.id, "activity_name": one.name, "assignee": one.assignee, "state": one.state.value}
        for one in of.keeps
    ]
    return {"cancels": cancels, "restarts": list(of.restarts), "keeps": keeps, "way_back": list(of.way_back)}


def incident(of: Incident, message: str) -> dict[str, Any]:
    return {"id": of.id, "activity_id": of.activity_id, "message": message, "at": instant(of.opened_at)}


def _column(of: FormField) -> dict[str, Any]:
    options = [{"value": option, "label": label} for option, label in of.options]
    return {"key": of.key, "label": of.label, "type": of.type, "options": options, "fixed": of.fixed}
