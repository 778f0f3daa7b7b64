"""The fields of a form, read from form-js JSON. Pure."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.errors import InvalidDefinition
from engine.model import Value

LONGEST_TEXT = 200
LONGEST_TEXTAREA = 10_000
MOST_FIELDS = 500
LAYOUT = frozenset({"text", "separator", "spacer", "group", "button", "html"})
SIMPLE_TYPES = {
    "textfield": "text",
    "textarea": "textarea",
    "number": "number",
    "checkbox": "boolean",
    "select": "select",
    "radio": "select",
    "checklist": "multiselect",
    "taglist": "multiselect",
    "filepicker": "file",
    "datetime": "date",
    "dynamiclist": "table",
}
OFFICE_TYPES = frozenset({"person", "people", "unit", "units", "file", "files"})
COLUMN_TYPES = frozenset(
    {"text", "textarea", "number", "date", "datetime", "select", "multiselect", "person", "people", "unit", "units"}
)
DATETIME_TYPES = {"date": "date", "datetime": "datetime"}
TYPE_PROPERTY = "banjie:type"
OPTIONS_PROPERTY = "banjie:options"
FIXED_PROPERTY = "banjie:fixed"
"""Of a column: its cells are there already and are only read, such as what is to be answered line by line."""
RESERVED_KEYS = frozenset(
    """attachments circled csrf_token decision draft draft_seen idempotency_key initiator initiator_unit list opinion
    version""".split()
)
"""Names that mean something else beside a form: a variable of every case, or a part of the page around the form."""

UNSUPPORTED = {
    "conditional": "不支持条件显示，请用环节的字段权限",
    "defaultValue": "不支持默认值",
    "decimalDigits": "不支持限定小数位数",
    "disabled": "不支持禁用，请用环节的字段权限",
    "readonly": "不支持只读，请用环节的字段权限",
    "valuesExpression": "不支持用表达式给出选项",
    "valuesKey": "不支持用变量给出选项",
}
UNSUPPORTED_RULES = {
    "minLength": "不支持最少字数",
    "pattern": "不支持正则表达式",
    "validationType": "不支持这种校验",
    "custom": "不支持这种校验",
}
NOT_A_FORM = "不是 form-js 表单文件"
BAD_SHAPE = "设置的格式不正确"
BAD_KEY = "缺少键，或者键不是可用的名称"
KEY_RESERVED = "键已被系统使用，请换一个"
KEY_TWICE = "键重复"
UNKNOWN_COMPONENT = "不支持组件 {component}"
UNKNOWN_TYPE = "不支持类型 {type}"
UNKNOWN_SUBTYPE = "不支持只填时间"
EXPRESSION = "不支持表达式"
NO_OPTIONS = "没有选项"
BAD_OPTIONS = "选项为空或重复"
OPTIONS_TWICE = "选项或者列在表单中，或者取自单位的表"
NO_COLUMNS = "表格没有列"
BAD_COLUMN = "表格中不能使用这种列"
TOO_MANY_FIELDS = "字段太多"


Component = dict[str, Any]


@dataclass(eq=False)
class InvalidForm(InvalidDefinition):
    """The form asks for something that is not supported."""

    file: str
    key: str
    reason: str


@dataclass(frozen=True)
class Field:
    """One field; ``options`` are pairs of value and label, ``columns`` the fields of a table's rows.

    ``offered`` names the table of the office that a field's options are taken from, where they stand in no form. A column that
    is ``fixed`` is only read: the rows of its table are there already, and none are added.
    """

    key: str
    label: str
    type: str
    description: str = ""
    required: bool = False
    max_length: int | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    options: tuple[tuple[str, str], ...] = ()
    columns: tuple["Field", ...] = ()
    offered: str = ""
    fixed: bool = False

    @property
    def has_fixed_rows(self) -> bool:
        """Whether the rows of a table are given, so that none can be added."""
        return any(column.fixed for column in self.columns)


@dataclass(frozen=True)
class FieldView:
    """A field as one person sees it at one step; hidden fields have none."""

    field: Field
    access: str
    required: bool
    value: Value
    options: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """The field's key."""
        return self.field.key

    @property
    def label(self) -> str:
        """The field's label."""
        return self.field.label

    @property
    def type(self) -> str:
        """The field's type."""
        return self.field.type


@dataclass(frozen=True)
class Form:
    """A form: its fields by key, in order; ``default_access`` is what may be done with those a step does not name."""

    file: str
    fields: Mapping[str, Field]
    default_access: str = "read"


EMPTY = Form("", {})


def parse_form(file: str, content: bytes) -> Form:
    """Read a form-js file.

    Args:
        file: Its name, for errors.
        content: form-js JSON.

    Returns:
        The form.

    Raises:
        InvalidForm: It is no such JSON, or asks for something that is not supported; names the field.
    """
    try:
        schema = json.loads(content, parse_constant=_refuse_constant)
        json.dumps(schema, ensure_ascii=False).encode()  # half of a surrogate pair could never be shown
        components = list(_flattened(schema["components"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidForm(file, "", NOT_A_FORM) from error
    if len(components) > MOST_FIELDS:
        raise InvalidForm(file, "", TOO_MANY_FIELDS)
    return Form(file, _fields(file, components))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _fields(file: str, components: list[Component]) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for component in components:
        key = _key(file, component)
        try:
            field = _field(file, key, component)
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise InvalidForm(file, key, BAD_SHAPE) from error
        if key in fields:
            raise InvalidForm(file, key, KEY_TWICE)
        fields[key] = field
    return fields


def _flattened(components: list[Component]) -> Iterator[Component]:
    for component in components:
        if component.get("type") == "group":
            yield from _flattened(component.get("components", []))
        elif component.get("type") not in LAYOUT:
            yield component


def _key(file: str, component: Component) -> str:
    kind = component.get("type")
    key = component.get("path" if kind == "dynamiclist" else "key")
    if kind not in SIMPLE_TYPES:
        name = key or component.get("label") or component.get("id") or ""
        raise InvalidForm(file, str(name), UNKNOWN_COMPONENT.format(component=kind))
    if not isinstance(key, str) or not key.isidentifier() or not unicodedata.is_normalized("NFKC", key):
        raise InvalidForm(file, str(key or component.get("label") or component.get("id") or ""), BAD_KEY)
    if key in RESERVED_KEYS:
        raise InvalidForm(file, key, KEY_RESERVED)
    return key


def _field(file: str, key: str, component: Component) -> Field:
    kind = _type_of(file, key, component)
    rules = component.get("validate") or {}
    _refuse_unsupported(file, key, component, rules)
    field = Field(
        key=key,
        label=str(component.get("label") or key),
        type=kind,
        description=str(component.get("description") or ""),
        required=_flag(rules.get("required")),
        fixed=(component.get("properties") or {}).get(FIXED_PROPERTY) == "true",
    )
    match kind:
        case "text" | "textarea":
            default = LONGEST_TEXT if kind == "text" else LONGEST_TEXTAREA
            return replace(field, max_length=_length(rules.get("maxLength", default)))
        case "number":
            return replace(field, least=_bound(rules.get("min")), most=_bound(rules.get("max")))
        case "select" if offered := (component.get("properties") or {}).get(OPTIONS_PROPERTY):
            if component.get("values"):
                raise InvalidForm(file, key, OPTIONS_TWICE)
            return replace(field, offered=str(offered))
        case "select" | "multiselect":
            return replace(field, options=_options(file, key, component))
        case "table":
            return replace(field, columns=_columns(file, key, component))
    return field


def _refuse_unsupported(file: str, key: str, component: Component, rules: Component) -> None:
    for told, reasons in ((component, UNSUPPORTED), (rules, UNSUPPORTED_RULES)):
        for name, reason in reasons.items():
            if told.get(name):
                raise InvalidForm(file, key, reason)
        if any(isinstance(value, str) and value.startswith("=") for value in told.values()):
            raise InvalidForm(file, key, EXPRESSION)


def _type_of(file: str, key: str, component: Component) -> str:
    office_type = (component.get("properties") or {}).get(TYPE_PROPERTY)
    if office_type is not None:
        if office_type not in OFFICE_TYPES:
            raise InvalidForm(file, key, UNKNOWN_TYPE.format(type=office_type))
        return str(office_type)
    match component["type"]:
        case "filepicker" if _flag(component.get("multiple")):
            return "files"
        case "datetime":
            subtype = component.get("subtype", "date")
            if subtype not in DATETIME_TYPES:
                raise InvalidForm(file, key, UNKNOWN_SUBTYPE)
            return DATETIME_TYPES[subtype]
    return SIMPLE_TYPES[component["type"]]


def _options(file: str, key: str, component: Component) -> tuple[tuple[str, str], ...]:
    options = tuple((str(one["value"]), str(one.get("label") or one["value"])) for one in component.get("values", []))
    if not options:
        raise InvalidForm(file, key, NO_OPTIONS)
    if "" in dict(options) or len(dict(options)) != len(options):
        raise InvalidForm(file, key, BAD_OPTIONS)
    return options


def _columns(file: str, key: str, component: Component) -> tuple[Field, ...]:
    components = list(_flattened(component.get("components", [])))
    if not components:
        raise InvalidForm(file, key, NO_COLUMNS)
    if any(one.get("type") == "dynamiclist" for one in components):
        raise InvalidForm(file, key, BAD_COLUMN)
    columns = tuple(_fields(file, components).values())
    for column in columns:
        if column.type not in COLUMN_TYPES or column.offered:
            raise InvalidForm(file, column.key, BAD_COLUMN)
    return columns


def _flag(value: object) -> bool:
    if value is not None and not isinstance(value, bool):
        raise TypeError("not a flag")
    return bool(value)


def _length(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("not a length")
    return value


def _bound(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise TypeError("not a number")
    return Decimal(str(value))
