"""The tables that join the engine and the businesses: kinds of step, posts, services, records. Read top to bottom."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from engine.delegates import Service, Vocabulary
from workflows.archiving.records import RECORDS as ARCHIVE
from workflows.calendar.calendars import Calendars
from workflows.calendar.values import SHANGHAI
from workflows.case_keepers import CASE_KEEPERS
from workflows.clearings import CLEARINGS
from workflows.comments.records import COMMENTS
from workflows.consultation import delegates as consultation
from workflows.contract import DEFAULT_BUSINESS, GENERAL_BUSINESS, REFUSING, Business
from workflows.document_approval.business import document_approval
from workflows.document_approval.settings import DocumentSettings
from workflows.flow_changes import business as flow_changes
from workflows.flow_changes.drafts import NAME as FLOW_CHANGE
from workflows.flow_changes.rules import Publishing
from workflows.forms.check import fields_of_forms
from workflows.incoming_document.business import BUSINESS as INCOMING
from workflows.incoming_document.business import incoming_document
from workflows.incoming_document.settings import IncomingSettings
from workflows.internal_submission import business as submissions
from workflows.links.carrying import SOURCE_CASE, SOURCE_FLOW
from workflows.links.delegates import link
from workflows.links.records import LINKS
from workflows.meeting_arrangement.business import agenda_item, meeting_arrangement, record_reading
from workflows.meeting_arrangement.settings import MeetingSettings
from workflows.numbering.delegates import WRITTEN, assign
from workflows.numbering.records import NUMBERS
from workflows.numbering.settings import NumberSettings
from workflows.organisation.directory import FUNCTIONS, directory
from workflows.organisation.posts import POSTS
from workflows.record_tables import RecordTable
from workflows.reminders import REMINDERS
from workflows.responsible_units import RESPONSIBLE_UNITS
from workflows.rooms.records import BOOKINGS, ROOMS
from workflows.samples.records import SAMPLE_CASES, SAMPLES
from workflows.seal_use import business as seals
from workflows.seals.records import SEAL_USES
from workflows.supervision.business import supervision, task_assignment
from workflows.supervision.days import CountDays, every_day
from workflows.supervision.settings import SupervisionSettings

KINDS = frozenset(
    """draft review edit countersign reconcile sign_and_issue verify register typeset proofread print seal dispatch receive
    preliminary_review propose instruct allocate handle circulate report sign_off reply approve vote close archive arrange
    set_agenda convene answer grant_leave check_in deliberate""".split()
)
PERSON_ONLY = frozenset({"sign_and_issue", "instruct", "approve", "vote", "countersign", "grant_leave", "deliberate"})
"""Kinds of step that nothing but a person may decide: no timeout, empty assignee, same-person or batch rule."""

SHOWN_COLUMNS = {
    "title": ("title",),
    "urgency": ("urgency",),
    "number": ("document_number", "meeting_number", "number"),
}
"""Which variables a case's title, urgency and number are taken from: the first that says something."""


OFFICE_RECORDS = (
    CASE_KEEPERS,
    CLEARINGS,
    COMMENTS,
    LINKS,
    NUMBERS,
    REMINDERS,
    RESPONSIBLE_UNITS,
    ROOMS,
    BOOKINGS,
    SAMPLES,
    SAMPLE_CASES,
    SEAL_USES,
    *ARCHIVE,
)
"""Records that belong to no business."""


def businesses(
    documents: DocumentSettings,
    numbers: NumberSettings,
    meetings: MeetingSettings,
    incoming: IncomingSettings,
    supervised: SupervisionSettings,
    publishing: Publishing,
    days: CountDays = every_day,
) -> Mapping[str, Business]:
    """Return the businesses of an office, by the name that flows give them.

    Args:
        documents: What the office decides about its documents, as the others below.
        numbers: Its numbers.
        meetings: Its meetings.
        incoming: What comes in.
        supervised: What it supervises.
        publishing: How its flows are checked and deployed.
        days: Counts its working days.
    """
    return {
        DEFAULT_BUSINESS: document_approval(documents, numbers),
        GENERAL_BUSINESS: Business(),
        INCOMING: incoming_document(incoming),
        submissions.NAME: submissions.internal_submission(),
        seals.NAME: seals.seal_use(),
        "agenda_item": agenda_item(meetings),
        "meeting_arrangement": meeting_arrangement(meetings, numbers),
        "meeting_record_reading": record_reading(),
        "supervision": supervision(supervised, days),
        "task_assignment": task_assignment(),
        FLOW_CHANGE: flow_changes.flow_change(publishing),
    }


def office_services(numbers: NumberSettings) -> Mapping[str, Service]:
    """Return the services that belong to no business."""
    return {
        "case.link": link,
        "countersign.list_opinions": consultation.list_opinions,
        "number.assign": partial(assign, settings=numbers),
    }


def record_tables(known: Mapping[str, Business]) -> tuple[RecordTable, ...]:
    """Return the tables of all records that the house keeps."""
    return (*OFFICE_RECORDS, *(table for one in known.values() for table in one.records))


def vocabulary(
    known: Mapping[str, Business],
    numbers: NumberSettings,
    remind_hours: int,
    calendars: Calendars,
) -> Vocabulary:
    """Return what the engine is handed.

    Args:
        known: The businesses of the office.
        numbers: How the office writes its numbers.
        remind_hours: Hours after which somebody is told again that a step is overdue; in working time 24 are a working day.
        calendars: Give the working calendar.
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
        written=frozenset(name for one in known.values() for name in one.written)
        | WRITTEN
        | {SOURCE_CASE, SOURCE_FLOW}
        | consultation.WRITTEN,
        refusing=REFUSING,
        judged={**judged, None: judged[DEFAULT_BUSINESS]},
        remind_every=timedelta(hours=remind_hours),
        calendar=calendars.in_command,
        earlier_calendar=calendars.at,
        zone=SHANGHAI,
    )
