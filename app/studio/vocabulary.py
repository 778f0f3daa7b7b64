"""The names that a drawing may use, as the program of the page offers them: kinds, posts, units, people, services, flows."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Connection

from app.house import House
from app.kinds import kind_label
from app.messages import OPERATIONS
from app.studio.step_templates import shown_templates
from engine.definitions import is_model
from workflows import definitions
from workflows.contract import REFUSING
from workflows.flow_changes.drafts import NAME as FLOW_CHANGE
from workflows.flow_changes.drafts import FlowDraft
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.permissions import ALWAYS_ALLOWED
from workflows.permissions import OPERATIONS as ALLOWED

MOST_PEOPLE = 20
"""People that are offered at once for what somebody types."""
NAMED = re.compile(r'(?:assignee|candidateUsers)="([^"$#{}]+)"|person:([^\s"]+)')
"""Where a model names people by their usernames."""

SERVICE_LABELS: Mapping[str, Any] = {
    "case.link": _("关联来源事项"),
    "countersign.list_opinions": _("汇总会签意见"),
    "number.assign": _("编号"),
    "document.appoint_signatory": _("确定签发人"),
    "document.assign_number": _("编发文字号"),
    "incoming.note_reply": _("登记复文"),
    "meeting.number": _("编会议号"),
    "meeting.note_check": _("记录会前核对"),
    "meeting.issue_minutes": _("印发纪要"),
    "supervision.enter": _("督办立项"),
    "supervision.give_out": _("交办"),
    "supervision.plan_feedback": _("安排反馈时间"),
    "supervision.record_feedback": _("记录反馈"),
    "supervision.watch": _("督办预警"),
    "supervision.apply_for_closing": _("申请办结"),
    "supervision.ask_extension": _("申请延期"),
    "supervision.decide_extension": _("批复延期"),
    "supervision.pause": _("暂停督办"),
    "supervision.resume": _("恢复督办"),
    "supervision.terminate": _("终止督办"),
    "supervision.urge": _("督办催办"),
    "task.enter": _("任务立项"),
    "task.give_out": _("任务交办"),
    "flow.deploy": _("发布流程"),
}
DECISION_LABELS: Mapping[str, Any] = {
    "agree": _("同意"),
    "revise": _("退回修改"),
    "disagree": _("不同意"),
    "submit": _("提交"),
}


def vocabulary(connection: Connection, house: House, draft: FlowDraft) -> dict[str, object]:
    """Return everything a drawing of this flow may name; of people, those that it names already.

    Args:
        connection: For reading.
        house: The house.
        draft: What is drawn.
    """
    words = house.office.engine.vocabulary
    return {
        "templates": shown_templates(),
        "kinds": _pairs((kind, kind_label(kind)) for kind in sorted(words.kinds)),
        "person_only": sorted(words.person_only),
        "never_skipped": {name or "": sorted(words.never_skipped(name)) for name in words.judged},
        "posts": _pairs((post.code, post.name) for post in queries.list_posts(connection) if post.code in words.posts),
        "units": _pairs((unit.code, unit.name) for unit in queries.list_units(connection)),
        "people": _pairs(queries.names_of(connection, _named_in(draft)).items()),
        "services": _pairs(
            (name, str(SERVICE_LABELS.get(name, name))) for name in sorted({*words.services, *words.slow_services})
        ),
        "slow_services": sorted(words.slow_services),
        "flows": _pairs(
            (one.key, one.name)
            for one in definitions.list_newest(connection)
            if one.key not in (draft.key, FLOW_CHANGE)
        ),
        "operations": _pairs((name, str(OPERATIONS[name])) for name in ALLOWED if name not in ALWAYS_ALLOWED),
        "decisions": _pairs((name, str(label)) for name, label in DECISION_LABELS.items()),
        "refusing": sorted(REFUSING),
    }


def found_people(connection: Connection, q: str) -> list[dict[str, str]]:
    """Return the people whose names hold what somebody types."""
    return _pairs((one.username, _with_unit(one)) for one in queries.list_people(connection, q)[:MOST_PEOPLE])


def _with_unit(person: Person) -> str:
    return f"{person.name}（{'、'.join(person.unit_names)}）" if person.unit_names else person.name


def _named_in(draft: FlowDraft) -> set[str]:
    models = (content.decode() for name, content in draft.files.items() if is_model(name))
    found = (match[1] or match[2] for text in models for match in NAMED.finditer(text))
    return {name.strip() for several in found for name in several.split(",")}


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in pairs]
