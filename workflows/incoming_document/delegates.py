"""What service tasks of incoming documents do."""

from sqlalchemy import Connection

from engine.delegates import ServiceCall
from engine.model import RecordChange, ServiceResult
from workflows.incoming_document.records import INCOMING


def note_reply(_connection: Connection, call: ServiceCall) -> ServiceResult:
    """Keep with which document of the house the sender was answered (``incoming.note_reply``).

    Args:
        _connection: In the transaction of the command.
        call: ``inputs`` holds the case's variables: ``reply_number`` and ``replied_on``, which a message has brought.

    Returns:
        No variables; the change of the register.
    """
    values = {name: call.inputs.get(name) for name in ("reply_number", "replied_on")}
    return ServiceResult({}, (RecordChange(INCOMING, call.instance_id, values),))
