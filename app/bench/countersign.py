"""One seat of a countersign of any size, by turns with a step of the five-step flow."""

from app.bench.report import FIVE_STEPS, Row, row
from app.bench.stand import Item, Stand

GOAL = 1.5


def rows(stand: Stand) -> list[Row]:
    return [row(f"{seats} 席会签中完成一席", _ratio(stand, seats), FIVE_STEPS, GOAL) for seats in stand.sizes.seats]


def _ratio(stand: Stand, seats: int) -> float:
    """Vote on all seats but the last, which would decide; where a case has few, in several cases."""
    wanted = stand.sizes.growth_repeats
    open_seats: list[Item] = []
    while len(open_seats) < wanted:
        open_seats.extend(stand.start_countersign(seats)[:-1])
    steps = [item for _ in range(wanted) for item in stand.start()]
    seat_seconds, step_seconds = stand.medians(
        lambda number: stand.complete(open_seats[number], "agree"),
        lambda number: stand.complete(steps[number], note="一段测量用的文字"),
        repeats=wanted,
    )
    return seat_seconds / step_seconds
