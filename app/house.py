"""Joins settings, database and office: the one place where parts are put together, for web, API and command line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine as Pool

from app.settings import DocumentApprovalSettings, Settings
from engine.api import Engine
from engine.persistence.database import connect
from engine.persistence.history import LEDGER_TOLD
from workflows import definitions
from workflows.archiving.settings import ArchiveSettings, FlowFiling
from workflows.attachments.store import AttachmentStore
from workflows.audit_log.projection import project
from workflows.calendar.calendars import Calendars
from workflows.calendar.moved_limits import write_moved_limits
from workflows.calendar.values import WorkingHours
from workflows.catalogue import businesses, vocabulary
from workflows.document_approval.settings import DocumentSettings, IssuingCode
from workflows.flow_changes.rules import Publishing
from workflows.forms.catalogue import Forms
from workflows.incoming_document.settings import Days, IncomingSettings, Limit
from workflows.meeting_arrangement.quorum import MatterRule
from workflows.meeting_arrangement.settings import Body, MeetingSettings
from workflows.notices.follower import write_notices
from workflows.notices.kinds import Channel
from workflows.notices.settings import NoticeSettings
from workflows.numbering.settings import NumberSettings
from workflows.office import Office, OfficeSettings
from workflows.order_check import Order
from workflows.search.index import Indexer
from workflows.supervision.settings import SupervisionSettings

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class House:
    """An installation: its settings, its pool of database connections, its office, and those who follow its history."""

    settings: Settings
    pool: Pool
    office: Office
    indexer: Indexer
    notices: NoticeSettings
    documents: DocumentSettings
    numbers: NumberSettings
    meetings: MeetingSettings
    incoming: IncomingSettings
    supervision: SupervisionSettings
    archive: ArchiveSettings


def build(settings: Settings) -> House:
    """Put an installation together; the database need not exist yet."""
    documents = document_settings(settings.document_approval)
    numbers = NumberSettings({one.code: one.pattern for one in settings.numbering.series})
    meetings = _meetings(settings)
    calendars = Calendars(WorkingHours(settings.calendar.spans))
    incoming = IncomingSettings(
        series=settings.incoming_document.series,
        limits=tuple(
            Limit(one.urgency, one.handling, one.hours, one.days) for one in settings.incoming_document.limits
        ),
        bare_words=settings.notices.bare_words,
        days=Days(
            after=lambda connection, day, days: calendars.in_command(connection).add(day, days),
            between=lambda connection, first, last: calendars.current(connection).days_between(first, last),
        ),
    )
    supervised = _supervision(settings)
    publishing = Publishing(
        check=lambda connection, files: definitions.check(office, files, connection),
        deploy=lambda connection, files, actor, now: definitions.deploy_as(connection, office, actor, files, now),
    )
    known = businesses(documents, numbers, meetings, incoming, supervised, publishing, calendars.in_command)
    words = vocabulary(known, numbers, settings.office.remind_hours, calendars)
    engine, forms = Engine(words, clock_adjustable=settings.clock.adjustable), Forms()
    indexer = Indexer(engine, forms)
    notices = NoticeSettings(
        undo=timedelta(seconds=settings.office.undo_seconds),
        daily_at=settings.notices.daily_at,
        bare_words=frozenset(settings.notices.bare_words),
        channels=frozenset(_channels(settings)),
        most_attempts=settings.notices.most_attempts,
        first_pause=timedelta(seconds=settings.notices.retry_seconds),
    )
    office = Office(
        engine=engine,
        store=AttachmentStore(settings.storage.data_dir / "attachments"),
        businesses=known,
        settings=OfficeSettings(
            title_characters=settings.office.title_characters,
            opinion_characters=settings.office.opinion_characters,
            comment_characters=settings.office.comment_characters,
            attachment_bytes=settings.office.attachment_megabytes * MEGABYTE,
            near_due_days=settings.calendar.near_due_days,
            urge_hours=settings.office.urge_hours,
            undo_seconds=settings.office.undo_seconds,
            orders=tuple(Order(frozenset(one.before), one.after, one.reason) for one in settings.check.order),
        ),
        calendars=calendars,
        forms=forms,
        followers=(indexer.follow, partial(write_notices, settings=notices), write_moved_limits),
    )
    settings.storage.data_dir.mkdir(parents=True, exist_ok=True)
    pool = connect(settings.storage.database_url)
    pool.update_execution_options(**{LEDGER_TOLD: project})
    return House(
        settings,
        pool,
        office,
        indexer,
        notices,
        documents,
        numbers,
        meetings,
        incoming,
        supervised,
        _archive(settings),
    )


def _archive(settings: Settings) -> ArchiveSettings:
    """Return what the office decides about its archive."""
    given = settings.archive
    return ArchiveSettings(
        fonds=given.fonds,
        category=given.category,
        pattern=given.pattern,
        periods={one.name: one.code for one in given.periods},
        unit=given.unit,
        formats=frozenset(given.formats),
        flows={one.flow: FlowFiling(one.retention, one.reason) for one in given.flows},
    )


def _supervision(settings: Settings) -> SupervisionSettings:
    """Return what the office decides about supervision."""
    given = settings.supervision
    return SupervisionSettings(
        office_unit=settings.document_approval.office_unit,
        limits={one.source: one.days for one in given.limits},
        near_due_days=given.near_due_days,
        feedback_notice_days=given.feedback_notice_days,
        report_after_days=given.report_after_days,
        report_again_days=given.report_again_days,
        urgings_before_report=given.urgings_before_report,
        morning=given.morning,
    )


def _meetings(settings: Settings) -> MeetingSettings:
    """Return what the office decides about its meetings."""
    given = settings.meetings
    bodies = tuple(
        Body(
            name=one.name,
            series=one.series,
            minutes_series=one.minutes_series,
            minutes_title=one.minutes_title or f"{one.name}会议纪要",
            members=one.members,
            presides=one.presides,
            first_topic=one.first_topic,
            rules={
                rule.matter: MatterRule(rule.matter, rule.quorum, rule.passing, rule.secret, rule.recused_counted)
                for rule in one.rules
            },
        )
        for one in given.bodies
    )
    return MeetingSettings(
        bodies=bodies,
        finance_unit=given.finance_unit,
        compliance_post=given.compliance_post,
        first_topic_unit=given.first_topic_unit,
        paper_characters=given.paper_characters,
        report_minutes=given.report_minutes,
        reading_days=given.reading_days,
    )


def document_settings(settings: DocumentApprovalSettings) -> DocumentSettings:
    """Return what an office decides about its documents, as ``config.toml`` says."""
    return DocumentSettings(
        issuing_codes=tuple(IssuingCode(**one.model_dump()) for one in settings.issuing_codes),
        office_unit=settings.office_unit,
        request_phrases=settings.request_phrases,
        superior_organs=settings.superior_organs,
        higher_organs=settings.higher_organs,
        subordinate_words=settings.subordinate_words,
        person_titles=settings.person_titles,
        opinion_phrases=settings.opinion_phrases,
        approval_phrases=settings.approval_phrases,
        planned_types=settings.planned_types,
        default_disclosure=settings.default_disclosure,
        default_retention=settings.default_retention,
    )


def _channels(settings: Settings) -> Iterator[Channel]:
    """Yield the ways outside that an installation has."""
    if settings.mail.host:
        yield Channel.MAIL
    if settings.robot.format:
        yield Channel.ROBOT
