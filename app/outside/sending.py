"""Sends what is due outside: each message between two transactions, one that takes it up and one that says what became of it."""

import logging
from collections.abc import Callable

from app.house import House
from app.outside.delivery import NotDelivered, PerhapsDelivered
from app.outside.mail import send_mail
from app.outside.robots import send_by_robot
from app.transaction import reading, transaction
from app.wording import gettext as _
from engine.clock import SystemClock
from workflows.notices import outbox
from workflows.notices.kinds import Channel
from workflows.notices.outbox import Outgoing

MOST_AT_ONCE = 20
log = logging.getLogger(__name__)


def send_due(house: House, stopping: Callable[[], bool] = lambda: False, most: int = MOST_AT_ONCE) -> int:
    """Send what is due, as far as the channels work; return how many messages have arrived.

    A channel that fails is left alone for the rest of the round, so that a dead server costs one wait and not a hundred.
    """
    if not house.notices.channels:
        return 0
    with reading(house.pool) as connection:
        if not outbox.is_due(connection, house.office.engine.now(connection)):
            return 0
    arrived, broken = 0, set[Channel]()
    for _round in range(most):
        if stopping():
            break
        with transaction(house.pool) as connection:
            taken = outbox.take_due(connection, house.notices, house.office.engine.now(connection), broken)
        if taken is None:
            break
        if taken.outgoing is not None:
            arrived += _send(house, taken.outgoing, broken)
    return arrived


def what_is_said(house: House, outgoing: Outgoing) -> tuple[str, str]:
    """Return subject and text of a message: numbers and a link, nothing that was written in a case."""
    counted = []
    if outgoing.urgent:
        counted.append(_("%(todo)s 件待办（特急 %(urgent)s 件）", todo=outgoing.todo, urgent=outgoing.urgent))
    elif outgoing.todo:
        counted.append(_("%(todo)s 件待办", todo=outgoing.todo))
    if outgoing.unread:
        counted.append(_("%(unread)s 条未读通知", unread=outgoing.unread))
    what = "、".join(counted) or _("新通知")
    link = house.settings.notices.base_url
    text = _("您有 %(what)s，请登录办结查看。", what=what)
    return _("办结：您有 %(what)s", what=what), f"{text}\n{link}" if link else text


def _send(house: House, outgoing: Outgoing, broken: set[Channel]) -> int:
    subject, text = what_is_said(house, outgoing)
    error = ""
    try:
        if outgoing.channel is Channel.MAIL:
            reference = "notice-" + "-".join(map(str, (outgoing.rows[0], outgoing.rows[-1])))
            send_mail(house.settings.mail, outgoing.address, subject, text, reference, SystemClock().now())
        else:
            send_by_robot(house.settings.robot, outgoing.address, subject, text, SystemClock().now())
        settle = outbox.sent
    except (NotDelivered, PerhapsDelivered) as failure:
        error = str(failure)
        broken.add(outgoing.channel)
        log.warning("a message by %s was not sent: %s", outgoing.channel, error)
        settle = None
        perhaps = isinstance(failure, PerhapsDelivered)
    with transaction(house.pool) as connection:
        now = house.office.engine.now(connection)
        if settle is not None:
            settle(connection, outgoing, now)
        elif perhaps:
            outbox.perhaps_sent(connection, outgoing, error, now)
        else:
            outbox.not_sent(connection, outgoing, error, house.notices, now)
    return int(settle is not None)
