"""Many clients at one work item, over HTTP and through four processes: one succeeds, the others read who and when."""

from collections import Counter
from datetime import datetime
from functools import partial

from tests.concurrency.site import Site, at_once
from tests.flows import model, user
from tests.rest import Answer

CLIENTS = 50
CANDIDATES = ("suiyiming", "miaoruogu", "ranqinghe", "linxiaozhou")
ONE_PERSON = model("s_begin -> handle\nhandle -> e_done", key="one_person")
POOL = model(
    "s_begin -> handle\nhandle -> e_done",
    {"handle": user("handle", attributes=f'camunda:candidateUsers="{",".join(CANDIDATES)}"')},
    key="pool",
)


def assert_told_who_and_when(answer: Answer, by: str, at: datetime) -> None:
    assert (answer.status, answer.media_type) == (409, "application/problem+json")
    assert answer.body["by"] == by
    assert datetime.fromisoformat(answer.body["at"]) == at


def test_of_fifty_completions_one_succeeds(site: Site) -> None:
    [item] = site.open(ONE_PERSON)
    clients = [site.client("gexingyao", number) for number in range(CLIENTS)]
    path = f"/work-items/{item.id}/complete"
    answers = at_once([partial(one.post, path, version=1, decision="submit") for one in clients])
    assert Counter(one.status for one in answers) == {200: 1, 409: CLIENTS - 1}
    [done] = site.history(item.instance_id, "work_item:completed")
    for refused in (one for one in answers if one.status != 200):
        assert_told_who_and_when(refused, "gexingyao", done.at)
    site.assert_sound()


def test_of_fifty_completions_by_several_candidates_one_succeeds(site: Site) -> None:
    [item] = site.open(POOL)
    clients = [site.client(CANDIDATES[number // 4 % 4], number) for number in range(CLIENTS)]
    path = f"/work-items/{item.id}/complete"
    answers = at_once([partial(one.post, path, version=1, decision="submit") for one in clients])
    assert Counter(one.status for one in answers) == {200: 1, 409: CLIENTS - 1}
    [done] = site.history(item.instance_id, "work_item:completed")
    for refused in (one for one in answers if one.status != 200):
        assert_told_who_and_when(refused, done.actor, done.at)
    site.assert_sound()


def test_of_fifty_claims_one_succeeds(site: Site) -> None:
    [item] = site.open(POOL)
    clients = [site.client(CANDIDATES[number // 4 % 4], number) for number in range(CLIENTS)]
    path = f"/work-items/{item.id}/claim"
    answers = at_once([partial(one.post, path, version=1) for one in clients])
    assert Counter(one.status for one in answers) == {200: 1, 409: CLIENTS - 1}
    [claimed] = site.history(item.instance_id, "work_item:claimed")
    for refused in (one for one in answers if one.status != 200):
        assert_told_who_and_when(refused, claimed.actor, claimed.at)
    site.assert_sound()


def test_who_put_an_item_back_meanwhile_is_named(site: Site) -> None:
    [item] = site.open(POOL)
    first, second = site.client("suiyiming", 0), site.client("miaoruogu", 1)
    assert first.post(f"/work-items/{item.id}/claim", version=1).status == 200
    assert first.post(f"/work-items/{item.id}/release", version=2).status == 200
    refused = second.post(f"/work-items/{item.id}/claim", version=1)
    [released] = site.history(item.instance_id, "work_item:released")
    assert_told_who_and_when(refused, "suiyiming", released.at)
