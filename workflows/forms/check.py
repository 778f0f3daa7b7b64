"""Judges the forms of a deployment together with the model that uses them. Pure."""

from collections.abc import Iterator, Mapping

from engine.model import Finding
from engine.process import Activity, Process
from workflows.forms.access import ACCESS_PREFIX, ACCESSES, EDIT, REQUIRED_PREFIX
from workflows.forms.declared import declared_form
from workflows.forms.fields import Form, InvalidForm, parse_form
from workflows.links.carrying import CARRY_PREFIX

FIELD_PREFIXES = (ACCESS_PREFIX, REQUIRED_PREFIX, CARRY_PREFIX)
"""How settings of a step begin that are about a field."""
FORM_MISSING = "环节引用的表单“{form}”不在部署文件中，请一并上传。"
FORM_UNSUPPORTED = "表单“{form}”的字段“{key}”不能使用：{reason}。"
FIELD_UNKNOWN = "表单中没有字段“{key}”，请检查环节设置“{setting}”。"
ACCESS_UNKNOWN = "字段权限“{value}”不正确，应为 edit、read 或 hidden。"
REQUIRED_UNKNOWN = "环节设置“{setting}”的值“{value}”不正确，应为 true 或 false。"
REQUIRED_IN_VAIN = "字段“{key}”在本环节不能填写，“必填”不起作用；请把它的权限设为 edit。"


TABLE_UNKNOWN = "单位没有名为“{table}”的选项表"


def check_forms(
    process: Process, files: Mapping[str, bytes], tables: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Yield what is wrong with a deployment's forms and with the steps' settings about fields.

    Args:
        process: That uses the forms.
        files: Of the deployment, by name.
        tables: Names of the office's tables that options may be taken from.
    """
    forms: dict[str, Form | None] = {}
    for activity in process.activities.values():
        if ":" in activity.id:  # a step of a called process, which is judged with that process
            continue
        if activity.form is None:
            if activity.form_fields:
                yield from _declared(process, activity)
            continue
        file = f"{activity.form.removesuffix('.form')}.form"
        if file not in forms:
            if file not in files:
                yield _finding(process, activity, "form_missing", FORM_MISSING.format(form=file))
                forms[file] = None
                continue
            try:
                forms[file] = parse_form(file, files[file])
            except InvalidForm as error:
                text = FORM_UNSUPPORTED.format(form=file, key=error.key, reason=error.reason)
                yield Finding(file, 1, error.key or None, "form_unsupported", "error", text)
                forms[file] = None
            yield from _offered(file, forms[file], tables)
        form = forms[file]
        if form is not None:
            yield from _settings(process, activity, form)


def _offered(file: str, form: Form | None, tables: frozenset[str]) -> Iterator[Finding]:
    for field in form.fields.values() if form is not None else ():
        if field.offered and field.offered not in tables:
            reason = TABLE_UNKNOWN.format(table=field.offered)
            text = FORM_UNSUPPORTED.format(form=file, key=field.key, reason=reason)
            yield Finding(file, 1, field.key, "form_unsupported", "error", text)


def _declared(process: Process, activity: Activity) -> Iterator[Finding]:
    try:
        form = declared_form(activity)
    except InvalidForm as error:
        text = FORM_UNSUPPORTED.format(form=activity.name or activity.id, key=error.key, reason=error.reason)
        yield _finding(process, activity, "form_unsupported", text)
    else:
        yield from _settings(process, activity, form)


def fields_of_forms(files: Mapping[str, bytes]) -> frozenset[str]:
    """Return the keys of all fields of the form files among these; unreadable ones have none."""
    keys: set[str] = set()
    for name, content in files.items():
        if name.endswith(".form"):
            try:
                keys |= set(parse_form(name, content).fields)
            except InvalidForm:
                continue
    return frozenset(keys)


def _settings(process: Process, activity: Activity, form: Form) -> Iterator[Finding]:
    for setting, value in activity.properties.items():
        prefix = next((one for one in FIELD_PREFIXES if setting.startswith(one)), None)
        if prefix is None:
            continue
        key = setting.removeprefix(prefix)
        if key not in form.fields:
            yield _finding(process, activity, "field_unknown", FIELD_UNKNOWN.format(key=key, setting=setting))
        elif prefix == ACCESS_PREFIX and value not in ACCESSES:
            yield _finding(process, activity, "access_unknown", ACCESS_UNKNOWN.format(value=value))
        elif prefix == REQUIRED_PREFIX and value not in ("true", "false"):
            message = REQUIRED_UNKNOWN.format(setting=setting, value=value)
            yield _finding(process, activity, "required_unknown", message)
        elif prefix == REQUIRED_PREFIX and value == "true" and activity.properties.get(ACCESS_PREFIX + key) != EDIT:
            yield _finding(process, activity, "required_in_vain", REQUIRED_IN_VAIN.format(key=key), "warning")


def _finding(process: Process, activity: Activity, rule: str, message: str, severity: str = "error") -> Finding:
    return Finding(process.file, activity.line, activity.id, rule, severity, message)
