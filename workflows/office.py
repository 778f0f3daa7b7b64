"""The office as one thing that can be handed around: its engine, rules, forms, files and settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.api import Engine
from engine.following import Follower
from workflows.attachments.store import AttachmentStore
from workflows.calendar.calendars import Calendars
from workflows.calendar.working_time import WorkingTime
from workflows.contract import Business, Offer
from workflows.forms.catalogue import Forms
from workflows.order_check import Order


@dataclass(frozen=True)
class OfficeSettings:
    """What an office decides for itself; every value comes from ``config.toml``."""

    title_characters: int
    opinion_characters: int
    comment_characters: int
    attachment_bytes: int
    near_due_days: int
    urge_hours: int
    undo_seconds: int
    orders: tuple[Order, ...] = ()


@dataclass(frozen=True)
class Office:
    """What the functions of the office work with; it holds no connection and may be shared by threads.

    ``businesses`` are found by the name that flows give in the property ``business`` of their process.
    """

    engine: Engine
    store: AttachmentStore
    businesses: Mapping[str, Business]
    settings: OfficeSettings
    calendars: Calendars
    forms: Forms = field(default_factory=Forms)
    followers: tuple[Follower, ...] = ()

    def near_until(self, calendar: WorkingTime, now: datetime) -> datetime:
        """Return until when what is due, and not overdue, counts as nearly due: an aware instant, the end of a day."""
        return calendar.end_of_day(now, self.settings.near_due_days)

    @property
    def offers(self) -> Mapping[str, Offer]:
        """The tables that forms may take options from, by name."""
        return {name: offer for one in self.businesses.values() for name, offer in one.offers.items()}
