"""Flows: listed, looked at, checked and deployed by those who draw them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine.definitions import errors_of, read_process
from engine.errors import DefinitionRefused
from engine.model import Actor, Finding, ProcessDefinition
from engine.persistence import definitions
from workflows.forms.check import check_forms
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.permissions import DIRECTORS, require_post


def check(office: Office, files: Mapping[str, bytes]) -> list[Finding]:
    """Say everything that is to be said of a model and its forms."""
    findings = office.engine.check(files)
    process = read_process(files)
    about_forms = check_forms(process, files) if process else ()
    return sorted([*findings, *about_forms], key=lambda one: (one.file, one.line, one.rule))


def deploy(
    connection: Connection, office: Office, person: Person, files: Mapping[str, bytes], now: datetime
) -> ProcessDefinition:
    """Deploy a model and its forms as the next version.

    Raises:
        PostRequired: The person does not draw flows.
        DefinitionRefused: Carries the findings.
    """
    require_post(person, DIRECTORS)
    return deploy_as(connection, office, Actor(person.username), files, now)


def deploy_as(
    connection: Connection, office: Office, actor: Actor, files: Mapping[str, bytes], now: datetime
) -> ProcessDefinition:
    """Deploy for an actor whose right was established elsewhere, such as on the command line."""
    refused = errors_of(check(office, files))
    if refused:
        raise DefinitionRefused(refused)
    return office.engine.deploy(connection, files, actor, now)


def list_newest(connection: Connection) -> list[ProcessDefinition]:
    """Return the newest version of every flow."""
    return definitions.list_newest(connection)


def list_versions(connection: Connection, key: str) -> list[ProcessDefinition]:
    """Return all versions of a flow, newest first."""
    return definitions.list_versions(connection, key)
