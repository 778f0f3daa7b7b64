"""Hands what history has newly told to those who follow it: search, notices. Whoever ticks calls it; it holds no state.

A case's row says how far it was followed, so what follows is done in a transaction of its own after the commit that it follows,
never in that commit, and once: whoever dies leaves the rest to the next tick.
"""

import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from engine.jobs import Transact
from engine.model import HistoryEvent
from engine.persistence import history, instances
from engine.persistence.instances import Unfollowed

Follower = Callable[[Connection, str, Sequence[HistoryEvent]], None]
"""Takes a case's id and the events that were told since it was called last, in order; writes in the transaction it is given."""
log = logging.getLogger(__name__)


def follow(transact: Transact, read: Transact, followers: Sequence[Follower], most: int = 100) -> int:
    """Follow the cases that have news, those that waited longest first, in one transaction.

    Args:
        transact: Opens a transaction and commits it.
        read: Opens a transaction that only reads; where nothing is new, nothing else is opened.
        followers: Who is told; all or none of them take what a case has to tell.
        most: How many cases at the most.

    Returns:
        How many cases were followed.
    """
    with read() as connection:
        if not followers or instances.find_unfollowed(connection) is None:
            return 0
    done, tried = 0, set[str]()
    with transact() as connection:
        while len(tried) < most and (case := instances.lock_unfollowed(connection, tried)) is not None:
            tried.add(case.id)
            done += _follow(connection, followers, case)
    return done


def _follow(connection: Connection, followers: Sequence[Follower], case: Unfollowed) -> bool:
    try:
        with connection.begin_nested():
            events = [one.event for one in history.list_events(connection, case.id, case.followed_seq)]
            for follower in followers:
                follower(connection, case.id, events)
            instances.set_followed(connection, case.id, events[-1].seq)
    except (
        Exception
    ):  # whatever one case does to a follower, the others are followed; it is tried again at the next tick
        log.exception("%s could not be followed", case.id)
        return False
    return True
