"""Try again an automatic step that failed."""

from datetime import datetime

from sqlalchemy import Connection

from engine import marking as markings
from engine.commands.outside import LiveOutside
from engine.commands.settlement import settle
from engine.definitions import Deployed
from engine.delegates import Vocabulary
from engine.execution import Execution
from engine.history import Entry
from engine.model import SEMANTICS_VERSION, Actor, Advanced, EventKind
from engine.persistence import incidents
from engine.persistence.incidents import Incident
from engine.persistence.instances import LockedInstance


def retry_incident(
    connection: Connection,
    vocabulary: Vocabulary,
    deployed: Deployed,
    instance: LockedInstance,
    incident: Incident,
    actor: Actor,
    now: datetime,
) -> Advanced:
    """Let the token of an incident run again; it may fail again, as a new incident."""
    marking = markings.unpack(instance.snapshot)
    incidents.close_incident(connection, incident.id, now)
    outside = LiveOutside(connection, vocabulary, instance.id, now)
    execution = Execution(deployed.stepper, marking, instance.id, outside, vocabulary.person_only)
    execution.retry(incident.token_id)
    retried = Entry(
        EventKind.INCIDENT_RETRIED,
        {"semantics_version": SEMANTICS_VERSION, "incident": incident.id, "token": incident.token_id},
        incident.activity_id,
    )
    return settle(connection, vocabulary, instance, execution, [retried], actor, now)
