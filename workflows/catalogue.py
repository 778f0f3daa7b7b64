"""The tables that join the engine and the businesses: kinds of step, posts, services, records. Read top to bottom."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from engine.delegates import Service, Vocabulary
from workflows.comments.records import COMMENTS
from workflows.contract import DEFAULT_BUSINESS, REFUSING, Business
from workflows.document_approval.business import document_approval
from workflows.document_approval.settings import DocumentSettings
from workflows.forms.check import fields_of_forms
from workflows.links.delegates import link
from workflows.links.records import LINKS
from workflows.numbering.delegates import WRITTEN, assign
from workflows.numbering.records import NUMBERS
from workflows.numbering.settings import NumberSettings
from workflows.organisation.directory import FUNCTIONS, directory
from workflows.organisation.posts import POSTS
from workflows.record_tables import RecordTable
from workflows.reminders import REMINDERS
from workflows.responsible_units import RESPONSIBLE_UNITS
from workflows.supervision.business import supervision, task_assignment
from workflows.supervision.days import CountDays, every_day
from workflows.supervision.settings import SupervisionSettings

KINDS = frozenset(
    """draft review edit countersign reconcile sign_and_issue verify register typeset proofread print seal dispatch receive
    preliminary_review propose instruct allocate handle circulate report sign_off reply approve vote close archive""".split()
)
PERSON_ONLY = frozenset({"sign_and_issue", "instruct", "approve", "vote", "countersign"})
"""Kinds of step that nothing but a person may decide: no timeout, empty assignee, same-person or batch rule."""

SHOWN_COLUMNS = {"title": ("title",), "urgency": ("urgency",), "number": ("document_number", "number")}
"""Which variables a case's title, urgency and number are taken from: the first that says something."""


OFFICE_RECORDS = (COMMENTS, LINKS, NUMBERS, REMINDERS, RESPONSIBLE_UNITS)
"""Records that belong to no business."""


def businesses(
    documents: DocumentSettings, numbers: NumberSettings, supervised: SupervisionSettings, days: CountDays = every_day
) -> Mapping[str, Business]:
    """Return the businesses of an office, by the name that flows give them; ``days`` counts its working days."""
    return {
        DEFAULT_BUSINESS: document_approval(documents, numbers),
        "supervision": supervision(supervised, days),
        "task_assignment": task_assignment(),
    }


def office_services(numbers: NumberSettings) -> Mapping[str, Service]:
    """Return the services that belong to no business."""
    return {"case.link": link, "number.assign": partial(assign, settings=numbers)}


def record_tables(known: Mapping[str, Business]) -> tuple[RecordTable, ...]:
    """Return the tables of all records that the house keeps."""
    return (*OFFICE_RECORDS, *(table for one in known.values() for table in one.records))


def vocabulary(known: Mapping[str, Business], numbers: NumberSettings, remind_hours: int) -> Vocabulary:
    """Return what the engine is handed.

    Args:
        known: The businesses of the office.
        numbers: How the office writes its numbers.
        remind_hours: Hours after which somebody is told again that a step is overdue.
    """
    judged: dict[str | None, frozenset[str]] = {name: frozenset(one.judges) for name, one in known.items()}
    return Vocabulary(
        posts=POSTS,
        kinds=KINDS,
        person_only=PERSON_ONLY,
        services={
            **office_services(numbers),
            **{name: service for one in known.values() for name, service in one.services.items()},
        },
        directory=directory,
        directory_functions=frozenset(FUNCTIONS),
        records={table.name: table.apply for table in record_tables(known)},
        administrators="process_administrator",
        columns=SHOWN_COLUMNS,
        fields=fields_of_forms,
        written=frozenset(name for one in known.values() for name in one.written) | WRITTEN,
        refusing=REFUSING,
        judged={**judged, None: judged[DEFAULT_BUSINESS]},
        remind_every=timedelta(hours=remind_hours),
    )
