"""流程热力: where cases of a flow wait, are worked on and come back, on its drawing and in a table, and the cases behind it."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from app import spreadsheets
from app.audit.blueprint import audit
from app.audit.heat_shown import VALUES, Words, drawn_data, measure_label, table_header, table_rows, value_labels
from app.current import current_house, now
from app.formats import embedded
from app.house import House
from app.registers import given, tell_taken
from app.security import current_person, posts_required
from app.transaction import reading
from workflows import definitions
from workflows.calendar.values import WorkingHours
from workflows.calendar.working_time import beginning_of, day_of
from workflows.duties import AUDITORS, DIRECTORS
from workflows.flow_figures import choosing
from workflows.flow_figures.asking import MOST_LISTED, Asked, Limits, figures_of, list_behind, visible_among
from workflows.flow_figures.choosing import ENDED, STARTED, Chosen
from workflows.flow_figures.reading import versions_of
from workflows.flow_figures.values import Measure
from workflows.organisation import queries
from workflows.visibility import reads_every_case

READERS = (*AUDITORS, *DIRECTORS)
USUAL_PERIOD = timedelta(days=365)
BETWEEN_STEPS = ">"
"""What stands between the steps of a loop in an address; no id of a drawing has it."""


@audit.get("/heat")
@posts_required(READERS)
def heat() -> ResponseReturnValue:
    house = current_house()
    with reading(house.pool) as connection:
        chosen, flows = _chosen(connection, house)
        figures = figures_of(connection, house.office, chosen, _limits(house)) if flows else None
        words = _words(connection, chosen, house)
        named = queries.names_of_units(connection)
        units = [(code, named.get(code, code)) for code in choosing.list_units(connection, chosen.key)]
        urgencies = choosing.list_urgencies(connection, chosen.key)
        returning = [one.case for one in figures.returning] if figures else []
        titled = visible_among(connection, current_person(), returning, now(connection))
    address = _address(chosen)
    return render_template(
        "audit/heat.html",
        chosen=chosen,
        address=address,
        flows=flows,
        units=units,
        urgencies=urgencies,
        figures=figures,
        limits=_limits(house),
        words=words,
        rows=table_rows(figures, words, address) if figures and words else [],
        data=embedded(drawn_data(figures, words, address)) if figures and words else "",
        value_labels=value_labels(),
        shown_measure=given("shown-measure", list(Measure)) or Measure.WAITING,
        shown_value=given("shown-value", VALUES) or VALUES[0],
        measure_label=measure_label,
        loop_text=BETWEEN_STEPS.join,
        titled=titled,
        is_auditor=bool(current_person().posts & set(AUDITORS)),
    )


@audit.get("/heat/cases")
@posts_required(READERS)
def heat_cases() -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        chosen, _flows = _chosen(connection, house)
        asked = _asked()
        found = list_behind(connection, house.office, person, chosen, asked, _limits(house), now(connection))
        words = _words(connection, chosen, house)
    return render_template(
        "audit/heat_cases.html",
        asked=asked,
        address=_address(chosen),
        rows=found,
        words=words,
        measure_label=measure_label,
        most=MOST_LISTED,
        all_visible=reads_every_case(person),
        is_auditor=bool(person.posts & set(AUDITORS)),
    )


@audit.get("/heat/table.<any(csv, xlsx):form>")
@posts_required(READERS)
def heat_table(form: str) -> ResponseReturnValue:
    house = current_house()
    with reading(house.pool) as connection:
        chosen, _flows = _chosen(connection, house)
        figures = figures_of(connection, house.office, chosen, _limits(house))
        words = _words(connection, chosen, house)
    rows = [one.cells for one in table_rows(figures, words, {})] if figures and words else []
    name = f"{_('流程热力')}-{chosen.key}"
    tell_taken(name)
    answer = _csv if form == "csv" else spreadsheets.stream
    return answer(name, table_header(), rows)


def _csv(name: str, header: Sequence[str], rows: Iterable[Sequence[spreadsheets.Cell]]) -> Response:
    """Answer with a table as CSV; what would begin a formula in a spreadsheet is text there as well."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_unformulated(cell) for cell in row])
    answer = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer


def _unformulated(cell: spreadsheets.Cell) -> spreadsheets.Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(spreadsheets.LIKE_A_FORMULA) else cell


def _limits(house: House) -> Limits:
    kept = house.settings.flow_figures
    return Limits(kept.smallest_group, kept.unchanged_from, kept.most_cases)


def _chosen(connection: Connection, house: House) -> tuple[Chosen, list[tuple[str, str]]]:
    """Return what the address chooses, with the flows there are, by key and name."""
    flows = {one.key: one.name for one in definitions.list_newest(connection)}
    usual = house.settings.office.usual_flow
    key = request.args.get("flow", "")
    if key not in flows:
        key = usual if usual in flows else next(iter(flows), "")
    today = day_of(now(connection))
    since = request.args.get("since") or (today - USUAL_PERIOD).isoformat()
    until = request.args.get("until") or today.isoformat()
    chosen = Chosen(
        key=key,
        version=request.args.get("version", type=int),
        by=ENDED if request.args.get("by") == ENDED else STARTED,
        since=beginning_of(since),
        until=beginning_of(until, 1),
        unit=request.args.get("unit", ""),
        urgency=request.args.get("urgency", ""),
    )
    return chosen, sorted(flows.items())


def _address(chosen: Chosen) -> dict[str, str]:
    """Return what was chosen as an address says it."""
    said = {
        "flow": chosen.key,
        "version": str(chosen.version or ""),
        "by": chosen.by,
        "since": day_of(chosen.since).isoformat(),
        "until": day_of(chosen.until - timedelta(days=1)).isoformat(),
        "unit": chosen.unit,
        "urgency": chosen.urgency,
    }
    return {name: value for name, value in said.items() if value}


def _asked() -> Asked:
    loop = given("loop")
    measure = given("measure", list(Measure))
    return Asked(
        step=given("step"),
        measure=Measure(measure) if measure else None,
        flow=given("path"),
        source=given("from"),
        target=given("to"),
        loop=tuple(loop.split(BETWEEN_STEPS)) if loop else (),
    )


def _words(connection: Connection, chosen: Chosen, house: House) -> Words | None:
    """Return what the parts of the flow are called, in the version that is drawn, else in the newest that has them."""
    versions = versions_of(connection, house.office, chosen.key) if chosen.key else []
    if not versions:
        return None
    drawn = next((one for one in versions if one.definition.version == chosen.version), versions[0])
    return Words(drawn, tuple(versions), WorkingHours(house.settings.calendar.spans).length)
