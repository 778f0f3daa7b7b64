"""The meeting rooms of the demonstration office."""

from datetime import datetime

from sqlalchemy import Connection

from engine.model import Actor, RecordChange
from workflows.office import Office
from workflows.recording import record_in_ledger
from workflows.rooms.keeping import list_rooms, room_values
from workflows.rooms.records import LEDGER, ROOM
from workflows.rooms.values import RoomFields

ROOMS = (
    RoomFields("1208", 20, ("投影", "视频会议", "录音"), "08:00", "20:00"),
    RoomFields("1206", 12, ("显示屏",), "08:00", "20:00"),
    RoomFields("1501报告厅", 120, ("投影", "音响", "视频会议"), "08:00", "18:00"),
)


def load(connection: Connection, office: Office, actor: Actor, now: datetime) -> None:
    """Give the office its rooms, unless it has some."""
    if not list_rooms(connection, include_disabled=True):
        rooms = [
            RecordChange(ROOM, str(number), {"number": number, **room_values(fields)})
            for number, fields in enumerate(ROOMS, start=1)
        ]
        record_in_ledger(connection, office, LEDGER, rooms, actor, now)
