"""What people read of cases that are moved to another version of their flow."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "NothingToMigrate": _("请先选择要迁移的事项。"),
    "TooManyToMigrate": _("一次最多迁移 %(limit)s 件，请分几次进行。"),
}
