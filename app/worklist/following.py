"""What opens after a work item is done: the next one of the list it was opened from, or the list."""

from flask import url_for
from sqlalchemy import Connection

from app.current import current_house, now
from app.security import current_person
from app.worklist import listed
from app.worklist.blueprint import as_part
from engine.persistence import instances, work_items
from workflows import boxes, preferences
from workflows.box_contents import place_of


def following(connection: Connection, work_item_id: str) -> str:
    """Return the address of what opens after a work item, which has been done, in its list; without one, the inbox."""
    came_from = listed.given()
    if came_from is None or came_from.box not in boxes.BOXES_OF_ITEMS:
        return url_for("worklist.index")
    person = current_person()
    found = None
    if preferences.preferences_of(connection, person.username).open_next:
        item = work_items.get_work_item(connection, work_item_id)
        place = place_of(came_from.box, item, instances.get_instance(connection, item.instance_id))
        at = now(connection)
        office = current_house().office
        near_until = office.near_until(office.calendars.current(connection), at)
        found = boxes.find_following(connection, person, came_from.box, came_from.narrowed, at, near_until, place)
    if found is None:
        return url_for("worklist.index", **came_from.query())
    if as_part():
        return url_for("worklist.index", **came_from.query(), item=found)
    return url_for("worklist.item", work_item_id=found, **came_from.query())
