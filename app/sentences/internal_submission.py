"""What people read of 签报."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "ResultMissing": _("请填写办理结果后再反馈。"),
}
