"""Different seats of one countersign, completed in the same moment through four processes."""

from collections import Counter
from datetime import datetime
from functools import partial

from tests.concurrency.site import Site, at_once
from tests.flows import model, seats
from tests.rest import Answer
from workflows.organisation.demo import PEOPLE

SIGNERS = [username for username, *_ in PEOPLE[:24]]
ALL = model("s_begin -> sign\nsign -> e_done", {"sign": seats("sign")}, key="all_sign")
FIRST = model("s_begin -> sign\nsign -> e_done", {"sign": seats("sign", completion="first")}, key="first_signs")
ROUNDS = 4


def complete_all(site: Site, files: dict[str, bytes]) -> tuple[str, list[Answer]]:
    """Complete every seat of a new case at once; return the case and the answers."""
    items = site.open(files, seats=SIGNERS)
    acts = [
        partial(
            site.client(str(item.assignee), number).post,
            f"/work-items/{item.id}/complete",
            version=1,
            decision="agree",
            opinion="同意",
        )
        for number, item in enumerate(items)
    ]
    return items[0].instance_id, at_once(acts)


def test_all_seats_succeed_and_each_vote_counts(site: Site) -> None:
    instance_id, answers = complete_all(site, ALL)
    assert [one.status for one in answers] == [200] * len(SIGNERS)
    assert sorted(one.actor for one in site.history(instance_id, "work_item:completed")) == sorted(SIGNERS)
    assert len(site.history(instance_id, "countersign:decided")) == 1
    assert site.client("gexingyao").get(f"/instances/{instance_id}").body["state"] == "completed"
    site.assert_sound()


def test_seats_that_the_first_vote_made_needless_are_told_by_whom(site: Site) -> None:
    for _round in range(ROUNDS):
        instance_id, answers = complete_all(site, FIRST)
        assert Counter(one.status for one in answers) == {200: 1, 409: len(SIGNERS) - 1}, answers
        [done] = site.history(instance_id, "work_item:completed")
        for refused in (one for one in answers if one.status != 200):
            assert refused.body["by"] == done.actor
            assert datetime.fromisoformat(refused.body["at"]) == done.at
    site.assert_sound()
