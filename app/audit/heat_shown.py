"""How the figures of 流程热力 are written: on the page, for the drawing, in a table to download."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for

from app.spreadsheets import Cell
from app.wording import gettext as _
from engine.definitions import Deployed
from engine.model import SEND_BACK
from workflows.flow_figures.values import FlowFigures, Measure, SentCount, Spread, StepFigures

VALUES = ("middle", "mean", "most")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Words:
    """What the parts of a flow are called, and how a span of working time is written.

    ``drawn`` is the version that is drawn, ``versions`` are all, the newest first; ``day`` is how much time a working day has.
    """

    drawn: Deployed
    versions: tuple[Deployed, ...]
    day: timedelta

    def is_drawn(self, part: str) -> bool:
        process = self.drawn.process
        return part in process.activities or any(one.id == part for one in process.flows)

    def step(self, activity_id: str | None) -> str:
        """Return what a step is called; nothing for a place that is none."""
        if activity_id is None:
            return _("不在人工环节")
        for deployed in (self.drawn, *self.versions):
            found = deployed.process.activities.get(activity_id)
            if found is not None:
                return found.name or activity_id
        return activity_id

    def way(self, steps: tuple[str, ...]) -> str:
        return " → ".join(map(self.step, steps))

    def flow(self, flow_id: str) -> str:
        """Return between which parts a flow of the drawing leads, with its own name."""
        for deployed in (self.drawn, *self.versions):
            for one in deployed.process.flows:
                if one.id == flow_id:
                    ends = f"{self.step(one.source)} → {self.step(one.target)}"
                    return f"{ends}（{one.name}）" if one.name else ends
        return flow_id

    def decision(self, activity_id: str, value: str) -> str:
        if value == SEND_BACK:
            return _("退回")
        for deployed in (self.drawn, *self.versions):
            found = deployed.process.activities.get(activity_id)
            for one in found.decisions if found is not None else ():
                if one.value == value:
                    return one.label
        return value

    def decisions(self, activity_id: str, values: tuple[str, ...]) -> str:
        return "、".join(self.decision(activity_id, one) for one in values)

    def span(self, span: timedelta) -> str:
        """Write a span of working time: days of work are as long as the office's hours."""
        if span >= self.day:
            return _("%(days)s 个工作日", days=f"{span / self.day:.1f}".removesuffix(".0"))
        if span >= HOUR:
            return _("%(hours)s 小时", hours=f"{span / HOUR:.1f}".removesuffix(".0"))
        return _("%(minutes)s 分钟", minutes=round(span / MINUTE))


@dataclass(frozen=True)
class MeasureCell:
    """One measure of a step as the table shows it; no texts where nothing was measured."""

    measure: Measure
    spread: Spread | None
    texts: Mapping[str, str]
    url: str

    @property
    def seconds(self) -> float:
        return self.spread.middle.total_seconds() if self.spread else -1


@dataclass(frozen=True)
class StepRow:
    """One step as the table shows it; ``cells`` as it is downloaded."""

    figures: StepFigures
    name: str
    is_drawn: bool
    url: str
    measures: tuple[MeasureCell, ...]
    cells: list[Cell]


def measure_label(measure: Measure) -> str:
    return {
        Measure.WAITING: _("等待"),
        Measure.WORKING: _("办理"),
        Measure.REWORK: _("返工"),
        Measure.WHOLE: _("整个环节"),
    }[measure]


def value_labels() -> dict[str, str]:
    return {"middle": _("中位数"), "mean": _("平均"), "most": _("九成以内")}


def table_rows(figures: FlowFigures, words: Words, address: Mapping[str, str]) -> list[StepRow]:
    """Return the steps in the order of the drawing, then those that only other versions have."""
    places = words.drawn.process.places
    steps = sorted(figures.steps.values(), key=lambda one: (places.get(one.activity_id, len(places)), one.activity_id))
    return [_row(one, words, address) for one in steps]


def table_header() -> list[str]:
    spans = []
    for measure in map(measure_label, Measure):
        spans.append(_("%(measure)s：次数", measure=measure))
        spans += [
            _("%(measure)s：%(value)s（工作小时）", measure=measure, value=one) for one in value_labels().values()
        ]
    counts = [
        _("事项数"),
        _("轮次"),
        _("多轮事项数"),
        _("最多轮次"),
        _("办理次数"),
        _("其中有开始记录"),
        _("在办"),
        _("被收回"),
    ]
    return [_("环节"), _("环节标识"), *counts, _("自动略过"), *spans]


def drawn_data(figures: FlowFigures, words: Words, address: Mapping[str, str]) -> dict[str, object]:
    """Return what the drawing is made of, with every text, so that it says the same as the table."""
    return {
        "steps": {
            row.figures.activity_id: {
                "name": row.name,
                "cases": _("%(count)s 件", count=row.figures.cases),
                "rounds": row.figures.rounds,
                "measures": {cell.measure: _drawn_measure(cell) for cell in row.measures if cell.spread},
            }
            for row in table_rows(figures, words, address)
            if row.is_drawn
        },
        "flows": {
            one.id: {"times": figures.passed.get(one.id, 0), "url": _behind(address, path=one.id)}
            for one in words.drawn.process.flows
        },
        "sent": [
            {
                "source": one.source,
                "target": one.target,
                "mode": one.mode,
                "times": one.times,
                "text": sent_text(one, words),
                "url": sent_url(one, address),
            }
            for one in figures.sent
        ],
        "labels": {measure: measure_label(measure) for measure in Measure},
    }


def sent_text(one: SentCount, words: Words) -> str:
    ends = {"source": words.step(one.source), "target": words.step(one.target), "times": one.times}
    return (
        _("%(source)s 退回 %(target)s：%(times)s 次", **ends)
        if one.mode == SEND_BACK
        else _("%(source)s 跳转 %(target)s：%(times)s 次", **ends)
    )


def sent_url(one: SentCount, address: Mapping[str, str]) -> str:
    return _behind(address, **{"from": one.source or "", "to": one.target})


def _row(step: StepFigures, words: Words, address: Mapping[str, str]) -> StepRow:
    name = words.step(step.activity_id)
    measures = tuple(_cell(step, measure, words, address) for measure in Measure)
    counts = (step.cases, step.rounds, step.cases_again, step.most_rounds, step.items, step.begun)
    cells: list[Cell] = [name, step.activity_id, *counts, step.running, step.taken_away, step.skipped]
    for one in measures:
        cells += [one.spread.count, *_hours(one.spread)] if one.spread else [0, None, None, None]
    return StepRow(
        figures=step,
        name=name,
        is_drawn=words.is_drawn(step.activity_id),
        url=_behind(address, step=step.activity_id),
        measures=measures,
        cells=cells,
    )


def _cell(step: StepFigures, measure: Measure, words: Words, address: Mapping[str, str]) -> MeasureCell:
    spread = step.spread(measure)
    texts = {value: words.span(getattr(spread, value)) for value in VALUES} if spread else {}
    return MeasureCell(measure, spread, texts, _behind(address, step=step.activity_id, measure=measure))


def _drawn_measure(cell: MeasureCell) -> dict[str, object]:
    assert cell.spread is not None
    return {
        "count": cell.spread.count,
        "url": cell.url,
        "values": {
            value: {"seconds": getattr(cell.spread, value).total_seconds(), "text": cell.texts[value]}
            for value in VALUES
        },
    }


def _hours(spread: Spread) -> list[float]:
    return [round(getattr(spread, value) / HOUR, 2) for value in VALUES]


def _behind(address: Mapping[str, str], **asked: str) -> str:
    return url_for("audit.heat_cases", **{**address, **asked}) if address else ""
