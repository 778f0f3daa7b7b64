"""The inbox page over HTTP, and a completion, while cases and work items pile up in the database."""

from app.bench import boxes, completion, crowd, searching
from app.bench.report import BARE, Row, row
from app.bench.served import Client
from app.bench.stand import Item, Stand, case_of

GOAL_AGAINST_SMALLEST = 1.5
GOAL = 20
COMPLETE_GOAL = 4
PAGE, YARDSTICK = "/worklist", "/password"


def rows(stand: Stand, client: Client) -> list[Row]:
    """Show the page at each size; its growth is told against a page without rows, so that a busy machine does not count."""
    found: list[Row] = []
    smallest = 0.0
    model, there = case_of(_carried_out(stand)), crowd.Counts(0, 0)
    for items in stand.sizes.work_items:
        there = crowd.add_cases(stand.house.pool, model, there, items // crowd.STEPS, crowd.STEPS)
        client.reconnect()
        client.get(PAGE)  # the first page after a flood of rows is not what a clerk sees
        page, yardstick, bare = stand.medians(
            lambda _number: client.get(PAGE),
            lambda _number: client.get(YARDSTICK),
            stand.commit_bare,
            repeats=stand.sizes.repeats,
        )
        found.append(row(f"待办页（HTTP），表中 {items} 件", page / bare, BARE, GOAL))
        if smallest:
            name = f"待办页，表中 {items} 件与 {stand.sizes.work_items[0]} 件之比"
            found.append(row(name, page / yardstick / smallest, "倍", GOAL_AGAINST_SMALLEST))
        smallest = smallest or page / yardstick
        found.append(_completion(stand, there.cases))
    found += searching.rows(stand, there.cases, stand.sizes.work_items[-1])
    found += boxes.rows(stand, client, there.cases, stand.sizes.work_items[-1])
    for number in stand.sizes.cases:
        there = crowd.add_cases(stand.house.pool, model, there, number, 1)
        found.append(_completion(stand, there.cases))
    return found


def _carried_out(stand: Stand) -> Item:
    """Carry a case out as far as its last step, and return the work item there."""
    [item] = stand.start()
    for _ in range(crowd.STEPS - 1):
        [item] = stand.complete(item, note="一段测量用的文字")
    return item


def _completion(stand: Stand, number: int) -> Row:
    items = [item for _ in range(stand.sizes.growth_repeats) for item in stand.start()]
    ratio = completion.ratio_to_bare_commit(stand, items)
    return row(f"完成一件待办，库中 {number} 个事项", ratio, BARE, COMPLETE_GOAL)
