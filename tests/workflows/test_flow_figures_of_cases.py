"""The figures of cases that really ran, on each kind of database."""

from app.house import House
from app.transaction import reading, transaction
from engine.persistence import work_items
from tests.flow_cases import run
from tests.office import DRAFT, MORNING, Desk, deploy
from tests.workflows.calendars import hours
from workflows.calendar.working_time import beginning_of
from workflows.flow_figures.asking import Asked, Limits, figures_of, list_behind
from workflows.flow_figures.choosing import ENDED, STARTED, Chosen
from workflows.flow_figures.reading import model_of, offered_by, versions_of
from workflows.flow_figures.values import FlowFigures, Measure
from workflows.operations import send_back

LIMITS = Limits(smallest_group=5, unchanged_from=2, most_cases=100)
NOVEMBER = Chosen("outgoing_document", None, STARTED, beginning_of("2025-11-01"), beginning_of("2025-12-01"))


def figures(house: House, chosen: Chosen = NOVEMBER, limits: Limits = LIMITS) -> FlowFigures | None:
    with reading(house.pool) as connection:
        return figures_of(connection, house.office, chosen, limits)


def chosen(**other: object) -> Chosen:
    return Chosen(**{**vars(NOVEMBER), **other})


def test_rounds_ways_and_cases_behind_them_are_those_that_were_run(house: House) -> None:
    desks = run(house)
    found = figures(house)
    assert found is not None
    assert (found.cases, found.left_out) == (6, False)
    draft, review = found.steps["draft"], found.steps["department_review"]
    assert (draft.cases, draft.rounds, draft.cases_again, draft.most_rounds) == (6, 10, 3, 3)
    assert (review.items, review.running) == (9, 1)
    assert found.passed["to_draft"] == 6
    edit = found.steps["edit"]
    assert (edit.items, edit.begun) == (2, 1), "one was claimed before it was done"
    assert edit.working is not None
    assert (edit.working.count, edit.working.total) == (1, hours(0.5))
    assert [(one.source, one.target, one.times, one.cases) for one in found.sent] == [
        ("department_review", "draft", 4, 3)
    ]
    assert found.loops[0].steps == ("draft", "department_review", "draft")
    assert "department_review" not in {one.activity_id for one in found.unchanged}, "it has sent back"
    asked = Asked(step="department_review", measure=Measure.REWORK)
    with reading(house.pool) as connection:
        auditor = desks[0].person("peishenzhi")
        behind = list_behind(connection, house.office, auditor, NOVEMBER, asked, LIMITS, desks[0].now)
        waited = Asked(step="department_review", measure=Measure.WAITING)
        waiting = list_behind(connection, house.office, auditor, NOVEMBER, waited, LIMITS, desks[0].now)
    assert sorted(one.round for one in behind if one.round) == [2, 2, 2, 3]
    suspended = desks[-1].instance_id
    assert [one.span for one in waiting if one.case.id == suspended] == [hours(0.5)], "not the days it was suspended"
    ended = figures(house, chosen(by=ENDED))
    assert ended is not None
    assert ended.cases == 1
    limited = figures(house, limits=Limits(5, 2, 4))
    assert limited is not None
    assert (limited.cases, limited.left_out) == (4, True)
    assert figures(house, chosen(unit="AHB")) is None, "of a unit with too few cases"


def test_what_was_withdrawn_opens_again_in_the_same_round(sqlite_house: House) -> None:
    desk = Desk(sqlite_house, MORNING)
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    with reading(sqlite_house.pool) as connection:
        [done] = [one for one in work_items.list_of_instance(connection, desk.instance_id) if one.closed_at]
    with transaction(sqlite_house.pool) as connection:
        office, person = sqlite_house.office, desk.person("gexingyao")
        send_back.withdraw(connection, office, person, done.id, done.version, "附件漏传。", desk.now)
    desk.act("gexingyao", "submit", **DRAFT)
    found = figures(sqlite_house)
    assert found is not None
    draft, review = found.steps["draft"], found.steps["department_review"]
    assert (draft.rounds, draft.items, review.rounds) == (1, 2, 1)
    assert (draft.rework, found.returning, found.loops) == (None, (), ())
    assert draft.waiting is not None
    assert draft.waiting.total == hours(1)


def test_steps_of_what_runs_several_times_and_fields_of_a_step_are_known(sqlite_house: House) -> None:
    deploy(sqlite_house, "incoming_document")
    with reading(sqlite_house.pool) as connection:
        [incoming] = versions_of(connection, sqlite_house.office, "incoming_document")
        [outgoing] = versions_of(connection, sqlite_house.office, "outgoing_document")
    helping = {one.id for one in incoming.process.activities.values() if one.container == "helping"}
    repeated = model_of(sqlite_house.office, incoming).repeated
    assert repeated
    assert repeated <= helping
    assert {"title", "body"} <= model_of(sqlite_house.office, outgoing).editable["draft"]
    assert "document_number" not in model_of(sqlite_house.office, outgoing).editable["draft"]
    assert offered_by([outgoing])["countersign"] == ("agree", "amend", "disagree")
