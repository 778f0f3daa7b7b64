"""Where somebody goes on who has done something to a case as a whole: not everybody who may do so may read it."""

from flask import url_for
from sqlalchemy import Connection

from app.current import now
from app.security import current_person
from workflows.duties import may_jump
from workflows.visibility import sees


def place_of_case(connection: Connection, instance_id: str) -> str:
    """Return the address of a case, or where those find it who may intervene in it and not read it."""
    person = current_person()
    if sees(connection, person, instance_id, now(connection)):
        return url_for("cases.case", instance_id=instance_id)
    if may_jump(person) is None:
        return url_for("interventions.index", q=instance_id)
    return url_for("worklist.index")
