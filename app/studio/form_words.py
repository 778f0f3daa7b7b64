"""What the form editor says: form-js speaks English alone and has no place for translations, so its page brings the words.

``kinds`` is the palette: what the server renders, each with the form-js component that it is written as. Components that are not
among them are not offered.
"""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _


def kinds() -> list[dict[str, object]]:
    """Return what may be put into a form."""

    def one(kind: str, component: str, label: str, group: str, **more: object) -> dict[str, object]:
        return {"kind": kind, "component": component, "label": label, "group": group, "more": more}

    def office(kind: str, component: str, label: str, group: str) -> dict[str, object]:
        return one(kind, component, label, group, properties={"banjie:type": kind})

    filled, chosen, house = _("填写"), _("选择"), _("人员、单位和附件")
    options = [{"label": _("选项一"), "value": _("选项一")}, {"label": _("选项二"), "value": _("选项二")}]
    return [
        one("text", "textfield", _("单行文字"), filled),
        one("textarea", "textarea", _("多行文字"), filled),
        one("number", "number", _("数字"), filled),
        one("date", "datetime", _("日期"), filled, subtype="date"),
        one("datetime", "datetime", _("日期和时间"), filled, subtype="datetime"),
        one("select", "select", _("下拉单选"), chosen, values=options),
        one("radio", "radio", _("平铺单选"), chosen, values=options),
        one("multiselect", "taglist", _("下拉多选"), chosen, values=options),
        one("checklist", "checklist", _("平铺多选"), chosen, values=options),
        one("boolean", "checkbox", _("是或否"), chosen),
        office("person", "select", _("一位人员"), house),
        office("people", "taglist", _("多位人员"), house),
        office("unit", "select", _("一个单位"), house),
        office("units", "taglist", _("多个单位"), house),
        office("file", "filepicker", _("一个附件"), house),
        {
            **office("files", "filepicker", _("多个附件"), house),
            "more": {"multiple": True, "properties": {"banjie:type": "files"}},
        },
        one(
            "table",
            "dynamiclist",
            _("表格（多行）"),
            _("重复填写"),
            isRepeating=True,
            allowAddRemove=True,
            defaultRepetitions=1,
        ),
    ]


def table_names(tables: Iterable[str]) -> list[dict[str, str]]:
    """Return the tables of the office that options may be taken from."""
    known: Mapping[str, str] = {
        "flows": _("现行流程"),
        "issuing_organs": _("发文机关"),
        "issuing_codes": _("发文机关代字"),
    }
    return [{"value": name, "label": known.get(name, name)} for name in sorted(tables)]


def texts() -> dict[str, str]:
    """Return what form-js writes into the canvas, with what stands there instead."""
    return {
        "Build your form": _("开始设计表单"),
        "Drag and drop components here to start designing.": _("从左边把字段拖到这里，或者选中后按回车添加。"),
        "Use the preview window to test your form.": _("下方的预览会随时显示各环节看到的样子。"),
        "Drag and drop components here.": _("把表格的列拖到这里。"),
        "Remove form field": _("移除字段"),
        "Select": _("请选择"),
        "Search": _("搜索"),
        "Add new": _("增加一行"),
        "Show all": _("显示全部"),
        "Upload": _("上传"),
        "Browse": _("选择文件"),
        "No files selected": _("没有选择文件"),
        "mm/dd/yyyy": _("年/月/日"),
        "hh:mm --": _("时:分"),
        "Nothing found": _("没有找到"),
        "No components found.": _("没有找到组件。"),
    }


def words() -> dict[str, object]:
    """Return what the program of the page says."""
    return {
        "texts": texts(),
        "label": _("名称"),
        "key": _("标识"),
        "key_help": _("字母、汉字、数字和下划线，不以数字开头；条件和统计按它取值。"),
        "key_bad": _("标识不能使用，须为字母、汉字、数字和下划线，不以数字开头，且不与别的字段重复。"),
        "kind": _("类型"),
        "description": _("填写说明"),
        "required": _("凡可填的环节都必填"),
        "longest": _("最多字数"),
        "least": _("最小值"),
        "most": _("最大值"),
        "source": _("选项来自"),
        "own_options": _("下面自己列出"),
        "options": _("选项"),
        "options_help": _("每行一个；存的值与显示的名称不同时写作“值=名称”。"),
        "fixed": _("本列内容已有，只读不填"),
        "up": _("上移"),
        "down": _("下移"),
        "remove": _("移除字段"),
        "field": _("字段"),
        "no_kind": _("服务器不能显示的组件"),
        "choose": _("选中一个字段来设置它。"),
        "edit": _("可填"),
        "must": _("必填"),
        "read": _("只读"),
        "hidden": _("隐藏"),
        "whole_row": _("整行设为"),
        "no_steps": _("没有环节使用这张表单，请在上面选择由哪些环节使用。"),
        "use": _("让环节使用这张表单…"),
        "no_fields": _("这张表单还没有字段。"),
        "unsaved": _("有未保存的修改"),
        "saving": _("正在保存"),
        "saved": _("没有未保存的修改"),
        "offline": _("网络中断，没有保存，请稍后再试；修改仍在本页。"),
        "name_bad": _("表单文件名须为小写英文字母、数字和下划线，以字母开头，且不与已有的重复。"),
        "no_findings": _("检查没有发现问题。"),
        "unreadable": _("表单文件不是有效的 form-js 文件，不能在这里编辑。"),
    }
