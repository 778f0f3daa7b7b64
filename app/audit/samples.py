"""Samples of cases: drawn by chance or by risk, with a worksheet for the auditor's own findings."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app import spreadsheets
from app.audit.asked import asked_days, flows_of, instants_of, units_of
from app.audit.blueprint import audit
from app.audit.deviation_words import names_in, sentence
from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.formats import period
from app.once import done_before, form_digest, keep_done
from app.security import current_person, new_key, posts_required
from app.sentences.deviations import KINDS
from app.sentences.samples import ANSWERS, CONCLUSIONS, METHODS
from app.transaction import reading, transaction
from engine.errors import ProcessError
from engine.model import Actor
from workflows.boxes import titles_of_cases
from workflows.deviations import search
from workflows.deviations.values import Finding
from workflows.duties import AUDITORS
from workflows.organisation import queries as people
from workflows.samples import actions, queries
from workflows.samples.drawing import drawn, population_digest, scored
from workflows.samples.errors import SampleSizeRefused
from workflows.samples.records import LEDGER
from workflows.samples.values import (
    ALGORITHM,
    Answer,
    Chosen,
    Conclusion,
    Criteria,
    Method,
    Note,
    Point,
    Sample,
    SampledCase,
    Size,
)
from workflows.visibility import record_reading

SIZE = re.compile(r"([1-9][0-9]{0,3})\s*([%％]?)")
MOST_CASES, ALL_PERCENT = 1000, 100
SEED_BYTES = 8
READ = "sample:read"
LONGEST_SEED, LONGEST_NAME = 100, 200


@audit.get("/samples")
@posts_required(AUDITORS)
def samples() -> ResponseReturnValue:
    return _samples_page()


@audit.post("/samples")
@posts_required(AUDITORS)
def draw_sample() -> ResponseReturnValue:
    house, person, digest = current_house(), current_person(), form_digest()
    if place := done_before(person, digest):
        return redirect(place)
    try:
        with reading(house.pool) as connection:  # which may take long, and hold up nobody
            sample = _asked_sample(now(connection))
            found = queries.population(connection, sample.criteria, sample.drawn_at)
            chosen = _chosen(connection, sample, found, sample.drawn_at)
        with transaction(house.pool) as connection:
            sample_id = actions.keep(connection, house.office, person, sample, found, chosen, now(connection))
            place = url_for("audit.sample", sample_id=sample_id)
            keep_done(connection, person, digest, place)
    except ProcessError as error:
        return _samples_page(error)
    flash(_("已抽取 %(count)s 件。", count=len(chosen)))
    return redirect(place)


@audit.get("/samples/<sample_id>")
@posts_required(AUDITORS)
def sample(sample_id: str) -> ResponseReturnValue:
    again = request.args.get("again") == "1"
    with reading(current_house().pool) as connection:
        one = queries.get_sample(connection, sample_id)
        lines = queries.list_cases(connection, sample_id)
        repeated = _repeated(connection, one, lines) if again else None
        context = _context(connection, lines, [one.drawn_by])
        flows, units = flows_of(connection), units_of(connection)
    _record_reading(one)
    return render_template(
        "audit/sample.html",
        written_period=period,
        sample=one,
        lines=lines,
        repeated=repeated,
        flows=flows,
        units=units,
        **context,
    )


@audit.get("/samples/<sample_id>.xlsx")
@posts_required(AUDITORS)
def sample_as_table(sample_id: str) -> ResponseReturnValue:
    with reading(current_house().pool) as connection:
        one = queries.get_sample(connection, sample_id)
        lines = queries.list_cases(connection, sample_id)
        context = _context(connection, lines, [])
    _record_reading(one)
    header = [_("序号"), _("事项"), _("事项编号"), _("风险分"), _("核对要点"), *one.questions]
    header += [_("审计发现"), _("结论"), _("记录人"), _("记录时间")]
    return spreadsheets.stream(_("抽样底稿 %(id)s", id=one.id), header, _rows(one, lines, context))


@audit.get("/samples/<sample_id>/<int:rank>")
@posts_required(AUDITORS)
def sampled_case(sample_id: str, rank: int) -> ResponseReturnValue:
    return _worksheet(sample_id, rank)


@audit.post("/samples/<sample_id>/<int:rank>")
@posts_required(AUDITORS)
def note_finding(sample_id: str, rank: int) -> ResponseReturnValue:
    house = current_house()
    try:
        with transaction(house.pool) as connection:
            one = queries.get_sample(connection, sample_id)
            at = now(connection)
            actions.note(connection, house.office, current_person(), sample_id, rank, _note(one), at)
    except ProcessError as error:
        return _worksheet(sample_id, rank, error)
    flash(_("已记入底稿。"))
    if request.form.get("then") == "next" and rank < one.size:
        return redirect(url_for("audit.sampled_case", sample_id=sample_id, rank=rank + 1))
    return redirect(url_for("audit.sample", sample_id=sample_id))


def _asked_sample(at: datetime) -> Sample:
    given = request.form
    since, until = instants_of(*asked_days(given, at))
    asked = given.get("size", "").strip()
    _size(asked)
    house = current_house()
    return Sample(
        id="",
        name=given.get("name", "").strip()[:LONGEST_NAME],
        method=Method.RISK if given.get("method") == Method.RISK else Method.RANDOM,
        seed=given.get("seed", "").strip()[:LONGEST_SEED] or secrets.token_hex(SEED_BYTES),
        algorithm=ALGORITHM,
        criteria=Criteria(
            since,
            until,
            tuple(one for one in given.getlist("flow") if one),
            tuple(one for one in given.getlist("unit") if one),
        ),
        weights={one.kind.value: one.weight for one in house.settings.sampling.weights},
        questions=house.settings.sampling.questions,
        asked=asked,
        size=0,
        population=0,
        population_digest="",
        drawn_by="",
        drawn_at=at,
    )


def _size(asked: str) -> Size:
    found = SIZE.fullmatch(asked)
    if found is None:
        raise SampleSizeRefused
    number, is_share = int(found[1]), bool(found[2])
    if number > (ALL_PERCENT if is_share else MOST_CASES):
        raise SampleSizeRefused
    return Size(percent=number) if is_share else Size(count=number)


def _chosen(connection: Connection, sample: Sample, population: Sequence[str], at: datetime) -> list[Chosen]:
    """Draw; what deviates is sought in all cases where risk decides, else only in those that were drawn."""
    size = _size(sample.asked).of(len(population))
    office = current_house().office
    if sample.method is Method.RISK:
        found = {one.instance_id: one.findings for one in search.in_cases(connection, office, population, at)}
        scores = {case: scored([one.kind for one in findings], sample.weights) for case, findings in found.items()}
        taken = drawn(sample.seed, population, size, scores)
    else:
        taken = drawn(sample.seed, population, size)
        found = {one.instance_id: one.findings for one in search.in_cases(connection, office, taken, at)}
        scores = {}
    return [Chosen(case, scores.get(case, 0), [_point(one) for one in found.get(case, ())]) for case in taken]


def _repeated(connection: Connection, sample: Sample, lines: Sequence[SampledCase]) -> bool:
    """Tell whether the same cases come out where the sample is drawn again from what there was then."""
    population = queries.population(connection, sample.criteria, sample.drawn_at)
    if population_digest(population) != sample.population_digest:
        return False
    again = _chosen(connection, sample, population, sample.drawn_at)
    return [one.instance_id for one in again] == [one.instance_id for one in lines]


def _point(one: Finding) -> Point:
    return Point(one.kind.value, one.seqs, one.at, one.actor, one.step, one.facts)


def _note(sample: Sample) -> Note:
    given = request.form
    answers = {}
    for number in range(len(sample.questions)):
        answer = given.get(f"answer-{number}", "")
        if answer in set(Answer):
            answers[number] = Answer(answer)
    conclusion = given.get("conclusion", "")
    return Note(
        answers, given.get("finding", "").strip(), Conclusion(conclusion) if conclusion in set(Conclusion) else None
    )


def _context(connection: Connection, lines: Sequence[SampledCase], usernames: Sequence[str]) -> dict[str, object]:
    points = [point for line in lines for point in line.points]
    names = names_in(connection, points)
    noted = {line.noted_by for line in lines if line.noted_by} | set(usernames)
    return {
        "titles": titles_of_cases(connection, current_person(), {line.instance_id for line in lines}, now(connection)),
        "points": {line.rank: [(point, sentence(point, names)) for point in line.points] for line in lines},
        "names": people.names_of(connection, noted),
        "kinds": KINDS,
        "methods": METHODS,
        "conclusions": CONCLUSIONS,
        "answers": ANSWERS,
    }


def _rows(
    sample: Sample, lines: Sequence[SampledCase], context: Mapping[str, object]
) -> Iterator[Sequence[spreadsheets.Cell]]:
    titles, points, names = context["titles"], context["points"], context["names"]
    assert isinstance(titles, Mapping)
    assert isinstance(points, Mapping)
    assert isinstance(names, Mapping)
    for line in lines:
        said = "\n".join(f"{KINDS[point.kind]}：{text}" for point, text in points[line.rank])
        answers = [
            str(ANSWERS[line.answers[one]]) if one in line.answers else "" for one in range(len(sample.questions))
        ]
        yield (
            line.rank,
            titles.get(line.instance_id, ""),
            line.instance_id,
            line.score,
            said,
            *answers,
            line.finding,
            str(CONCLUSIONS[line.conclusion]) if line.conclusion else "",
            names.get(line.noted_by, ""),
            line.noted_at,
        )


def _record_reading(one: Sample) -> None:
    """Tell the ledger that somebody has read what a worksheet says of its cases."""
    house = current_house()
    with transaction(house.pool) as connection:
        actor = Actor(current_person().username)
        house.office.engine.record_ledger(connection, LEDGER, READ, {"sample": one.id}, actor, now(connection))


def _samples_page(error: ProcessError | None = None) -> ResponseReturnValue:
    house = current_house()
    typed = request.form if error else request.args
    with reading(house.pool) as connection:
        since, until = asked_days(typed, now(connection))
        known = queries.list_samples(connection)
        names = people.names_of(connection, {one.drawn_by for one, _concluded in known})
        flows, units = flows_of(connection), units_of(connection)
    page = render_template(
        "audit/samples.html",
        samples=known,
        names=names,
        flows=flows,
        units=units,
        since=since,
        until=until,
        typed=typed,
        methods=METHODS,
        weights=[(KINDS[one.kind], one.weight) for one in house.settings.sampling.weights],
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
        idempotency_key=new_key(),
    )
    return (page, status_of(error)) if error else page


def _worksheet(sample_id: str, rank: int, error: ProcessError | None = None) -> ResponseReturnValue:
    house = current_house()
    with transaction(house.pool) as connection:
        one = queries.get_sample(connection, sample_id)
        line = queries.get_case(connection, sample_id, rank)
        record_reading(connection, house.office, current_person(), line.instance_id, "sample", now(connection))
        context = _context(connection, [line], [])
    said = _note(one) if error else Note(line.answers, line.finding, line.conclusion)
    page = render_template(
        "audit/sampled_case.html",
        sample=one,
        line=line,
        said=said,
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
        **context,
    )
    return (page, status_of(error)) if error else page
