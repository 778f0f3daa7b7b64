"""Flows: listed, looked at, checked and deployed by those who draw them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine.definitions import errors_of
from engine.errors import DefinitionRefused
from engine.model import Actor, Finding, ProcessDefinition
from engine.persistence import definitions
from workflows.duties import DIRECTORS, require_post
from workflows.forms.check import check_forms
from workflows.office import Office
from workflows.order_check import check_order
from workflows.organisation.values import Person


def check(office: Office, files: Mapping[str, bytes], connection: Connection | None = None) -> list[Finding]:
    """Say everything that is to be said of models, their forms and decision tables.

    Args:
        office: The office.
        files: Name and content.
        connection: For reading, so that processes deployed earlier may be called; without one, all that is called has to be
            among the files.
    """
    judgement = office.engine.judge(files, connection)
    findings = list(judgement.findings)
    for process in judgement.processes.values():
        findings.extend(check_forms(process, files, frozenset(office.offers)))
    for order in office.settings.orders:
        person_only = office.engine.vocabulary.person_only
        findings.extend(check_order(judgement.processes, judgement.called, order, person_only))
    return sorted(dict.fromkeys(findings), key=lambda one: (one.file, one.line, one.rule))


def deploy(
    connection: Connection, office: Office, person: Person, files: Mapping[str, bytes], now: datetime
) -> list[ProcessDefinition]:
    """Deploy models with their forms and decision tables, each as the next version of its flow.

    Raises:
        PostRequired: The person does not draw flows.
        DefinitionRefused: Carries the findings.
    """
    require_post(person, DIRECTORS)
    return deploy_as(connection, office, Actor(person.username), files, now)


def deploy_as(
    connection: Connection, office: Office, actor: Actor, files: Mapping[str, bytes], now: datetime
) -> list[ProcessDefinition]:
    """Deploy for an actor whose right was established elsewhere, such as on the command line."""
    refused = errors_of(check(office, files, connection))
    if refused:
        raise DefinitionRefused(refused)
    return office.engine.deploy(connection, files, actor, now)


def list_newest(connection: Connection) -> list[ProcessDefinition]:
    """Return the newest version of every flow."""
    return definitions.list_newest(connection)


def list_versions(connection: Connection, key: str) -> list[ProcessDefinition]:
    """Return all versions of a flow, newest first."""
    return definitions.list_versions(connection, key)
