from datetime import date

from flask import Blueprint, request
from sqlalchemy import Connection

from app.current import current_house, now
from workflows.supervision.lamps import LampDays, lamp_days
from workflows.worklist import SHANGHAI

supervision = Blueprint("supervision", __name__, url_prefix="/supervision")


def today(connection: Connection) -> date:
    """Return the day in Asia/Shanghai by the installation's clock."""
    return now(connection).astimezone(SHANGHAI).date()


def days_of_lamps(connection: Connection) -> LampDays:
    """Return the days that part the lamps today."""
    house = current_house()
    return lamp_days(today(connection), house.office.calendars.current(connection), house.supervision.near_due_days)


def entered_day(name: str) -> date | None:
    """Return the day that a field of the request's form says, or None where it says none."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
