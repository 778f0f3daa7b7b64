"""What people read of the audit log: its categories, its acts, and what an entry tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from app.record_values import record_value
from app.sentences.records import COLUMNS
from engine.model import Value
from workflows.audit_log.entries import DONE, FAILED, REFUSED
from workflows.organisation.posts import POSTS

CATEGORIES: Mapping[str, Any] = {
    "sign_ins": _("登录"),
    "readings": _("查阅"),
    "organisation": _("组织与权限"),
    "substitutions": _("代理"),
    "settings": _("配置"),
    "calendar": _("工作日历"),
    "definitions": _("流程"),
    "numbers": _("编号"),
    "signing": _("签发规则"),
    "operations": _("运维"),
    "secrecy": _("保密"),
    "redactions": _("清除内容"),
    "audit_samples": _("审计抽样"),
    "event_logs": _("事件日志"),
    "attachments": _("附件"),
    "anchors": _("锚定"),
    "archive": _("归档"),
    "meeting_records": _("会议记录"),
    "oral_orders": _("口头交办"),
    "rooms": _("会议室"),
    "phrases": _("常用语"),
    "notices": _("提醒设置"),
}

ACTS: Mapping[str, Mapping[str, Any]] = {
    "sign_ins": {
        "sign_in:admitted": _("登录"),
        "sign_in:refused": _("登录失败"),
        "sign_in:ended": _("退出登录"),
        "password:changed": _("修改自己的密码"),
        "password:refused": _("修改密码时原密码不正确"),
        "token:issued": _("取得接口令牌"),
    },
    "readings": {
        "case:read:case": _("查看事项"),
        "case:read:work_item": _("通过接口查看待办"),
        "case:read:history": _("查看过程"),
        "case:read:moment": _("查看某一时刻"),
        "case:read:export": _("导出过程"),
        "case:read:attachment": _("打开附件"),
        "case:read:print": _("打印"),
        "case:read:versions": _("查看文稿对比"),
        "case:read:comments": _("查看评论"),
        "case:read:incidents": _("查看异常"),
        "case:read:meeting": _("查看会议"),
        "case:read:sample": _("查看审计底稿"),
        "meeting_record:read": _("查看会议记录"),
        "table:exported": _("导出台账"),
        "audit:read": _("查看审计页面"),
        "audit:exported": _("导出审计日志"),
    },
    "organisation": {
        "person:added": _("新增人员"),
        "person:changed": _("修改人员或其岗位"),
        "person:disabled": _("停用人员"),
        "person:enabled": _("启用人员"),
        "person:password_reset": _("重置密码"),
        "unit:added": _("新增单位"),
        "unit:changed": _("修改单位"),
        "unit:disabled": _("停用单位"),
        "unit:enabled": _("启用单位"),
        "post:added": _("新增岗位"),
        "post:changed": _("修改岗位"),
        "post:disabled": _("停用岗位"),
        "post:enabled": _("启用岗位"),
        "secretary:assigned": _("指定秘书"),
        "secretary:dismissed": _("解除秘书"),
    },
    "substitutions": {
        "substitution:arranged": _("安排代理"),
        "substitution:ended": _("结束代理"),
    },
    "settings": {"settings:changed": _("配置有变化")},
    "calendar": {
        "calendar:imported": _("导入工作日历"),
        "calendar:put_into_force": _("启用工作日历"),
        "calendar:discarded": _("放弃工作日历"),
    },
    "definitions": {"definition:deployed": _("部署流程")},
    "numbers": {"numbers:opened": _("设定起始编号")},
    "signing": {"record:signing_rule": _("修改签发规则")},
    "operations": {
        "installation:initialised": _("建立数据库"),
        "demo:loaded": _("装入演示单位"),
        "clock:set": _("设置时钟"),
        "jobs:taken_up": _("重试搁置的任务"),
        "backup:taken": _("备份"),
        "backup:restored": _("恢复备份"),
        "index:rebuilt": _("重建索引"),
        "case:exported": _("在命令行导出过程"),
    },
    "secrecy": {"secret:refused": _("拒收涉密文件")},
    "redactions": {"clearing:carried_out": _("批准并清除内容"), "content_redacted": _("清除台账中的内容")},
    "audit_samples": {
        "record:audit_sample": _("抽取样本"),
        "record:audit_sample_case": _("填写审计底稿"),
        "sample:read": _("查看样本"),
    },
    "attachments": {"attachment:added": _("上传附件")},
    "event_logs": {
        "event_log:exported": _("导出事件日志"),
        "deviations:read": _("查找偏差"),
        "deviations:exported": _("导出偏差"),
    },
    "archive": {
        "record:archive_item": _("归档文件变更"),
        "record:archive_part": _("归档文件的组成变更"),
        "record:archive_member": _("归入一件"),
        "record:archive_scope": _("确定归档范围"),
        "record:archive_year": _("年度编号"),
        "record:archive_inspection": _("四性检测"),
        "record:archive_transfer": _("移交"),
    },
    "meeting_records": {"record:meeting_record": _("保存会议记录")},
    "oral_orders": {"record:oral_order": _("登记口头交办")},
    "rooms": {"record:room": _("会议室变更"), "record:room_booking": _("会议室预订变更")},
    "phrases": {
        "phrase:set": _("修改单位常用语"),
        "phrase:removed": _("删除单位常用语"),
        "phrase:ordered": _("调整单位常用语的顺序"),
    },
    "notices": {"preferences:changed": _("修改提醒设置")},
}
LABELS: Mapping[str, Any] = {act: label for acts in ACTS.values() for act, label in acts.items()}
OUTCOMES: Mapping[str, Any] = {DONE: _("完成"), REFUSED: _("被拒绝"), FAILED: _("失败")}

REASONS: Mapping[str, Any] = {
    "password": _("密码不正确"),
    "locked": _("多次失败，暂停登录"),
    "unknown": _("没有这个用户名（所填内容不保存）"),
    "disabled": _("账号已停用"),
}
OWN_FACTS: Mapping[str, Any] = {
    "address": _("来自"),
    "requested_by": _("申请人"),
    "title": _("标题或职务"),
    "holdings": _("岗位"),
    "parent": _("上级单位"),
    "head": _("负责人"),
    "leader": _("分管领导"),
    "secretary": _("秘书"),
    "owner": _("被代理人"),
    "substitute": _("代理人"),
    "definitions": _("流程"),
    "from": _("自"),
    "to": _("至"),
    "source": _("依据"),
    "origin": _("来源"),
    "days": _("日期"),
    "revision": _("版次"),
    "version": _("版本"),
    "file": _("文件"),
    "opening": _("起始号"),
    "before": _("原来"),
    "now": _("现在"),
    "people": _("人数"),
    "admin": _("首个管理员"),
    "mark": _("密级标志"),
    "interval": _("汇总"),
    "words": _("交办内容"),
    "table": _("台账"),
    "page": _("页面"),
}
TOLD = """address reason requested_by asked name title holdings parent head leader secretary owner substitute
    definitions from to year source origin days revision version files file opening code organ signatory
    important_to_principal may_instruct valid_from closed before now people admin mark text kind interval person
    retention serial state archival_code document_number capacity equipment opens closes disabled_at room
    starts_at ends_at purpose booked_by cancelled_by cancel_reason ordered_by ordered_on words lead_unit due_on
    disposal archiving unit items passed failed table page""".split()
FACTS: Mapping[str, Any] = {key: OWN_FACTS.get(key, COLUMNS.get(key)) for key in TOLD}
"""What is told of an entry, in this order, beside what it is about; the rest is shown in the case or register it belongs to."""
CONDITIONS: Mapping[str, Any] = {
    "since": _("自"),
    "until": _("至"),
    "q": _("词语"),
    "person": _("人员"),
    "category": _("类别"),
    "act": _("行为"),
    "object": _("对象"),
    "flow": _("流程"),
    "version": _("版本"),
    "kind": _("种类"),
    "unit": _("单位"),
    "step": _("环节"),
    "urgency": _("紧急程度"),
    "after": _("翻页"),
}
"""What the conditions are called by which a page of the auditor or a register was narrowed."""
UNITS = frozenset({"parent", "unit", "lead_unit", "co_units", "holdings"})
PEOPLE = frozenset(
    {
        "head",
        "leader",
        "secretary",
        "owner",
        "substitute",
        "booked_by",
        "cancelled_by",
        "ordered_by",
        "person",
        "admin",
        "requested_by",
    }
)
PAGES: Mapping[str, Any] = {"index": _("事项"), "log": _("审计日志")}
WITHHELD = frozenset({"record:meeting_record", "preferences:changed"})
"""Acts of which it is told only that they happened: the record of a meeting has readers of its own, an address is private."""


@dataclass(frozen=True)
class Labels:
    """What categories and acts are called in one language, by their keys."""

    categories: Mapping[str, str]
    acts: Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """The labels of one language, and the choices of the page."""

    labels: Labels
    categories: tuple[tuple[str, str], ...]
    acts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def words() -> Words:
    """Return what is said in the language of this request; it is put together once for each."""
    return _words_in(str(get_locale()))


@lru_cache
def _words_in(_language: str) -> Words:
    labels = Labels(
        {key: str(label) for key, label in CATEGORIES.items()},
        {act: str(label) for act, label in LABELS.items()},
    )
    choices = tuple(
        (labels.categories[category], tuple((act, labels.acts[act]) for act in acts)) for category, acts in ACTS.items()
    )
    return Words(labels, tuple(labels.categories.items()), choices)


def acts_called(word: str) -> list[str]:
    """Return the acts whose names hold a word."""
    return [act for act, label in words().labels.acts.items() if word in label] if word else []


def told_sentence(act: str, data: Mapping[str, Value], object_id: str | None, names: Mapping[str, str]) -> str:
    """Return what an entry tells beside its act and what it is about.

    Args:
        act: The act.
        data: What the ledger tells.
        object_id: What the entry is about, which is shown by itself.
        names: Names of people by username, and of units by code where :func:`tells_of_units` says so.
    """
    if act in WITHHELD:
        return ""
    values = data.get("values")
    told = values if isinstance(values, Mapping) else data
    before = told.get("before")
    return "；".join(_facts(act, told, before if isinstance(before, Mapping) else {}, object_id, names))


def people_in(data: Mapping[str, Value]) -> set[str]:
    """Return the usernames that :func:`told_sentence` needs names of."""
    return {value for part in _parts(data) for key, value in part.items() if key in PEOPLE and isinstance(value, str)}


def tells_of_units(data: Mapping[str, Value]) -> bool:
    """Tell whether :func:`told_sentence` needs the names of units."""
    return any(UNITS & part.keys() for part in _parts(data))


def _parts(data: Mapping[str, Value]) -> list[Mapping[str, Value]]:
    return [one for one in (data, data.get("values"), data.get("before")) if isinstance(one, Mapping)]


def _facts(
    act: str, told: Mapping[str, Value], before: Mapping[str, Value], object_id: str | None, names: Mapping[str, str]
) -> Iterator[str]:
    changes = told.get("changes")
    if isinstance(changes, list):
        yield from map(_setting, changes)
    for key, label in FACTS.items():
        value = told.get(key)
        if key not in told or isinstance(value, Mapping) or value in (None, "", [], object_id):
            continue
        written = _written(act, key, value, names)
        if key in before and before[key] != value:
            written = f"{_written(act, key, before[key], names)} → {written}"
        elif key in before:
            continue
        yield gettext("%(name)s：%(value)s", name=label, value=written)


def _setting(change: Value) -> str:
    assert isinstance(change, Mapping)
    name = change.get("name")
    if "digest" in change:
        return gettext("%(name)s：已变更（内容保密）", name=name)
    old, new = (gettext("无") if change.get(key) is None else change[key] for key in ("old", "new"))
    return gettext("%(name)s：%(old)s → %(new)s", name=name, old=old, new=new)


def _written(act: str, key: str, value: Value, names: Mapping[str, str]) -> str:
    if key == "asked":
        return "，".join(map(_condition, parse_qsl(str(value))))
    if key == "page":
        return str(PAGES.get(str(value), value))
    if key == "reason" and str(value) in REASONS:
        return str(REASONS[str(value)])
    if key == "holdings" and isinstance(value, list):
        return "、".join(_holding(one, names) for one in value)
    if key == "days" and isinstance(value, list):
        return gettext("%(count)s 天", count=len(value))
    if value and key in PEOPLE | UNITS:
        return "、".join(
            names.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]) if one
        )
    return record_value(act.removeprefix("record:"), key, value)


def _condition(asked: tuple[str, str]) -> str:
    name, value = asked
    labels: Mapping[str, Any] = {"category": CATEGORIES, "act": LABELS}.get(name, {})
    return gettext("%(name)s：%(value)s", name=CONDITIONS.get(name, name), value=labels.get(value, value))


def _holding(one: Value, names: Mapping[str, str]) -> str:
    if isinstance(one, list) and len(one) == 2:  # noqa: PLR2004  (unit and post)
        return f"{names.get(str(one[0]), one[0])} {POSTS.get(str(one[1]), one[1])}"
    return str(one)
