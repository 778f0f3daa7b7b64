"""The kinds of step that directors draw with, each with the settings it begins with: the one place where these stand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _

USER_TASK, SCRIPT_TASK, BOUNDARY = "bpmn:UserTask", "bpmn:ScriptTask", "bpmn:BoundaryEvent"
OF_INITIATOR = "${initiator}"
HEAD_OF_INITIATOR = "${head_of(initiator_unit)}"
WORKING = {"calendar": "working"}
OPTIONAL = {"opinion": "optional"}
ON_REFUSAL = {"opinion": "required_on_refusal"}
REQUIRED = {"opinion": "required"}


@dataclass(frozen=True)
class StepTemplate:
    """What a step of one kind is drawn with.

    Attributes:
        id: Of the template; several may be of one kind.
        label: What people call it, and the name of a new step.
        help: What it does, in one line.
        element: The BPMN element.
        kind: The kind of step, empty for what no person does.
        attributes: Who does it and by when, by the names of the extension.
        properties: The step's settings.
        seats: For a countersign, its rule of completion.
        fields: Whether its person may fill in the form: ``edit``, or what a model says of no field: ``read``.
        script: For an automatic step, what it assigns.
        after: For a reminder, the duration.
    """

    id: str
    label: Any
    help: Any
    element: str = USER_TASK
    kind: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    seats: str = ""
    fields: str = "read"
    script: str = ""
    after: str = ""


def _by(post: str, due: str) -> dict[str, str]:
    return {"candidateGroups": post, "dueDate": due}


def _one(person: str, due: str) -> dict[str, str]:
    return {"assignee": person, "dueDate": due}


STEP_TEMPLATES = (
    StepTemplate(
        "draft",
        _("起草"),
        _("发起人填写表单"),
        kind="draft",
        attributes=_one(OF_INITIATOR, "P1D"),
        properties=WORKING | OPTIONAL,
        fields="edit",
    ),
    StepTemplate(
        "review",
        _("审核"),
        _("发起部门负责人审核"),
        kind="review",
        attributes=_one(HEAD_OF_INITIATOR, "P1D"),
        properties=WORKING | ON_REFUSAL,
    ),
    StepTemplate(
        "countersign_all",
        _("会签（全部）"),
        _("各方都表态后继续"),
        kind="countersign",
        attributes={"dueDate": "P2D"},
        properties=WORKING | ON_REFUSAL,
        seats="all",
    ),
    StepTemplate(
        "countersign_first",
        _("会签（先到先得）"),
        _("一方表态即继续"),
        kind="countersign",
        attributes={"dueDate": "P2D"},
        properties=WORKING | ON_REFUSAL,
        seats="first",
    ),
    StepTemplate(
        "countersign_ratio",
        _("会签（按比例）"),
        _("同意达到比例即通过"),
        kind="countersign",
        attributes={"dueDate": "P2D"},
        properties=WORKING | ON_REFUSAL,
        seats="ratio:0.6",
    ),
    StepTemplate(
        "sign_and_issue",
        _("签发"),
        _("主要负责人签发"),
        kind="sign_and_issue",
        attributes=_by("principal", "P1D"),
        properties=WORKING | ON_REFUSAL,
    ),
    StepTemplate(
        "register",
        _("登记编号"),
        _("机要文书登记、编号"),
        kind="register",
        attributes=_by("registry_clerk", "P1D"),
        properties=WORKING | OPTIONAL,
    ),
    StepTemplate(
        "seal",
        _("用印"),
        _("印章管理员用印"),
        kind="seal",
        attributes=_by("seal_keeper", "P1D"),
        properties=WORKING | OPTIONAL,
    ),
    StepTemplate(
        "circulate",
        _("传阅"),
        _("阅知后继续"),
        kind="circulate",
        attributes=_by("office_director", "P3D"),
        properties=WORKING | OPTIONAL,
    ),
    StepTemplate(
        "handle",
        _("承办"),
        _("发起部门的人承办，逾期提醒"),
        kind="handle",
        attributes={"candidateUsers": "${members(initiator_unit)}", "dueDate": "P5D"},
        properties=WORKING | REQUIRED | {"on_timeout": "remind:3"},
    ),
    StepTemplate(
        "report",
        _("反馈"),
        _("发起人反馈结果"),
        kind="report",
        attributes=_one(OF_INITIATOR, "P3D"),
        properties=WORKING | REQUIRED,
    ),
    StepTemplate(
        "archive",
        _("归档"),
        _("档案员归档"),
        kind="archive",
        attributes=_by("archivist", "P5D"),
        properties=WORKING | OPTIONAL,
    ),
    StepTemplate(
        "notify",
        _("通知"),
        _("告知发起人，本人阅知后继续"),
        kind="circulate",
        attributes=_one(OF_INITIATOR, "P1D"),
        properties=WORKING | OPTIONAL,
    ),
    StepTemplate(
        "reminder",
        _("定时提醒"),
        _("加在选中的环节上：到时另行提醒发起人，原环节照常"),
        element=BOUNDARY,
        properties=WORKING,
        after="P3D",
    ),
    StepTemplate(
        "automatic",
        _("自动处理"),
        _("系统自动写入变量，不经人办理"),
        element=SCRIPT_TASK,
        script="handled_automatically = true",
    ),
)


def shown_templates() -> list[dict[str, object]]:
    """Return the templates as the program of the page takes them."""
    return [{**asdict(one), "label": str(one.label), "help": str(one.help)} for one in STEP_TEMPLATES]
