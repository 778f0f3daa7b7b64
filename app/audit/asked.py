"""What the pages of the auditor's room are asked for by their address: days, flows, units."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from engine.persistence import definitions
from workflows.calendar.working_time import beginning_of, day_of
from workflows.organisation import queries

USUAL_DAYS = 30


def asked_day(text: str, otherwise: date) -> str:
    """Return the day that an address asks for, or another where it names none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return otherwise.isoformat()


def asked_days(given: Mapping[str, str], at: datetime) -> tuple[str, str]:
    """Return the first and the last day that are asked for; the last thirty without them."""
    today = day_of(at)
    return asked_day(given.get("since", ""), today - timedelta(days=USUAL_DAYS)), asked_day(
        given.get("until", ""), today
    )


def instants_of(since: str, until: str) -> tuple[datetime, datetime]:
    """Return when the first day begins, and when the last one has ended."""
    return beginning_of(since), beginning_of(until, 1)


def flows_of(connection: Connection) -> dict[str, str]:
    """Return what the flows are called at last, by key."""
    return {one.key: one.name for one in definitions.list_newest(connection)}


def units_of(connection: Connection) -> dict[str, str]:
    """Return what the units are called, by code, disabled ones included."""
    return {one.code: one.name for one in queries.list_units(connection, include_disabled=True)}
