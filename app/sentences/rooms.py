"""What people read of meeting rooms."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "RoomNotFound": _("没有这个会议室。"),
    "BookingNotFound": _("没有这条预订。"),
    "RoomRefused": _("会议室没有保存：%(reason)s。"),
    "RoomClosed": _("会议室“%(room)s”已停用。"),
    "BookingRefused": _("没有预订：%(reason)s。"),
    "OutsideOpeningHours": _("会议室“%(room)s”的开放时间是 %(opens)s—%(closes)s。"),
    "RoomTooSmall": _("会议室“%(room)s”只能容纳 %(capacity)s 人。"),
    "RoomTaken": _("会议室“%(room)s”在 %(period)s 已由%(by)s预订（%(purpose)s），请另选时间或会议室。"),
    "BookingOver": _("这条预订已经取消，或者时间已过。"),
    "NotYourBooking": _("只有预订人和会议室管理人员可以取消。"),
    "NoRoomForAdministrators": _("系统、安全保密、审计管理员没有业务权限，不能预订会议室。"),
}

ROOM_REASONS: Mapping[str, Any] = {
    "name": _("请填写名称，一行，不超过 40 个字符"),
    "name_taken": _("已有同名的会议室"),
    "capacity": _("容纳人数应为 1 至 10000"),
    "equipment": _("设备每项一行，不超过 20 项，每项不超过 20 个字符"),
    "hours": _("开放时间应写作 08:00，并且开始早于结束"),
}

BOOKING_REASONS: Mapping[str, Any] = {
    "time": _("请填写开始和结束时间"),
    "order": _("结束应晚于开始"),
    "past": _("这段时间已经过去"),
    "two_days": _("一次预订不能跨日"),
    "purpose": _("请填写用途，一行，不超过 200 个字符"),
    "people": _("人数应为正整数"),
}
