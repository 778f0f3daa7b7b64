"""What people read of changes of flows."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "RequestUnreadable": _("页面发来的内容无法读取，请刷新后再试。"),
    "FlowDraftNotFound": _("这个事项不是流程修改。"),
    "NotTheDrafter": _("流程草稿只能由起草人在“起草修改”环节改动。"),
    "FlowDraftNewer": _("草稿已由%(by)s于 %(at)s 保存过，请刷新后再改；您刚才的改动可先导出 .bpmn 留存。"),
    "FlowFileRefused": _("流程文件没有保存：%(reason)s。"),
    "FlowKeyRefused": _("%(reason)s。"),
    "FieldSettingRefused": _("字段权限“%(name)s”不能设为“%(value)s”。"),
    "ActivityUnknown": _("流程图中没有环节“%(activity_id)s”，可能已被删除，请刷新后再改。"),
    "SeveralFlows": _("每次只上传一个流程：一个 .bpmn 文件、其中一个可执行的流程，连同它引用的 .form 和 .dmn 文件。"),
    "FlowUnchanged": _("流程还没有任何改动，请先在流程工作室中修改。"),
    "FlowNotDeployable": _("流程检查有 %(errors)s 处错误，请在流程工作室中改正后再送批准。"),
    "FlowChangedMeanwhile": _(
        "流程已由他人发布第 %(version)s 版，本修改依据的是第 %(base_version)s 版，请先核对合并。"
    ),
    "OwnFlowChange": _("起草人不能批准自己的修改，须由另一人批准。"),
    "FlowChangeNotApproved": _("修改没有经过批准，或者批准后文件有变动，没有部署。"),
}

FILE_REASONS: Mapping[str, Any] = {
    "name": _("文件名“%(name)s”不能使用，须为小写英文字母、数字和下划线，后缀 .bpmn、.form 或 .dmn"),
    "size": _("文件太多或太大"),
    "text": _("文件“%(name)s”不是 UTF-8 文本"),
    "missing": _("缺少流程图“%(name)s”"),
    "key": _("流程图中没有标识为“%(name)s”的流程"),
    "other_flow": _("流程图中含有另一个在用的流程“%(name)s”，请为它另建修改事项"),
}
KEY_REASONS: Mapping[str, Any] = {
    "missing": _("请选择要修改的流程，或者填写新流程的标识"),
    "form": _("新流程的标识“%(key)s”不能使用，须以小写英文字母开头，只含小写字母、数字和下划线"),
    "taken": _("标识“%(key)s”已经有流程使用，请选择该流程来修改"),
}
