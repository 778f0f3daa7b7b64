"""The office as one thing that can be handed around: its engine, rules, forms, files and settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.api import Engine
from engine.following import Follower
from workflows.attachments.store import AttachmentStore
from workflows.contract import Business
from workflows.forms.catalogue import Forms
from workflows.order_check import Order


@dataclass(frozen=True)
class OfficeSettings:
    """What an office decides for itself; every value comes from ``config.toml``."""

    title_characters: int
    opinion_characters: int
    comment_characters: int
    attachment_bytes: int
    near_due_hours: int
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
    forms: Forms = field(default_factory=Forms)
    followers: tuple[Follower, ...] = ()
