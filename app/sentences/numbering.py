"""What people read of numbers."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "SeriesStarted": _("%(code)s〔%(year)s〕已经在系统中编过号，不能再设起始号。"),
    "OpeningRefused": _("起始号应为 0 至 99999 之间的整数。"),
    "UnknownSeries": _("流程图要求编制“%(code)s”的号，但没有登记这个编号序列，请联系流程管理员。"),
}
