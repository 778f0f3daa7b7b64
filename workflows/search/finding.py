"""The condition under which a case is found by a text, for lists that have conditions and an order of their own.

What few cases have is asked of the index, and the list looks at those alone; what many have the list finds soon by looking at its
own rows in order. In both the list's own conditions stand, so that nobody finds a case they may not see; and who sees no more of
it than their own step shows finds it by title and number alone, or they would learn from a guess what others have said in it.
"""

from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, and_, exists, false, or_, true

from engine.persistence.tables import process_instance
from workflows.extent import sees_beyond_steps
from workflows.few import among_few
from workflows.organisation.values import Person
from workflows.search import dialects
from workflows.search.records import case_text
from workflows.search.text import query_of
from workflows.substitutions.queries import Owners
from workflows.visibility import reads_every_case

PEOPLE = 1_000
"""For how many people the condition of what they read stays put together."""
FEW_FOUND = 2_000
"""Cases found that are looked at one by one: they come from the index, faster than rows of a list do."""


def found_by(connection: Connection, sought: str, person: Person, owners: Owners) -> list[ColumnElement[bool]]:
    """Return the conditions on ``process_instance`` under which a case is found.

    Args:
        connection: For reading.
        sought: As it was typed; signs that are neither letter nor digit separate words and are nothing else.
        person: Who looks for it.
        owners: For whom they substitute.

    Returns:
        None where nothing is sought; none is met where nothing can be found.
    """
    if not sought.strip():
        return []
    query = query_of(sought)
    if not query.terms:
        return [false()]
    dialects.plan_for_these_terms(connection)
    rows = case_text.c
    pieces = and_(
        *(or_(rows.head.contains(one), rows.opinions.contains(one)) for one in query.pieces),
        true() if reads_every_case(person) else _readable(person, owners, query.pieces),
    )
    few = among_few(connection, dialects.with_terms(connection.dialect.name, query.terms).where(pieces), FEW_FOUND)
    return [exists().where(rows.instance_id == process_instance.c.id, pieces)] if few is None else few


def _readable(person: Person, owners: Owners, pieces: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that a person reads all of a case, or finds what they seek in what lists show of it anyway."""
    rows = case_text.c
    return or_(
        rows.wide.is_(None),
        and_(*(rows.label.contains(one) for one in pieces)),
        _sees_beyond(person.username) if not owners else _beyond(person.username, owners),
    )


@lru_cache(maxsize=PEOPLE)
def _sees_beyond(username: str) -> ColumnElement[bool]:
    """Return the condition for somebody who stands in for nobody, put together once: that costs more than a search."""
    return _beyond(username, {})


def _beyond(username: str, owners: Owners) -> ColumnElement[bool]:
    return sees_beyond_steps(username, owners, case_text.c.instance_id, case_text.c.wide)
