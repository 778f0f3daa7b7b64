"""What people read of how one case hangs on an earlier one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

RELATIONS: Mapping[str, Any] = {
    "follows": _("来源"),
    "issued_from": _("由此转发文"),
    "reply_to": _("答复"),
    "agenda_from": _("由此提出议题"),
    "discussed_at": _("上会议题"),
    "decided_at": _("议定于"),
    "supervises": _("督办"),
    "assigned_from": _("由此交办"),
    "merged_into": _("并入的事项"),
    "arranged_for": _("会务"),
    "minutes_of": _("纪要"),
}


def relation_label(relation: str) -> str:
    """Return what a case is to the one it hangs on, in words."""
    return str(RELATIONS[relation])
