"""Commands that no person gives: a timer fires, a message or signal arrives, a slow service answers, a failure is retried."""

from engine import canonical
from engine.commands.case import SYSTEM, Case, input_entry
from engine.errors import BusinessError, ServiceFailed, TokenGone
from engine.execution.variables import visible
from engine.history import Entry
from engine.marking import Watch
from engine.model import Actor, Advanced, EventKind, ServiceResult, Value, Variables
from engine.persistence import incidents
from engine.persistence.incidents import Incident


def fire_timer(case: Case, holder: int, event_id: str) -> Advanced:
    """Let a timer happen.

    Raises:
        TokenGone: Nobody waits for it any more, or it is not yet due at the command's instant.
    """
    watch = _awaited(case, holder, event_id)
    if watch is None or watch.due_at is None or canonical.parse_instant(watch.due_at) > case.now:
        raise TokenGone(case.instance.id, holder)
    execution = case.execution(unattended=True)
    execution.fire_timer(holder, event_id)
    return case.settle(execution, [_happened(EventKind.TIMER_FIRED, holder, event_id, {})], SYSTEM)


def receive(case: Case, kind: str, holder: int, event_id: str, payload: Variables, actor: Actor = SYSTEM) -> Advanced:
    """Hand a message or signal to a token or scope that waits for it; raise ``TokenGone`` where it does no longer."""
    if _awaited(case, holder, event_id) is None:
        raise TokenGone(case.instance.id, holder)
    execution = case.execution(unattended=True)
    execution.receive(holder, event_id, payload)
    told_as = EventKind.MESSAGE_RECEIVED if kind == "message" else EventKind.SIGNAL_RECEIVED
    return case.settle(execution, [_happened(told_as, holder, event_id, {"payload": dict(payload)})], actor)


def finish_service(case: Case, token_id: int, result: ServiceResult) -> Advanced:
    """Take what a slow service returned; raise ``TokenGone`` where nobody waits for it any more.

    The records it brings are told and written here, unless the service wrote them itself in this transaction.
    """
    activity_id = _requested(case, token_id)
    execution = case.execution(unattended=True)
    execution.finish_service(token_id, result)
    data: dict[str, Value] = {"token": token_id, "variables": dict(result.variables)}
    return case.settle(execution, [input_entry(EventKind.SERVICE_FINISHED, data, activity_id)], SYSTEM)


def fail_service(case: Case, token_id: int, error: BusinessError | ServiceFailed) -> Advanced:
    """Take that a slow service failed; raise ``TokenGone`` where nobody waits for it any more."""
    activity_id = _requested(case, token_id)
    execution = case.execution(unattended=True)
    execution.fail_service(token_id, error)
    facts: dict[str, Value] = {
        name: fact if isinstance(fact, str) else {str(key): str(value) for key, value in dict(fact).items()}  # type: ignore[call-overload]
        for name, fact in error.facts()
    }
    data: dict[str, Value] = {"token": token_id, "error": error.error_name, "facts": facts}
    return case.settle(execution, [input_entry(EventKind.SERVICE_FAILED, data, activity_id)], SYSTEM)


def retry_incident(case: Case, incident: Incident, actor: Actor) -> Advanced:
    """Let the token of an incident run again; it may fail again, as a new incident."""
    incidents.close_incident(case.connection, incident.id, case.now)
    execution = case.execution()
    execution.retry(incident.token_id)
    data: dict[str, Value] = {"incident": incident.id, "token": incident.token_id}
    retried = input_entry(EventKind.INCIDENT_RETRIED, data, incident.activity_id)
    return case.settle(execution, [retried], actor)


def is_receiver(case: Case, holder: int, event_id: str, correlation: Variables) -> bool:
    """Tell whether a token or scope waits for a message with this correlation.

    Each of the message's correlation variables must be there and equal in the scope; where the event names the variables it goes
    by, the message must carry them with the values they had when the wait began.
    """
    marking = case.marking
    watch = _awaited(case, holder, event_id)
    if watch is None:
        return False
    if watch.correlation is not None and any(
        name not in correlation or correlation[name] != value for name, value in watch.correlation.items()
    ):
        return False
    token = marking.find_token(holder)
    seen = visible(marking, token.scope if token is not None else holder)
    return all(name in seen and seen[name] == value for name, value in correlation.items())


def _awaited(case: Case, holder: int, event_id: str) -> Watch | None:
    """Return what a token or scope waits for; a suspended case waits for nothing, whatever was on its way to it."""
    return case.marking.watches_of(holder).get(event_id) if case.marking.suspended_at is None else None


def _requested(case: Case, token_id: int) -> str:
    token = case.marking.find_token(token_id)
    if token is None or not token.requested:
        raise TokenGone(case.instance.id, token_id)
    return token.activity_id


def _happened(kind: EventKind, holder: int, event_id: str, data: dict[str, Value]) -> Entry:
    return input_entry(kind, {"holder": holder, **data}, event_id)
