"""Joins settings, database and office: the one place where parts are put together, for web, API and command line."""

from dataclasses import dataclass

from sqlalchemy import Engine as Pool

from app.settings import Settings
from engine.api import Engine
from engine.persistence.database import connect
from workflows.attachments.store import AttachmentStore
from workflows.catalogue import step_rules, vocabulary
from workflows.document_approval.settings import DocumentSettings, IssuingCode
from workflows.forms.catalogue import Forms
from workflows.office import Office, OfficeSettings
from workflows.order_check import Order
from workflows.search.index import Indexer

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class House:
    """An installation: its settings, its pool of database connections, its office, and what keeps it searchable."""

    settings: Settings
    pool: Pool
    office: Office
    indexer: Indexer


def build(settings: Settings) -> House:
    """Put an installation together; the database need not exist yet."""
    documents = DocumentSettings(
        issuing_codes=tuple(IssuingCode(one.code, one.signatory) for one in settings.document_approval.issuing_codes),
        office_unit=settings.document_approval.office_unit,
        request_phrases=settings.document_approval.request_phrases,
    )
    engine, forms = Engine(vocabulary(documents), clock_adjustable=settings.clock.adjustable), Forms()
    indexer = Indexer(engine, forms)
    office = Office(
        engine=engine,
        store=AttachmentStore(settings.storage.data_dir / "attachments"),
        step_rules=step_rules(documents),
        settings=OfficeSettings(
            title_characters=settings.office.title_characters,
            opinion_characters=settings.office.opinion_characters,
            attachment_bytes=settings.office.attachment_megabytes * MEGABYTE,
            near_due_hours=settings.office.near_due_hours,
            urge_hours=settings.office.urge_hours,
            documents=documents,
            orders=tuple(Order(frozenset(one.before), one.after, one.reason) for one in settings.check.order),
        ),
        forms=forms,
        followers=(indexer.follow,),
    )
    settings.storage.data_dir.mkdir(parents=True, exist_ok=True)
    return House(settings, connect(settings.storage.database_url), office, indexer)
