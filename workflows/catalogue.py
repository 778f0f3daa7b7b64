"""The tables that join the engine and the businesses: kinds of step, posts, services, records. Read top to bottom."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from engine.delegates import Vocabulary
from workflows.calendar.calendars import Calendars
from workflows.calendar.values import SHANGHAI
from workflows.comments.records import COMMENT, apply_comment
from workflows.contract import REFUSING, JudgeStep
from workflows.document_approval import delegates, rules
from workflows.document_approval.records import apply_document
from workflows.document_approval.settings import DocumentSettings
from workflows.forms.check import fields_of_forms
from workflows.organisation.directory import FUNCTIONS, directory
from workflows.organisation.posts import POSTS

KINDS = frozenset(
    """draft review edit countersign reconcile sign_and_issue verify register typeset proofread print seal dispatch receive
    preliminary_review propose instruct allocate handle circulate report reply approve vote close archive""".split()
)
PERSON_ONLY = frozenset({"sign_and_issue", "instruct", "approve", "vote", "countersign"})
"""Kinds of step that nothing but a person may decide: no timeout, empty assignee, same-person or batch rule."""

SHOWN_COLUMNS = {"title": "title", "urgency": "urgency", "number": "document_number"}
"""Which variable a case's title, urgency and number are taken from."""


def step_rules(documents: DocumentSettings) -> Mapping[str, JudgeStep]:
    """Return how each kind of step is judged; a kind that is missing has no rule of its own."""
    return {
        "draft": partial(rules.judge_draft, settings=documents),
        "edit": partial(rules.judge_edit, settings=documents),
        "reconcile": partial(rules.judge_reconcile, settings=documents),
        "sign_and_issue": rules.judge_sign_and_issue,
        "verify": partial(rules.judge_verify, settings=documents),
        "register": partial(rules.judge_register, settings=documents),
        "dispatch": rules.judge_dispatch,
    }


def vocabulary(documents: DocumentSettings, remind_hours: int, calendars: Calendars) -> Vocabulary:
    """Return what the engine is handed.

    Args:
        documents: How the office handles documents.
        remind_hours: Hours after which somebody is told again that a step is overdue.
        calendars: Give the working calendar.
    """
    return Vocabulary(
        posts=POSTS,
        kinds=KINDS,
        person_only=PERSON_ONLY,
        services={
            "document.appoint_signatory": partial(delegates.appoint_signatory, settings=documents),
            "document.assign_number": partial(delegates.assign_number, settings=documents),
        },
        directory=directory,
        directory_functions=frozenset(FUNCTIONS),
        records={rules.DOCUMENT: apply_document, COMMENT: apply_comment},
        administrators="process_administrator",
        columns=SHOWN_COLUMNS,
        fields=fields_of_forms,
        written=rules.WRITTEN | delegates.WRITTEN,
        refusing=REFUSING,
        judged=frozenset(step_rules(documents)),
        remind_every=timedelta(hours=remind_hours),
        calendar=calendars.in_command,
        earlier_calendar=calendars.at,
        zone=SHANGHAI,
    )
