"""Usual phrases: a person's own, and the office's, which a ledger tells of."""

from html import unescape

from flask import Flask
from sqlalchemy import update

from app.house import House
from app.transaction import reading, transaction
from tests.office import TITLE
from tests.web.clerk import Clerk, alert
from workflows import verification
from workflows.phrases import actions
from workflows.phrases.records import phrase


def owned(house: House, owner: str | None) -> list[actions.Phrase]:
    with reading(house.pool) as connection:
        return actions.list_owned(connection, owner)


def texts(house: House, owner: str | None) -> list[str]:
    return [one.text for one in owned(house, owner)]


def test_a_persons_own_phrases_are_offered_first_and_to_nobody_else(each_site: Flask, house: House) -> None:
    clerk = Clerk(each_site, "gexingyao")
    assert clerk.post("/phrases/own", text="  妥否，请审定。 ", kind="").status_code == 302
    page = clerk.get(clerk.start(TITLE)).text
    offered = page[page.index('data-phrases="opinion"') :]
    assert offered.index("妥否，请审定。") < offered.index("同意。")
    assert 'aria-keyshortcuts="Alt+1"' in offered
    assert texts(house, "gexingyao") == ["妥否，请审定。"]
    assert "妥否，请审定。" not in Clerk(each_site, "zhenliyan").get("/phrases/own").text


def test_a_phrase_for_one_kind_of_step_is_offered_there_alone(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.post("/phrases/own", text="请审签。", kind="draft")
    clerk.post("/phrases/own", text="同意会签。", kind="countersign")
    page = clerk.get(clerk.start(TITLE)).text
    assert 'data-phrase="请审签。"' in page
    assert 'data-phrase="同意会签。"' not in page


def test_phrases_are_changed_ordered_and_removed(each_site: Flask, house: House) -> None:
    clerk = Clerk(each_site, "gexingyao")
    for text in ("甲。", "乙。", "丙。"):
        clerk.post("/phrases/own", text=text)
    first, _second, third = owned(house, "gexingyao")
    clerk.post(f"/phrases/own/{third.id}", do="up")
    clerk.post(f"/phrases/own/{first.id}", text="改过的甲。", kind="review")
    assert texts(house, "gexingyao") == ["改过的甲。", "丙。", "乙。"]
    clerk.post(f"/phrases/own/{first.id}", do="remove")
    assert texts(house, "gexingyao") == ["丙。", "乙。"]
    assert clerk.post(f"/phrases/own/{first.id}", do="remove").status_code == 404


def test_what_is_no_phrase_is_refused_with_its_reason(site: Flask, sqlite_house: House) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.post("/phrases/own", text="甲。")
    for text, words in ((" ", "没有内容"), ("长" * 201, "至多 200"), ("a\nb", "换行"), ("甲。", "已经有相同的一条")):
        answer = clerk.post("/phrases/own", text=text)
        assert answer.status_code == 422
        assert words in alert(answer)
    for number in range(actions.MOST - 1):
        clerk.post("/phrases/own", text=f"第{number}条")
    assert "已经有 50 条" in alert(clerk.post("/phrases/own", text="再一条"))
    assert len(texts(sqlite_house, "gexingyao")) == actions.MOST


def test_nobody_changes_the_phrase_of_another(site: Flask, sqlite_house: House) -> None:
    Clerk(site, "zhenliyan").post("/phrases/own", text="仅供本人。")
    [mine] = owned(sqlite_house, "zhenliyan")
    assert Clerk(site, "gexingyao").post(f"/phrases/own/{mine.id}", do="remove").status_code == 404
    assert texts(sqlite_house, "zhenliyan") == ["仅供本人。"]


def test_the_offices_phrases_are_changed_by_its_director_alone_and_told_to_the_ledger(
    each_site: Flask, house: House
) -> None:
    before = texts(house, None)
    assert Clerk(each_site, "gexingyao").get("/phrases/office").status_code == 403
    assert Clerk(each_site, "gexingyao").post("/phrases/office", text="无权添加。").status_code == 403
    director = Clerk(each_site, "zhenliyan")
    director.post("/phrases/office", text="请办公室统筹。")
    added = owned(house, None)[-1]
    director.post(f"/phrases/office/{added.id}", do="up")
    director.post(f"/phrases/office/{owned(house, None)[0].id}", do="remove")
    assert texts(house, None) == [*before[1:-1], "请办公室统筹。", before[-1]]
    with reading(house.pool) as connection:
        events = house.office.engine.history(connection, actions.LEDGER)[-3:]
        assert [(event.kind, event.actor) for event in events] == [
            (kind, "zhenliyan") for kind in (actions.SET, actions.ORDERED, actions.REMOVED)
        ]
        assert verification.verify(connection, house.office) == []


def test_a_phrase_of_the_office_that_was_changed_past_the_ledger_is_found(house: House) -> None:
    with transaction(house.pool) as connection:
        connection.execute(update(phrase).where(phrase.c.text == "同意。").values(text="不同意。"))
    with reading(house.pool) as connection:
        assert [one.chain for one in verification.verify(connection, house.office)] == [actions.LEDGER]


def test_a_phrase_is_text_and_nothing_else(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.post("/phrases/own", text='"><script>alert(1)</script>')
    page = clerk.get(clerk.start(TITLE)).text
    assert "<script>alert(1)" not in page
    assert '"><script>alert(1)</script>' in unescape(page)
