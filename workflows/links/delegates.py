"""What the service task of links does."""

from sqlalchemy import Connection

from engine.delegates import ServiceCall
from engine.errors import ProcessInstanceNotFound
from engine.model import ServiceResult
from engine.persistence import instances
from workflows.links.carrying import SOURCE_CASE
from workflows.links.errors import SourceUnknown, UnknownRelation
from workflows.links.records import link_change
from workflows.links.relations import RELATIONS


def link(connection: Connection, call: ServiceCall) -> ServiceResult:
    """Tie the case to those it came from (``case.link``).

    Args:
        connection: In the transaction of the command.
        call: ``inputs`` holds the case's variables: ``source_case``, the id of a case or a list of them, and ``relation``,
            one of :data:`workflows.links.relations.RELATIONS`, ``follows`` where the model says nothing.

    Returns:
        No variables; a change of records for each source.

    Raises:
        SourceUnknown: There is no such case.
        UnknownRelation: The model names a relation that there is not.
    """
    relation = str(call.inputs.get("relation") or "follows")
    if relation not in RELATIONS:
        raise UnknownRelation(relation)
    named = call.inputs.get(SOURCE_CASE)
    sources = [str(one) for one in (named if isinstance(named, list) else [named]) if one]
    for source in sources:
        try:
            instances.get_instance(connection, source)
        except ProcessInstanceNotFound as error:
            raise SourceUnknown(source) from error
    return ServiceResult({}, tuple(link_change(one, call.instance_id, relation) for one in dict.fromkeys(sources)))
