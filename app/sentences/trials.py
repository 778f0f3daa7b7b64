"""What people read of walking through the draft of a flow, and of trying it on past cases."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "WalkUnreadable": _("页面带回的试走记录无法读取，请重新开始试走。"),
    "WalkTooLong": _("一次试走最多 %(most)s 步，请重新开始，或者退回几步再走。"),
    "WalkStepGone": _("“%(step)s”此时没有打开，请看当前环节。"),
    "WalkClockRefused": _("试走的时钟只能往后拨，一次不超过十年。"),
    "WalkTimersEndless": _("到这一时刻要触发的时限和定时超过 %(most)s 次，没有拨动，请拨近一些，或者检查循环定时。"),
}

STUCK_REASONS: Mapping[str, Any] = {
    "waits": _("还要等待的消息、信号或条件，历史中从未发生"),
    "refuses_only": _("这一环节只有退回或不同意一类的出口，没有可以通过的决定"),
    "goes_on": _("走了太多步还没有办结，可能是循环没有出口"),
    "unfitting": _("历史中的输入用在草稿上不能执行"),
}
