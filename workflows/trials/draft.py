"""The draft of a flow, made executable without being deployed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.deploy_definition import files_called
from engine.definitions import Deployed, build, errors_of, parts_of
from engine.errors import DefinitionRefused
from engine.model import ProcessDefinition
from workflows import definitions, duties
from workflows.flow_changes.drafts import FlowDraft, find_draft
from workflows.office import Office
from workflows.organisation.values import Person


def open_draft(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> FlowDraft:
    """Return a draft to somebody who may try it.

    Raises:
        PostRequired: They draw no flows.
        CaseNotVisible: They do not see the change.
        FlowDraftNotFound, FlowKeyRefused: As :func:`workflows.flow_changes.drafts.get_draft`.
    """
    duties.require_post(person, duties.DIRECTORS)
    return find_draft(connection, person, office, instance_id, now)


def require_executable(connection: Connection, office: Office, files: Mapping[str, bytes]) -> None:
    """Raise ``DefinitionRefused`` with the findings where a draft could not be deployed."""
    refused = errors_of(definitions.check(office, files, connection))
    if refused:
        raise DefinitionRefused(refused)


def executable(connection: Connection, draft: FlowDraft, now: datetime) -> Deployed:
    """Return what executes a draft that has no errors; it is no version of the flow, and stored nowhere."""
    part = parts_of(draft.files, files_called(connection, draft.files))[draft.key]
    return build(ProcessDefinition(0, draft.key, 0, "", "draft", now, ""), part)
