"""One section of a page, and what makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from engine.model import ProcessInstance
from workflows.organisation.values import Person


@dataclass(frozen=True)
class Section:
    """A template that draws a card, and what it is given under the name ``section``; ``first`` stands above the form."""

    template: str
    content: Mapping[str, object] = field(default_factory=dict)
    first: bool = False


MakeSection = Callable[[Connection, House, Person, ProcessInstance, datetime], Section | None]
"""Make the section of a case for a reader who may see the case; None where there is nothing to show."""
