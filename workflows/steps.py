"""Finds what the model says of a step, also of one that was closed before its case was migrated to a version without it."""

from sqlalchemy import Connection

from engine.definitions import Deployed
from engine.persistence import definitions
from engine.process import Activity
from workflows.office import Office


def find_step(
    connection: Connection, office: Office, definition_id: int, activity_id: str
) -> tuple[Deployed, Activity]:
    """Return a step and the version that says it: the case's own where it knows the step, else the newest that does.

    Raises:
        ProcessDefinitionNotFound: There is no such definition.
        StopIteration: No version ever had this step.
    """
    deployed = office.engine.deployed(connection, definition_id)
    if activity_id not in deployed.process.activities:
        versions = definitions.list_versions(connection, deployed.definition.key)
        others = (office.engine.deployed(connection, one.id) for one in versions)
        deployed = next(one for one in others if activity_id in one.process.activities)
    return deployed, deployed.process.activity(activity_id)
