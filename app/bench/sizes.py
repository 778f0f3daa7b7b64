"""How much is measured: the usual run shows every promise, a quick one only that every row can be measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """How often acts are repeated, and the sizes between which growth is shown, each from small to large.

    Attributes:
        repeats: Acts of each kind.
        growth_repeats: Acts at each size where growth is shown.
        filter_repeats: Of showing a box in each way it can be narrowed.
        seats: Of countersigns.
        ages: Steps of a case that goes round in a loop.
        work_items: In the table, with a fifth as many cases.
        cases: Beyond those, added with one work item each.
        audit_entries: In the audit log.
        timers: Open, none due.
        shared_seats: Of the countersign that four processes complete.
        replays: Cases that are executed again.
        long_case: Events, at the least, of the case that is looked at moment by moment.
    """

    repeats: int
    growth_repeats: int
    filter_repeats: int
    seats: tuple[int, ...]
    ages: tuple[int, ...]
    work_items: tuple[int, ...]
    cases: tuple[int, ...]
    audit_entries: tuple[int, ...]
    timers: tuple[int, ...]
    shared_seats: int
    replays: int
    long_case: int


USUAL = Sizes(
    repeats=300,
    growth_repeats=100,
    filter_repeats=15,
    seats=(5, 50, 300, 1_000),
    ages=(5, 50, 500, 5_000),
    work_items=(1_000, 10_000, 100_000, 1_000_000),
    cases=(),
    audit_entries=(1_000, 100_000),
    timers=(100, 1_000, 10_000, 100_000),
    shared_seats=300,
    replays=30,
    long_case=5_000,
)
FULL = Sizes(**{**vars(USUAL), "cases": (1_000_000,), "audit_entries": (1_000, 1_000_000)})
QUICK = Sizes(
    repeats=5,
    growth_repeats=5,
    filter_repeats=2,
    seats=(3, 6),
    ages=(2, 4),
    work_items=(50, 100),
    cases=(30,),
    audit_entries=(50, 100),
    timers=(5, 10),
    shared_seats=8,
    replays=2,
    long_case=12,
)
