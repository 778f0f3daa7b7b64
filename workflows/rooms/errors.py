"""What is refused about rooms and bookings."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Conflict, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class RoomNotFound(NotFound):
    """There is no such room."""

    room_id: str


@dataclass(eq=False)
class BookingNotFound(NotFound):
    """There is no such booking."""

    booking_id: str


@dataclass(eq=False)
class RoomRefused(InvalidSubmission):
    """What is said of a room is not acceptable.

    ``reason`` is one of ``name``, ``name_taken``, ``capacity``, ``equipment``, ``hours``.
    """

    field: str
    reason: str


@dataclass(eq=False)
class RoomClosed(InvalidSubmission):
    """The room is no longer in use."""

    room: str
    field: str = "room"


@dataclass(eq=False)
class BookingRefused(InvalidSubmission):
    """A room cannot be booked so.

    ``reason`` is one of ``time``, ``order``, ``past``, ``two_days``, ``purpose``, ``people``.
    """

    field: str
    reason: str


@dataclass(eq=False)
class OutsideOpeningHours(InvalidSubmission):
    """The room is not open then."""

    room: str
    opens: str
    closes: str
    field: str = "starts_at"


@dataclass(eq=False)
class RoomTooSmall(InvalidSubmission):
    """More people come than the room holds."""

    room: str
    capacity: int
    field: str = "people"


@dataclass(eq=False)
class RoomTaken(Conflict):
    """Somebody has booked the room for a part of that time."""

    room: str
    starts_at: datetime
    ends_at: datetime
    purpose: str
    by: str


@dataclass(eq=False)
class BookingOver(Conflict):
    """The booking was cancelled, or its time has passed."""

    booking_id: str


@dataclass(eq=False)
class NotYourBooking(NotPermitted):
    """Only who has booked, and those who look after the rooms, cancel a booking."""

    booking_id: str


@dataclass(eq=False)
class NoRoomForAdministrators(NotPermitted):
    """Whoever only administers the system, its security or its audit has no part in the office's business."""
