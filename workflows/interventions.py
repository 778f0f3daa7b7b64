"""What the office does to a case from outside its flow: failures tried again, jumps, migrations, messages.

Apart from :mod:`workflows.cases`, because those who intervene need not be those who may read the case: nothing here returns
what is written in it.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine.execution.migration import Migration
from engine.marking import Marking, unpack
from engine.model import ENDED, Actor, Advanced, ProcessDefinition, Variables
from engine.persistence import definitions, incidents, instances
from engine.persistence.incidents import Incident
from engine.process import PERSON_TASKS, Process
from workflows import duties
from workflows.errors import CaseEnded, NothingThere, ReasonRequired, SeveralThere
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.visibility import record_reading, require_visible


def list_incidents(
    connection: Connection, office: Office, person: Person, instance_id: str, now: datetime
) -> list[Incident]:
    """Return what failed in a case and waits for somebody, to its readers and to those who clear incidents.

    Raises:
        CaseNotVisible: The person is neither.
        ProcessInstanceNotFound: There is no such case.
    """
    if duties.may_clear_incidents(person) is None:
        instances.get_instance(connection, instance_id)
    else:
        require_visible(connection, person, instance_id, now)
        record_reading(connection, office, person, instance_id, "incidents", now)
    return incidents.list_open(connection, instance_id)


def retry_incident(connection: Connection, office: Office, person: Person, incident_id: str, now: datetime) -> Advanced:
    """Try a failed automatic step again; raise ``PostRequired`` or ``IncidentNotFound``."""
    duties.require(duties.may_clear_incidents(person))
    return office.engine.retry_incident(connection, incident_id, Actor(person.username), now)


def steps_of(connection: Connection, office: Office, person: Person, instance_id: str) -> list[tuple[str, str]]:
    """Return the steps to which a case could be put, by id and name; raise ``PostRequired`` or ``ProcessInstanceNotFound``."""
    duties.require(duties.may_jump(person))
    return _steps(office.engine.process_of(connection, instance_id))


def jump(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    to: str,
    reason: str,
    now: datetime,
    from_: str | None = None,
) -> Advanced:
    """跳转: put a case, or the token at one of its steps, at another step.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who intervenes.
        instance_id: The case.
        to: The step of the flow.
        reason: Why, in words; history keeps it.
        now: Aware instant.
        from_: The step whose token goes; without it, everything in the scope of ``to`` goes.

    Returns:
        What the command left behind.

    Raises:
        PostRequired: The person is no administrator of flows.
        ReasonRequired: No reason was given, or one that is too long or unreadable.
        ProcessInstanceNotFound, CaseEnded: There is no such case, or it has ended.
        NothingThere, SeveralThere: No token, or more than one, stands at ``from_``.
        MoveRefused: The step cannot be reached so.
        NobodyToAct: The step would have nobody who can act.
    """
    duties.require(duties.may_jump(person))
    if not reason.strip() or len(reason) > office.settings.opinion_characters or not readable_text(reason, lines=True):
        raise ReasonRequired(office.settings.opinion_characters)
    marking = _locked(connection, instance_id)
    token_id = _token_at(marking, from_) if from_ is not None else None
    return office.engine.jump(connection, instance_id, to, reason.strip(), Actor(person.username), now, token_id)


def versions_for(connection: Connection, person: Person, instance_id: str) -> list[ProcessDefinition]:
    """Return the other versions of a case's flow, the newest first; raise ``PostRequired`` or ``ProcessInstanceNotFound``."""
    duties.require(duties.may_migrate(person))
    case = instances.get_instance(connection, instance_id)
    return [one for one in definitions.list_versions(connection, case.definition.key) if one.id != case.definition.id]


def steps_in(connection: Connection, office: Office, person: Person, definition_id: int) -> list[tuple[str, str]]:
    """Return the people's steps of a version of a flow, by id and name; raise ``PostRequired``."""
    duties.require(duties.may_migrate(person))
    return _steps(office.engine.deployed(connection, definition_id).process)


def plan_migration(
    connection: Connection, office: Office, person: Person, instance_id: str, version: int, renamed: Mapping[str, str]
) -> Migration:
    """Return what moving a case to another version of its flow would change, and what speaks against it.

    Raises:
        PostRequired: The person is no administrator of flows.
        ProcessInstanceNotFound, ProcessDefinitionNotFound, CaseEnded: There is no such case or version, or the case has ended.
    """
    duties.require(duties.may_migrate(person))
    case = instances.get_instance(connection, instance_id)
    if case.state in ENDED:
        raise CaseEnded(instance_id)
    target = definitions.get_definition(connection, case.definition.key, version)
    return office.engine.plan_migration(connection, instance_id, target.id, renamed)


def migrate(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    version: int,
    renamed: Mapping[str, str],
    now: datetime,
    reason: str = "",
) -> Migration:
    """Move a case to another version of its flow.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who intervenes.
        instance_id: The case.
        version: Of its flow.
        renamed: Ids of the version it runs on and what they are called in the other one.
        now: Aware instant.
        reason: Why, in words; history keeps it.

    Returns:
        Where its tokens stand now.

    Raises:
        MigrationRefused: Something has no place in the other version.
        ReasonRequired: The reason is too long or unreadable.
        PostRequired, ProcessInstanceNotFound, ProcessDefinitionNotFound, CaseEnded: As :func:`plan_migration`.
        CaseSuspended: The case is suspended.
    """
    duties.require(duties.may_migrate(person))
    if len(reason) > office.settings.opinion_characters or not readable_text(reason, lines=True):
        raise ReasonRequired(office.settings.opinion_characters)
    _locked(connection, instance_id)
    planned = plan_migration(connection, office, person, instance_id, version, renamed)
    case = instances.get_instance(connection, instance_id)
    target = definitions.get_definition(connection, case.definition.key, version)
    office.engine.migrate(connection, instance_id, target.id, renamed, Actor(person.username), now, reason.strip())
    return planned


def send_message(
    connection: Connection,
    office: Office,
    person: Person,
    name: str,
    correlation: Variables,
    payload: Variables,
    now: datetime,
) -> bool:
    """Send a message to whichever case waits for it, or to the flow that it starts.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who sends, or the account of a system that does.
        name: Of the message.
        correlation: Variables that must be equal in the receiver.
        payload: Variables that the receiver gets.
        now: Aware instant.

    Returns:
        Whether somebody has taken it; if not, it is kept until somebody waits for it.

    Raises:
        PostRequired: The person is no administrator of flows.
    """
    duties.require(duties.may_send_message(person))
    sender = Actor(person.username)
    return office.engine.send_message(connection, name, correlation, payload, now, sender) is not None


def _steps(process: Process) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in process.activities.values() if one.element in PERSON_TASKS]


def _locked(connection: Connection, instance_id: str) -> Marking:
    """Lock a case that has not ended, so that nobody moves it between the plan and the deed."""
    locked = instances.lock_instance(connection, instance_id)
    marking = unpack(locked.snapshot)
    if not marking.tokens:
        raise CaseEnded(instance_id)
    return marking


def _token_at(marking: Marking, activity_id: str) -> int:
    standing = [token.id for token in marking.tokens if token.activity_id == activity_id]
    if not standing:
        raise NothingThere(activity_id)
    if len(standing) > 1:
        raise SeveralThere(activity_id)
    return standing[0]
