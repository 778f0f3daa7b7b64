"""What a person is told after an act: where the case went."""

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.model import Advanced, InstanceState
from workflows.organisation import queries

MOST_NAMES = 6


def outcome(connection: Connection, advanced: Advanced) -> str:
    """Return a sentence about what a command left behind: the next steps and their people, the end, or an incident."""
    if advanced.incidents:
        return _("已提交。后面的自动环节没有完成，需由办公室主任或流程管理员处理后继续。")
    if advanced.state is InstanceState.COMPLETED:
        return _("已提交，本事项办结。")
    if not advanced.opened:
        return _("已提交，等待其他人办理。")
    return _("已提交，转到：%(steps)s。", steps=next_steps(connection, advanced))


def next_steps(connection: Connection, advanced: Advanced) -> str:
    """Return the steps that a command opened, with their people."""
    steps: dict[str, list[str]] = {}
    for item in advanced.opened:
        steps.setdefault(item.name, []).extend([item.assignee] if item.assignee else item.candidates)
    names = queries.names_of(connection, {username for people in steps.values() for username in people})
    return "；".join(_step(name, [names[username] for username in people]) for name, people in steps.items())


def _step(name: str, people: list[str]) -> str:
    listed = "、".join(dict.fromkeys(people[:MOST_NAMES]))
    if len(people) > MOST_NAMES:
        return _("%(step)s（%(people)s等 %(count)s 人）", step=name, people=listed, count=len(people))
    return _("%(step)s（%(people)s）", step=name, people=listed)
