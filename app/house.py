"""Joins settings, database and office: the one place where parts are put together, for web, API and command line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine as Pool

from app.settings import Settings
from engine.api import Engine
from engine.persistence.database import connect
from workflows.attachments.store import AttachmentStore
from workflows.catalogue import businesses, vocabulary
from workflows.document_approval.settings import DocumentSettings, IssuingCode
from workflows.forms.catalogue import Forms
from workflows.notices.follower import write_notices
from workflows.notices.kinds import Channel
from workflows.notices.settings import NoticeSettings
from workflows.numbering.settings import NumberSettings
from workflows.office import Office, OfficeSettings
from workflows.order_check import Order
from workflows.search.index import Indexer
from workflows.supervision.days import CountDays, every_day
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
    supervision: SupervisionSettings
    days: CountDays = every_day


def build(settings: Settings) -> House:
    """Put an installation together; the database need not exist yet."""
    documents = DocumentSettings(
        issuing_codes=tuple(IssuingCode(one.code, one.signatory) for one in settings.document_approval.issuing_codes),
        office_unit=settings.document_approval.office_unit,
        request_phrases=settings.document_approval.request_phrases,
    )
    numbers = NumberSettings({one.code: one.pattern for one in settings.numbering.series})
    supervised = SupervisionSettings(
        office_unit=settings.document_approval.office_unit,
        limits={one.source: one.days for one in settings.supervision.limits},
        near_due_days=settings.supervision.near_due_days,
        feedback_notice_days=settings.supervision.feedback_notice_days,
        report_after_days=settings.supervision.report_after_days,
        report_again_days=settings.supervision.report_again_days,
        urgings_before_report=settings.supervision.urgings_before_report,
        morning=settings.supervision.morning,
    )
    known = businesses(documents, numbers, supervised, every_day)
    words = vocabulary(known, numbers, settings.office.remind_hours)
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
            near_due_hours=settings.office.near_due_hours,
            urge_hours=settings.office.urge_hours,
            undo_seconds=settings.office.undo_seconds,
            orders=tuple(Order(frozenset(one.before), one.after, one.reason) for one in settings.check.order),
        ),
        forms=forms,
        followers=(indexer.follow, partial(write_notices, settings=notices)),
    )
    settings.storage.data_dir.mkdir(parents=True, exist_ok=True)
    return House(
        settings, connect(settings.storage.database_url), office, indexer, notices, documents, numbers, supervised
    )


def _channels(settings: Settings) -> Iterator[Channel]:
    """Yield the ways outside that an installation has."""
    if settings.mail.host:
        yield Channel.MAIL
    if settings.robot.format:
        yield Channel.ROBOT
