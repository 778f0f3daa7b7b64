"""The office as one thing that can be handed around: its engine, rules, files and limits."""

from dataclasses import dataclass

from engine.api import Engine
from workflows.attachments.store import AttachmentStore
from workflows.forms.catalogue import Forms


@dataclass(frozen=True)
class OfficeSettings:
    """What an office decides for itself; every value comes from ``config.toml``."""

    title_characters: int
    opinion_characters: int
    attachment_bytes: int
    near_due_hours: int


@dataclass(frozen=True)
class Office:
    """What the functions of the office work with; it holds no connection and may be shared by threads."""

    engine: Engine
    store: AttachmentStore
    forms: Forms
    settings: OfficeSettings
