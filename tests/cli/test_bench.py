"""`banjie bench` on a tiny setting: every promised number is measured on each kind of database, and told as scripts read it."""

import json
import re
from pathlib import Path

from app.bench.boxes import BOXES
from tests.cli.test_commands import Shell
from tests.conftest import Databases
from tests.databases import EMPTY

SLOWEST = re.compile(r"（[^（]+，(?=HTTP）)")
"""The filter by which a box is slowest, which is found out by measuring."""
ROWS = [
    "完成一件待办（服务层，五步流程）",
    "每次完成的 SQL 语句",
    "每次完成的提交",
    "发起一个事项",
    "完成一件待办（HTTP：会话、CSRF、表单、权限）",
    "3 席会签中完成一席",
    "6 席会签中完成一席",
    "循环事项第 4 步与第 2 步之比",
    "重放并全部验证（五步事项）",
    "重放并全部验证（循环事项）",
    "验证整个数据库（链与投影）",
    "打开 15 条记录的过程回放（服务端）",
    "过程回放换一个时刻（服务端）",
    "四进程同办一个 8 席会签：出错",
    "四进程同办一个 8 席会签：最长等待",
    "待办页（HTTP），表中 50 件",
    "完成一件待办，库中 10 个事项",
    "待办页（HTTP），表中 100 件",
    "待办页，表中 100 件与 50 件之比",
    "完成一件待办，库中 20 个事项",
    "检索待办（罕见词），表中 100 件",
    "检索待办（常见词），表中 100 件",
    "检索事项查询（罕见词），表中 100 件",
    "检索事项查询（常见词），表中 100 件",
    *(f"{box}最慢的一种（HTTP），表中 100 件" for box in BOXES.values()),
    "完成一件待办，库中 30 个事项",
    "审计日志（HTTP），表中 50 条",
    "审计日志（HTTP），表中 100 条",
    "审计日志，表中 100 条与 50 条之比",
    "审计日志最慢的一种（HTTP），表中 100 条",
    "5 个未到期定时器，扫描一次",
    "10 个未到期定时器，扫描一次",
]


def test_every_number_to_reach_is_measured(databases: Databases, tmp_path: Path) -> None:
    url = databases.new(EMPTY)
    shell = Shell(url, tmp_path)
    report = json.loads(shell("bench", "--quick", "--json", "--database", url))
    databases.drop(url)

    assert set(report) == {"bare_commit_ms", "database", "rows"}
    assert report["database"] == databases.name
    assert report["bare_commit_ms"] > 0
    assert [SLOWEST.sub("（", row["name"]) for row in report["rows"]] == ROWS
    for row in report["rows"]:
        assert set(row) == {"name", "value", "unit", "goal", "met"}
        more_is_better = row["unit"].startswith("条/秒")
        assert row["met"] is (row["value"] >= row["goal"] if more_is_better else row["value"] <= row["goal"])
    values = {row["name"]: row["value"] for row in report["rows"]}
    assert values.pop("四进程同办一个 8 席会签：出错") == 0
    assert values["每次完成的提交"] == 1
    assert values["每次完成的 SQL 语句"] <= 12
    assert all(value > 0 for value in values.values())
