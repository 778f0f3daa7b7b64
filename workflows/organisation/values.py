"""What the office knows of its units, posts and people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.model import Value

Record = Callable[[str, Mapping[str, Value]], None]
"""Tells the ledger of the organisation an event: its kind and its data. It never receives a password."""


LEDGER = "office:organisation"
"""The ledger that tells of every change of units, posts and people."""


@dataclass(frozen=True)
class Unit:
    """A unit of the organisation; ``head`` and ``leader`` (分管领导) are usernames."""

    code: str
    name: str
    parent: str | None
    head: str | None
    leader: str | None
    disabled: bool


@dataclass(frozen=True)
class Post:
    """A post that people hold in units; a disabled one is not given to anybody anew."""

    code: str
    name: str
    disabled: bool


@dataclass(frozen=True)
class Holding:
    """One post that a person holds in one unit."""

    unit: str
    unit_name: str
    post: str


@dataclass(frozen=True)
class Person:
    """A person with all posts they hold; the first holding's unit is the one they act for unless they choose."""

    username: str
    name: str
    title: str
    holdings: tuple[Holding, ...]
    disabled: bool

    @property
    def posts(self) -> frozenset[str]:
        """The codes of all posts held."""
        return frozenset(holding.post for holding in self.holdings)

    @property
    def unit(self) -> str:
        """The code of the unit the person belongs to first, or an empty text."""
        return self.holdings[0].unit if self.holdings else ""

    @property
    def unit_names(self) -> tuple[str, ...]:
        """The names of the units the person holds posts in, each once."""
        return tuple(dict.fromkeys(holding.unit_name for holding in self.holdings))
