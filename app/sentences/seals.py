"""What people read of seals, and of what this system must not hold."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "SealNotApproved": _("用印没有经过审批，不能用印。"),
    "SealedMoreThanApproved": _("用印份数不能多于批准的份数（%(approved)s 份）。"),
}
