"""What an office decides about notices."""

from dataclasses import dataclass
from datetime import time, timedelta

from workflows.notices.kinds import Channel


@dataclass(frozen=True)
class NoticeSettings:
    """How notices are given.

    ``undo`` is how long a step can be taken back, and so how long nothing goes outside; ``bare_words`` are opinions that
    instruct nobody; ``channels`` are the ways outside that the installation has; a message that could not be sent is
    tried again after ``first_pause``, then after twice as long each time, ``most_attempts`` times in all.
    """

    undo: timedelta
    daily_at: time
    bare_words: frozenset[str]
    channels: frozenset[Channel]
    most_attempts: int
    first_pause: timedelta
