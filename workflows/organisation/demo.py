"""The demonstration office: a fictional energy group, its units, posts and people."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from workflows.organisation import passwords, queries, secretaries
from workflows.organisation.actions import PersonFields, UnitFields, add_person, add_unit
from workflows.organisation.posts import POSTS
from workflows.organisation.records import post, unit
from workflows.organisation.values import Record

ROOT = "MYJT"
UNITS: tuple[tuple[str, str, str | None, str | None, str | None], ...] = (
    (ROOT, "沐原能源集团有限公司", None, None, None),
    ("BGS", "党委办公室", ROOT, "zhenliyan", "qiujingan"),
    ("ZBS", "总值班室", "BGS", "shangkewei", "qiujingan"),
    ("JYS", "机要文印室", "BGS", None, "qiujingan"),
    ("DAS", "档案室", "BGS", None, "qiujingan"),
    ("ZZB", "党委组织部（人力资源部）", ROOT, "shiyanqiu", "miaoyuanchuan"),
    ("DQB", "党群工作部", ROOT, "wanliqing", "qiujingan"),
    ("AHB", "安全环保部", ROOT, "luanhaiping", "biancongzhou"),
    ("CWB", "财务部", ROOT, "zonghuaigu", "ruanzhiwei"),
    ("FGB", "法律合规部", ROOT, "tongxueling", "yuwenshu"),
    ("SJB", "审计部", ROOT, "peishenzhi", "shaoqiheng"),
    ("JWB", "纪委办公室", ROOT, None, "qishouzhuo"),
    ("XXZ", "信息中心", ROOT, None, "miaoyuanchuan"),
    ("QY1", "砚江热电公司", ROOT, None, None),
    ("QY2", "沐原新能源公司", ROOT, None, None),
    ("QY3", "南屏供热公司", ROOT, None, None),
    ("QY4", "石浦燃机公司", ROOT, None, None),
    ("QY5", "青坞水电公司", ROOT, None, None),
    ("QY6", "沐原物资公司", ROOT, None, None),
    ("QY7", "沐原检修公司", ROOT, None, None),
    ("QY8", "沐原置业公司", ROOT, None, None),
)
PEOPLE: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("shaoqiheng", "邵启衡", "党委书记、董事长", ((ROOT, "principal"),)),
    ("yuwenshu", "郁文澍", "党委副书记、总经理", ((ROOT, "executive_head"),)),
    ("qiujingan", "仇敬安", "党委专职副书记", ((ROOT, "deputy_leader"),)),
    ("qishouzhuo", "祁守拙", "党委委员、纪委书记", ((ROOT, "deputy_leader"),)),
    ("biancongzhou", "卞从周", "党委委员、副总经理", ((ROOT, "deputy_leader"),)),
    ("ruanzhiwei", "阮知微", "党委委员、总会计师", ((ROOT, "deputy_leader"),)),
    ("miaoyuanchuan", "缪远川", "党委委员、副总经理", ((ROOT, "deputy_leader"),)),
    ("zhenliyan", "甄立言", "党委办公室主任", (("BGS", "office_director"), ("BGS", "unit_head"))),
    ("boruoxi", "柏若溪", "党委办公室副主任", (("BGS", "process_administrator"),)),
    ("ranqinghe", "冉青禾", "文秘主管", (("BGS", "document_secretary"),)),
    ("shaxiaoman", "沙小满", "机要文书", (("BGS", "registry_clerk"),)),
    ("zhimingyuan", "支明远", "秘书", (("BGS", "leader_secretary"),)),
    ("jinshubai", "靳书白", "会务秘书", (("BGS", "meeting_secretary"),)),
    ("linxiaozhou", "蔺晓舟", "督查专员", (("BGS", "supervision_clerk"),)),
    ("quanning", "屈安宁", "文印、印章管理员", (("JYS", "seal_keeper"),)),
    ("kuangyuheng", "匡玉衡", "档案员", (("DAS", "archivist"),)),
    ("shangkewei", "尚可为", "总值班室主任", (("ZBS", "duty_officer"), ("ZBS", "unit_head"))),
    ("shiyanqiu", "石砚秋", "党委组织部（人力资源部）部长", (("ZZB", "unit_head"),)),
    ("gexingyao", "葛星遥", "人力资源部薪酬考勤主管", (("ZZB", "handler"),)),
    ("luanhaiping", "栾海平", "安全环保部主任", (("AHB", "unit_head"),)),
    ("suiyiming", "隋一鸣", "安全环保部安全主管", (("AHB", "handler"),)),
    ("zonghuaigu", "宗怀谷", "财务部主任", (("CWB", "unit_head"),)),
    ("tongxueling", "佟雪岭", "法律合规部主任", (("FGB", "unit_head"), ("FGB", "compliance_reviewer"))),
    ("wanliqing", "万里晴", "党群工作部主任", (("DQB", "unit_head"),)),
    ("miaoruogu", "苗若谷", "党群工作部副主任", (("DQB", "handler"),)),
    ("peishenzhi", "裴慎之", "审计部主任", (("SJB", "unit_head"), ("SJB", "auditor"))),
    ("jiziheng", "计子衡", "系统管理员", (("XXZ", "system_administrator"),)),
    ("yuemingda", "岳明达", "安全保密管理员", (("XXZ", "security_administrator"),)),
    ("changguanfu", "常观复", "安全审计员", (("JWB", "security_auditor"),)),
    ("tanzhixing", "谈知行", "单位收发员", (("QY1", "unit_registrar"),)),
    ("yuqinghe", "喻清和", "单位收发员", (("QY2", "unit_registrar"),)),
    ("zhulan", "祝岚", "单位收发员", (("QY3", "unit_registrar"),)),
    ("luchengzhi", "路承志", "单位收发员", (("QY4", "unit_registrar"),)),
    ("yanzhiqiu", "晏知秋", "单位收发员", (("QY5", "unit_registrar"),)),
    ("qiwangshu", "戚望舒", "单位收发员", (("QY6", "unit_registrar"),)),
    ("luoyichuan", "骆一川", "单位收发员", (("QY7", "unit_registrar"),)),
    ("jianhuaiyuan", "简怀远", "单位收发员", (("QY8", "unit_registrar"),)),
    ("zhuanghuaiyuan", "庄怀远", "单位收发员", (("JWB", "unit_registrar"),)),
    ("feisiqi", "费思齐", "单位收发员", (("XXZ", "unit_registrar"),)),
)
SERVED = {"zhimingyuan": ("shaoqiheng", "qiujingan")}
"""Which leaders each secretary serves."""


@dataclass(frozen=True)
class DemoLogin:
    """How somebody of the demonstration office signs in; ``password`` is None where it was set before."""

    username: str
    name: str
    unit: str
    posts: tuple[str, ...]
    password: str | None


def load(connection: Connection, password: str | None, record: Record) -> list[DemoLogin]:
    """Load the demonstration office; what is there already stays as it is.

    Args:
        connection: In a transaction.
        password: Given to everybody who has none yet, and need not be changed; without it, each gets a random one
            that must be changed at the first sign-in.
        record: Told of every change.

    Returns:
        Everybody's login, in the office's order.
    """
    add_posts(connection, record)
    known_units = {one.code for one in queries.list_units(connection, include_disabled=True)}
    for code, name, parent, _head, _leader in UNITS:
        if code not in known_units:
            add_unit(connection, code, UnitFields(name, parent), record)
    newcomers = [one for one in SERVED if queries.find_person(connection, one) is None]
    logins = [_login(connection, entry, password, record) for entry in PEOPLE]
    for code, _name, _parent, head, leader in UNITS:
        if code not in known_units:
            connection.execute(update(unit).where(unit.c.code == code).values(head=head, leader=leader))
            record("unit:changed", {"code": code, "head": head, "leader": leader})
    for secretary in newcomers:
        for leader in SERVED[secretary]:
            secretaries.assign(connection, secretary, leader, record)
    return logins


def add_posts(connection: Connection, record: Record) -> None:
    """Add the posts every office has, as far as they are missing; ``record`` is told of each."""
    known = queries.post_names(connection)
    position = connection.scalar(select(func.count()).select_from(post)) or 0
    missing = [
        {"code": code, "name": name, "position": position + index, "disabled_at": None}
        for index, (code, name) in enumerate(POSTS.items())
        if code not in known
    ]
    if missing:
        connection.execute(insert(post), missing)
    for one in missing:
        record("post:added", {"code": one["code"], "name": one["name"]})


def _login(
    connection: Connection,
    entry: tuple[str, str, str, tuple[tuple[str, str], ...]],
    password: str | None,
    record: Record,
) -> DemoLogin:
    username, name, title, held = entry
    if queries.find_person(connection, username) is None:
        add_person(connection, username, PersonFields(name, title, held), record)
    given: str | None = None
    if not passwords.has_password(connection, username):
        given = password or secrets.token_urlsafe(passwords.RANDOM_BYTES)
        passwords.set_password(connection, username, given, must_change=password is None)
    person = queries.get_person(connection, username)
    return DemoLogin(username, name, person.holdings[0].unit_name, tuple(sorted(person.posts)), given)
