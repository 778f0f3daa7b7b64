"""The posts a model may name, with the names people read."""

from collections.abc import Mapping

POSTS: Mapping[str, str] = {
    "principal": "主要负责人",
    "executive_head": "行政主要负责人",
    "deputy_leader": "班子成员",
    "office_director": "办公室主任",
    "process_administrator": "流程管理员",
    "document_secretary": "文秘",
    "registry_clerk": "机要文书",
    "leader_secretary": "领导秘书",
    "meeting_secretary": "会务秘书",
    "supervision_clerk": "督查专员",
    "seal_keeper": "印章管理员",
    "archivist": "档案员",
    "duty_officer": "值班员",
    "unit_head": "部门负责人",
    "handler": "承办人",
    "compliance_reviewer": "合规审查人",
    "unit_registrar": "单位收发员",
    "auditor": "审计人员",
    "system_administrator": "系统管理员",
    "security_administrator": "安全保密管理员",
    "security_auditor": "安全审计员",
}
