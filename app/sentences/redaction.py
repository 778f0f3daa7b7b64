"""What people read of contents that are to go, or went (清除内容)."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from engine.canonical import CLEARED

SENTENCES: Mapping[str, Any] = {
    "PlaceNotFound": _("请选择要清除的内容；所选的内容已经不在。"),
    "ClearingNotFound": _("没有这个清除申请。"),
    "ClearingDecided": _("%(decided_by)s 已经决定了这个申请。"),
    "ClearingAsked": _("%(asked_by)s 已提出清除这项内容，还没有决定。"),
    "OwnClearing": _("您提出的清除须由另一人批准。"),
    "ReaderCannotClear": _("审计岗位不能提出或批准清除内容。"),
    "ReasonTellsContent": _("理由中写出了要清除的内容，请改用不涉及内容的说法。"),
    "ClearingRefused": _("没有清除：%(chain)s 第 %(seq)s 条记录验证不通过，或清除后不能重新执行。"),
    "AttachmentCleared": _("附件内容已清除。"),
    "FileWasCleared": _("这个文件的内容曾被清除，不能再次上传。"),
}
ACTS: Mapping[str, Any] = {
    "content_redacted": _("%(actor)s 批准清除内容"),
    "case:recorded clearing.asked": _("%(actor)s 提出清除内容"),
    "case:recorded clearing.refused": _("%(actor)s 未同意清除内容"),
}
TABLES: Mapping[str, Any] = {
    "agenda_item": _("议题"),
    "archive_item": _("归档目录"),
    "archive_part": _("归档件内材料"),
    "attachment": _("附件"),
    "case_link": _("事项关联"),
    "clearing": _("清除申请"),
    "comment": _("评论"),
    "document": _("公文登记"),
    "given_number": _("编号登记"),
    "idempotency_key": _("重复提交的应答"),
    "incident": _("异常"),
    "job": _("待执行的作业"),
    "meeting": _("会议登记"),
    "notice": _("通知"),
    "outside_message": _("站外消息"),
    "phrase": _("常用语"),
    "work_item": _("意见"),
    "work_item_draft": _("草稿"),
}


MEDIA: Mapping[str, Any] = {
    "application/pdf": "PDF",
    "application/ofd": "OFD",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "image/png": _("图片"),
    "image/jpeg": _("图片"),
    "image/gif": _("图片"),
    "text/plain": _("文本"),
}


def media_label(media_type: str | None) -> str:
    """Return what people call a kind of file."""
    return str(MEDIA.get(media_type or "", _("文件")))


def was_cleared(name: str) -> bool:
    """Tell whether what stands in the place of a name says that its file was cleared."""
    return name.startswith(CLEARED)


def table_label(table: str) -> str:
    """Return what people call what a table holds; the rarer ones by their own name."""
    return str(TABLES.get(table, table))
