"""Which notices are news: the one condition for pages, counts and what goes outside."""

from sqlalchemy import and_, or_

from workflows.notices.records import notice
from workflows.substitutions.queries import stands_in

UNREAD = and_(
    notice.c.read_at.is_(None),
    notice.c.moot_at.is_(None),
    or_(notice.c.on_behalf_of.is_(None), stands_in(notice.c.on_behalf_of, notice.c.person)),
)
"""The condition under which a notice is news, at the instant ``now``: for a substitute, no longer than they stand in."""
