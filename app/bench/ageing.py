"""A step of a case that has gone round in a loop for long, by turns with the first of these steps of young cases."""

from app.bench import flows
from app.bench.report import Row, row
from app.bench.stand import Item, Stand

GOAL = 1.3
AT_ONCE = 50
MORE = "more"


def rows(stand: Stand) -> list[Row]:
    """Let one case grow old; the transactions on the way are larger, which leaves the same case behind."""
    young_age, *ages = stand.sizes.ages
    [old] = stand.start(flows.LOOP)
    done, found = 0, []
    for age in ages:
        while done < age - 1:
            times = min(AT_ONCE, age - 1 - done)
            [old] = stand.complete_in_a_row(old, times, MORE, note=f"第 {done} 次")
            done += times
        young = [_aged(stand, young_age - 1) for _ in range(stand.sizes.growth_repeats)]
        ratio, old = _ratio(stand, old, young)
        done += len(young)
        found.append(row(f"循环事项第 {age} 步与第 {young_age} 步之比", ratio, "倍", GOAL))
    return found


def _aged(stand: Stand, steps: int) -> Item:
    [item] = stand.start(flows.LOOP)
    return stand.complete_in_a_row(item, steps, MORE, note="第 0 次")[0] if steps else item


def _ratio(stand: Stand, old: Item, young: list[Item]) -> tuple[float, Item]:
    following = [old]

    def step(_number: int) -> None:
        following[:] = stand.complete(following[0], MORE, note="又一次")

    old_seconds, young_seconds = stand.medians(
        step, lambda number: stand.complete(young[number], MORE, note="又一次"), repeats=len(young)
    )
    return old_seconds / young_seconds, following[0]
