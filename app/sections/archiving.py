"""What the page of a case shows of the archive: its 档号, and where it lies."""

from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from app.sections.shape import Section
from engine.model import ProcessInstance
from workflows.archiving.catalogue import find_filed
from workflows.boxes import titles_of_cases
from workflows.duties import ARCHIVE_READERS
from workflows.organisation.values import Person


def filed(connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime) -> Section | None:
    """Show where a case lies once it is part of a 件; what else is in that is named to those who may see it."""
    found = find_filed(connection, case.id)
    if found is None:
        return None
    whole = found.item.instance_id
    titles = titles_of_cases(connection, person, {whole}, now) if whole not in (None, case.id) else {}
    content = {
        "filed": found,
        "case": case,
        "whole": titles.get(whole, ""),
        "reads": bool(person.posts & set(ARCHIVE_READERS)),
    }
    return Section("archive/section.html", content)
