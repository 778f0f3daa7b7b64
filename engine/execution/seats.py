"""The seats of a countersign: who is called, what a vote changes, what is kept of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine import canonical, countersign
from engine.delegates import Vote
from engine.errors import NobodyToAct
from engine.marking import Tally
from engine.model import Value, Variables
from engine.process import Activity, Countersign


@dataclass(frozen=True)
class Called:
    """The seats of a countersign, its tally before the first vote, and which of the seats open at once."""

    seats: tuple[str, ...]
    tally: Tally
    at_once: tuple[str, ...]


def called(activity: Activity, seen: Variables, person_only: frozenset[str], semantics: int) -> Called:
    """Return who is called to a countersign; semantics 1 knew no order but that of the rule ``sequence``.

    Raises:
        NobodyToAct: The collection is no list of texts, weights are missing, or nobody is called to what only a person decides.
    """
    rule = _rule(activity)
    elements = seen.get(rule.collection)
    if elements is not None and (
        not isinstance(elements, list) or not all(isinstance(element, str) for element in elements)
    ):
        raise NobodyToAct(activity.id, activity.name, rule.collection)
    given = tuple(str(element) for element in dict.fromkeys(map(str, elements or ())))
    if not given and activity.kind in person_only:
        raise NobodyToAct(activity.id, activity.name, rule.collection)
    weights = [_weight(activity, rule, seat, seen) for seat in given]
    sequential = rule.sequential if semantics > 1 else rule.completion == "sequence"
    tally = Tally(
        total=len(given),
        open=min(1, len(given)) if sequential else len(given),
        total_weight=sum(weights, Decimal(0)),
        pending=list(given[1:]) if sequential else [],
    )
    return Called(given, tally, given[:1] if sequential else given)


def count(tally: Tally, activity: Activity, seat: str, decision: str, seen: Variables) -> None:
    """Count a vote."""
    rule = _rule(activity)
    weight = _weight(activity, rule, seat, seen)
    tally.open -= 1
    if decision in rule.agreeing:
        tally.agreed += 1
        tally.agreed_weight += weight
    else:
        tally.against += 1
        tally.against_weight += weight


def uncount(tally: Tally, activity: Activity, seat: str, decision: str, seen: Variables) -> None:
    """Take a vote back: the seat is open again."""
    rule = _rule(activity)
    weight = _weight(activity, rule, seat, seen)
    tally.open += 1
    if decision in rule.agreeing:
        tally.agreed -= 1
        tally.agreed_weight -= weight
    else:
        tally.against -= 1
        tally.against_weight -= weight


def call_more(tally: Tally, activity: Activity, added: Sequence[str], seen: Variables) -> tuple[str, ...]:
    """Call more seats to a countersign that goes on, and return which of them open at once.

    Raises:
        NobodyToAct: Seats have weights here, and one has none.
    """
    rule = _rule(activity)
    weights = [_weight(activity, rule, seat, seen) for seat in added]
    tally.total += len(added)
    tally.total_weight += sum(weights, Decimal(0))
    if rule.sequential:
        tally.pending.extend(added)
        return ()
    tally.open += len(added)
    return tuple(added)


def call_off(tally: Tally, activity: Activity, seat: str, seen: Variables) -> None:
    """Take a seat away that has not spoken."""
    tally.total -= 1
    tally.total_weight -= _weight(activity, _rule(activity), seat, seen)
    if seat in tally.pending:
        tally.pending.remove(seat)
    else:
        tally.open -= 1


def decided(tally: Tally, activity: Activity, seen: Variables, value: Callable[[str, Variables], Value]) -> bool | None:
    """Tell whether a countersign has passed, failed, or goes on; raise ``ExecutionFailed`` where its condition fails."""
    rule = _rule(activity)
    if rule.condition is None:
        return countersign.decided(rule.completion, tally)
    spoken = tally.agreed + tally.against
    numbers: dict[str, Value] = {
        "nrOfInstances": tally.total,
        "nrOfCompletedInstances": spoken,
        "nrOfActiveInstances": tally.open,
        "nrOfAgreed": tally.agreed,
        "nrOfOpposed": tally.against,
    }
    if value(rule.condition, {**seen, **numbers}) is True:
        return True
    return tally.against == 0 if spoken == tally.total else None


def as_variable(votes: Sequence[Vote]) -> Value:
    """Return votes as the variable that keeps them: by seat, who said what and when."""
    return {
        vote.seat: {
            "decision": vote.decision,
            "opinion": vote.opinion,
            "actor": vote.actor,
            "at": canonical.instant(vote.at),
        }
        for vote in votes
    }


def said(votes: Sequence[Vote]) -> dict[str, Value]:
    """Return how often each decision was given."""
    return dict(Counter(vote.decision for vote in votes))


def _weight(activity: Activity, rule: Countersign, seat: str, seen: Variables) -> Decimal:
    if rule.weights is None:
        return Decimal(1)
    given = seen.get(rule.weights)
    weight = given.get(seat) if isinstance(given, Mapping) else None
    if isinstance(weight, bool) or not isinstance(weight, int | Decimal):
        raise NobodyToAct(activity.id, activity.name, rule.weights)
    return Decimal(weight)


def _rule(activity: Activity) -> Countersign:
    assert activity.countersign is not None
    return activity.countersign
