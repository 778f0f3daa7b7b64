"""The command line: set up, serve, prove, measure."""

import atexit
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app import assets
from app.announcing import announcing
from app.assets import AssetsMissing
from app.house import House, build
from app.ledgers import OPERATIONS, tell, tell_operation
from app.messages import break_reason
from app.settings import load, outside_secret
from app.settings_told import tell_settings
from app.transaction import reading, transaction
from engine import canonical
from engine.definitions import is_model, read_processes
from engine.errors import ClockSetBack, ProcessError
from engine.model import Actor, Finding, ReplayResult, Value
from engine.persistence import jobs
from engine.persistence.database import create_schema
from engine.verification import Break
from workflows import definitions, verification
from workflows.audit_log import projection as audit_log
from workflows.calendar import demo as demo_calendar
from workflows.calendar.working_time import beginning_of
from workflows.event_logs.exporting import SALT_BYTES, event_log
from workflows.event_logs.values import Wanted
from workflows.notices import outbox
from workflows.organisation import actions, passwords, queries
from workflows.organisation import demo as demo_office
from workflows.rooms import demo as demo_rooms
from workflows.search import index as search

BPMN = Path(__file__).parent.parent / "bpmn"
DEMO_CLOCK = datetime.fromisoformat("2025-11-03T08:00+08:00")
DEMO_OPENINGS = (
    ("沐原办", 2025, 46),
    ("收", 2025, 816),
    ("沐原督", 2025, 17),
    ("党委会", 2025, 20),
    ("党委会纪要", 2025, 20),
)
SYSTEM = Actor("system")
ORGANISATION = "office:organisation"
BESIDE_MODELS = (".form", ".dmn")
MOST_PARKED = 5
BENCH_PERSON = "gexingyao"
VERSION_OPTION = Annotated[int | None, typer.Option(help="流程的版本；不给则为全部版本")]
SINCE_OPTION = Annotated[str | None, typer.Option("--from", help="发起日期自（如 2025-11-01）")]
UNTIL_OPTION = Annotated[str | None, typer.Option("--to", help="发起日期至，含当日")]
UNITS_OPTION = Annotated[list[str] | None, typer.Option(help="发起单位的代码，可重复")]
PSEUDONYMS_OPTION = Annotated[bool, typer.Option("--pseudonyms", help="人员以代号出现，不写标题和文号")]
DATABASE_OPTION = Annotated[str | None, typer.Option("--database", help="SQLAlchemy URL")]

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="办结 Banjie")
export_cli = typer.Typer(no_args_is_help=True, help="导出")
cli.add_typer(export_cli, name="export")
console = Console()


def main() -> None:
    """Run a command; a deliberate error is one Chinese line and exit status 1."""
    try:
        cli()
    except ProcessError as error:
        typer.secho(_told(error), err=True, fg="red")
        sys.exit(1)
    except ValidationError as error:
        for one in error.errors():
            place = ".".join(map(str, one["loc"]))
            typer.secho(f"配置有误：{place}：{one['msg']}", err=True, fg="red")
        sys.exit(1)
    except OperationalError as error:
        typer.secho(f"数据库不可用或尚未初始化（banjie init）：{error.orig}", err=True, fg="red")
        sys.exit(1)


@cli.command()
def init(admin: Annotated[str | None, typer.Option(help="首个系统管理员的用户名")] = None) -> None:
    """建立数据库，部署 bpmn/ 下的流程；可重复执行。"""
    house = _house()
    with transaction(house.pool) as connection:
        create_schema(connection)
        _set_unset_clock(connection, house)
        demo_office.add_posts(connection, _record(connection, house))
        tell(connection, house, OPERATIONS, "installation:initialised", {"admin": admin} if admin else {})
        for files in grouped(sorted(path for path in BPMN.glob("*/*") if is_model(path.name))):
            at = house.office.engine.now(connection)
            for deployed in definitions.deploy_as(connection, house.office, SYSTEM, files, at):
                console.print(f"流程 {deployed.name}（{deployed.key}）第 {deployed.version} 版")
        if admin:
            console.print(f"系统管理员 {admin} 的密码：{_first_administrator(connection, house, admin)}")


@cli.command()
def demo(
    password: Annotated[str | None, typer.Option(help="所有人的密码；不给则各自随机，首次登录须修改")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """装入演示单位；可重复执行。"""
    house = _house()
    with transaction(house.pool) as connection:
        _set_unset_clock(connection, house)
        logins = demo_office.load(connection, password, _record(connection, house))
        _open_numbers(connection, house)
        _load_phrases(connection, house)
        demo_rooms.load(connection, house.office, SYSTEM, house.office.engine.now(connection))
        demo_calendar.load(connection, house.office.engine, house.office.calendars, house.office.engine.now(connection))
        tell(connection, house, OPERATIONS, "demo:loaded", {"people": len(logins)})
    if as_json:
        typer.echo(json.dumps([{**vars(one), "posts": list(one.posts)} for one in logins], ensure_ascii=False))
        return
    table = Table(title="演示单位的登录")
    for column in ("姓名", "用户名", "单位", "密码"):
        table.add_column(column)
    for one in logins:
        table.add_row(one.name, one.username, one.unit, one.password or "（已设置，不再显示）")
    console.print(table)


@cli.command()
def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """启动网页服务。"""
    import uvicorn

    from app.metrics import SHARED_FOLDER
    from app.scheduler import serves_jobs

    house = _house()
    tell_settings(house)
    if not serves_jobs(house):
        typer.echo("定时、消息和自动任务不在本进程执行，请另外运行 banjie worker（设置 jobs.in_server）。")
    typer.echo(f"办结已启动：http://{host}:{port}  （按 Ctrl+C 停止）")
    with ExitStack() as stack:
        if workers > 1:
            counted = stack.enter_context(tempfile.TemporaryDirectory(prefix="banjie-metrics-"))
            os.environ.setdefault(SHARED_FOLDER, counted)
        uvicorn.run(
            "app.asgi:create_asgi",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_level="warning",
            access_log=False,
        )


@cli.command()
def worker() -> None:
    """执行到期的定时、消息和自动任务（PostgreSQL；可同时运行任意多个）。"""
    from app.scheduler import serves_jobs, ticking

    house = _house()
    if serves_jobs(house):
        typer.echo("到期任务由 banjie serve 执行（jobs.in_server），不需要另外运行 worker。")
        return
    tell_settings(house)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with ticking(house, in_turn=False):
        typer.echo(f"正在执行到期任务，每 {house.settings.jobs.poll_seconds:g} 秒查看一次（按 Ctrl+C 停止）")
        stopped.wait()


@cli.command()
def tick(
    at: Annotated[str | None, typer.Option(help="让时间走到这一时刻（ISO 8601，含时区）")] = None,
    parked: Annotated[bool, typer.Option("--parked", help="多次失败而搁置的任务也再试一次")] = False,
) -> None:
    """让时间走到一个时刻，途中到期的任务依次执行；不带参数时执行现在到期的任务。"""
    from app import scheduler

    house = _house()
    engine = house.office.engine
    if parked:
        with transaction(house.pool) as connection:
            jobs.take_up_parked(connection, engine.now(connection))
            tell(connection, house, OPERATIONS, "jobs:taken_up", {})
    if at:
        try:
            instant = datetime.fromisoformat(at)
        except ValueError as error:
            raise typer.BadParameter(f"“{at}”不是 ISO 8601 时刻") from error
        if instant.tzinfo is None:
            raise typer.BadParameter("时刻必须带时区，例如 2025-11-05T08:40+08:00")
        with reading(house.pool) as connection:
            before = engine.now(connection)
        done = scheduler.pass_time(house, instant)
        with transaction(
            house.pool
        ) as connection:  # told at the instant itself: another may go to the same one meanwhile
            times: dict[str, Value] = {"before": canonical.instant(before), "now": canonical.instant(instant)}
            engine.record_ledger(connection, OPERATIONS, "clock:set", times, SYSTEM, instant)
    else:
        done = 0
        while more := scheduler.run_due(house):
            done += more
    with reading(house.pool) as connection:
        typer.echo(engine.now(connection).isoformat())
    typer.echo(f"执行了 {done} 项到期任务。")


@cli.command()
def check(files: list[Path], as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """检查流程文件和表单能否部署。"""
    house = _house()
    reports = [(group, _findings(house, group)) for group in grouped(files)]
    refused = any(finding.severity == "error" for _group, findings in reports for finding in findings)
    if as_json:
        told = [one for group, findings in reports for one in _reported(group, findings)]
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for _group, findings in reports:
            for one in findings:
                typer.echo(f"{one.file}:{one.line} {one.element or '-'} {one.rule} {one.message}")
        typer.echo("不能部署。" if refused else "可以部署。")
    raise typer.Exit(1 if refused else 0)


@cli.command()
def deploy(files: list[Path]) -> None:
    """检查并部署为下一版本。"""
    house = _house()
    with transaction(house.pool) as connection:
        for group in grouped(files):
            at = house.office.engine.now(connection)
            for deployed in definitions.deploy_as(connection, house.office, SYSTEM, group, at):
                typer.echo(f"{deployed.key} 第 {deployed.version} 版 {deployed.hash}")


@cli.command()
def replay(
    ids: Annotated[list[str] | None, typer.Argument()] = None,
    all_cases: Annotated[bool, typer.Option("--all")] = False,
    file: Annotated[Path | None, typer.Option(help="只用导出文件重放，不用数据库")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """从历史重新执行并逐条比对；不一致则退出码为 1。"""
    from engine.replay import replay_export

    if file is not None:
        results = [replay_export(file.read_bytes().splitlines())]
    else:
        house = _house()
        with reading(house.pool) as connection:
            chosen = list(ids or ())
            if all_cases:
                chosen = list(connection.scalars(text("SELECT id FROM process_instance ORDER BY started_at")))
            results = [house.office.engine.replay(connection, one) for one in chosen]
    if as_json:
        typer.echo(json.dumps([_replay_shape(one) for one in results], ensure_ascii=False))
    else:
        for one in results:
            typer.echo(_replayed(one))
    raise typer.Exit(0 if all(one.verified for one in results) else 1)


@cli.command()
def verify(
    anchors: Annotated[Path | None, typer.Option(help="另处保存的锚定文件；与它逐条比对")] = None,
    key: Annotated[list[Path] | None, typer.Option(help="另处保存的公钥文件；可给多个")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """检查整个数据库的记录链、投影、附件和锚定；有断点则指出并以 1 退出。"""
    from app import anchoring

    house = _house()
    with reading(house.pool) as connection:
        breaks = verification.verify(connection, house.office)
        breaks.extend(anchoring.check(house, connection, anchors, key or ()))
    if as_json:
        typer.echo(json.dumps([vars(one) for one in breaks], ensure_ascii=False))
        raise typer.Exit(1 if breaks else 0)
    for one in breaks:
        typer.echo(_broken(one))
    if anchors is None or not key:
        typer.echo("提示：只有同时给出另处保存的 --anchors 和 --key，才能发现连同哈希一起重写的改动。")
    typer.echo(f"发现 {len(breaks)} 处不一致。" if breaks else "全部一致。")
    raise typer.Exit(1 if breaks else 0)


@cli.command()
def anchor(
    public_key: Annotated[Path | None, typer.Option("--public-key", help="把公钥写到这个文件，以便另处保存")] = None,
) -> None:
    """把全部记录链、附件和流程锚定到一个签名，写入锚定文件；没有变化则不写。"""
    from app import anchoring
    from engine.anchoring.signing import fingerprint, own_key

    house = _house()
    made = anchoring.Anchorer(house).make()
    key = own_key(house.settings.storage.data_dir)
    if made is None:
        typer.echo("上次锚定之后没有变化。")
    else:
        typer.echo(f"锚定第 {made.number} 号，根 {made.root}")
    typer.echo(f"锚定文件：{anchoring.file_of(house)}")
    typer.echo(f"公钥指纹：{fingerprint(key.public)}")
    if public_key is not None:
        public_key.write_text(key.public + "\n", encoding="ascii")
        typer.echo(f"公钥已写入 {public_key}。请与锚定文件一起保存在别处。")


@export_cli.command("history")
def export_history(
    instance_id: str,
    verifier: Annotated[
        Path | None, typer.Option("--with-verifier", help="写成这个 ZIP，附锚定证明和离线验证程序")
    ] = None,
    thread: Annotated[bool, typer.Option("--thread", help="连同整条线索的事项（与 --with-verifier 同用）")] = False,
    files: Annotated[bool, typer.Option("--with-files", help="连同附件（与 --with-verifier 同用）")] = False,
) -> None:
    """把一个事项的历史导出到标准输出，或写成可离线验证的 ZIP。"""
    from workflows.anchoring import exporting
    from workflows.thread import connected_cases

    house = _house()
    with reading(house.pool) as connection:
        if verifier is None:
            lines = list(house.office.engine.export(connection, instance_id))
        else:
            chosen = connected_cases(connection, instance_id) if thread else [instance_id]
            exports = ((one, house.office.engine.export(connection, one)) for one in chosen)
            with verifier.open("wb") as target:
                exporting.write_archive(connection, house.office, exports, target, with_files=files)
    tell_operation(house, "case:exported", instance=instance_id)
    if verifier is None:
        for line in lines:
            sys.stdout.buffer.write(line + b"\n")
        return
    typer.echo(f"已导出 {len(chosen)} 个事项到 {verifier}。解压后运行 python3 verify_case.py --key 公钥文件")


@export_cli.command("xes")
def export_xes(
    definition: Annotated[str, typer.Argument(help="流程的标识")],
    version: VERSION_OPTION = None,
    since: SINCE_OPTION = None,
    until: UNTIL_OPTION = None,
    unit: UNITS_OPTION = None,
    pseudonyms: PSEUDONYMS_OPTION = False,
) -> None:
    """把一个流程的事件日志导出到标准输出：XES（IEEE 1849-2016）。"""
    _export_log(definition, version, since, until, unit, pseudonyms, as_table=False)


@export_cli.command("csv")
def export_csv(
    definition: Annotated[str, typer.Argument(help="流程的标识")],
    version: VERSION_OPTION = None,
    since: SINCE_OPTION = None,
    until: UNTIL_OPTION = None,
    unit: UNITS_OPTION = None,
    pseudonyms: PSEUDONYMS_OPTION = False,
) -> None:
    """把一个流程的事件日志导出到标准输出：CSV，每个事件一行。"""
    _export_log(definition, version, since, until, unit, pseudonyms, as_table=True)


@cli.command()
def bench(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    database: DATABASE_OPTION = None,
    full: Annotated[bool, typer.Option("--full", help="还量到一百万个事项")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="每行只量几次，只看能否测量")] = False,
) -> None:
    """测量办理速度，与同一次运行中的裸提交相比；默认在临时的 SQLite 上。"""
    from app.bench import run, sizes

    folder = Path(tempfile.mkdtemp(prefix="banjie-bench-"))
    try:
        url = database or f"sqlite:///{folder}/bench.db"
        house = build(load(storage={"database_url": url, "data_dir": folder}))
        password = secrets.token_urlsafe(12)
        with transaction(house.pool) as connection:
            create_schema(connection)
            demo_office.load(connection, password, _record(connection, house))
        size = sizes.QUICK if quick else sizes.FULL if full else sizes.USUAL
        report = run.run(house, BENCH_PERSON, password, size)
        house.pool.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    table = Table(title=f"{report.database}：裸提交 {report.bare_commit_ms} 毫秒")
    for column in ("项目", "测得", "目标", "达到"):
        table.add_column(column)
    for row in report.rows:
        table.add_row(row.name, f"{row.value} {row.unit}", f"{row.goal}", "是" if row.met else "否")
    console.print(table)


@cli.command()
def backup(file: Path) -> None:
    """备份数据库和附件到一个文件。"""
    from app import backup as archives

    breaks = archives.backup(_house(), file)
    typer.echo(f"已备份到 {file}（{file.stat().st_size} 字节）。")
    _report(breaks)


@cli.command()
def restore(file: Path) -> None:
    """把备份恢复到空的数据库和数据目录，并验证。"""
    from app import backup as archives

    try:
        breaks = archives.restore(_house(), file)
    except (archives.BackupRefused, zipfile.BadZipFile, FileNotFoundError) as error:
        typer.secho(f"没有恢复：{error}", err=True, fg="red")
        raise typer.Exit(1) from error
    typer.echo("已恢复。")
    _report(breaks)


@cli.command()
def index() -> None:
    """重建全文检索的索引和审计日志的索引；期间可以照常办理，未重建的事项暂时查不到。"""
    house = _house()
    with transaction(house.pool) as connection:
        search.clear(connection)
        audit_log.rebuild(connection)
        tell(connection, house, OPERATIONS, "index:rebuilt", {})
    last: str | None = ""
    while last is not None:
        with transaction(house.pool) as connection:
            last = house.indexer.index_next(connection, last)
    typer.echo("索引已重建。")


@cli.command()
def doctor() -> None:
    """检查安装、配置和数据库是否就绪。"""
    problems = 0
    house = _house()
    checks: list[tuple[str, Callable[[], object]]] = [
        ("配置文件", load),
        ("数据库", lambda: _query(house, "SELECT 1")),
        ("数据库结构", lambda: _query(house, "SELECT count(*) FROM process_definition")),
        ("数据目录可写", lambda: _touch(house.settings.storage.data_dir)),
        ("网页资源", lambda: assets.script("pages")),
        ("到期任务", lambda: _nothing_parked(house)),
        ("邮件和机器人", lambda: _messages_go_out(house)),
    ]
    for name, probe in checks:
        try:
            probe()
            typer.echo(f"✓ {name}")
        except Exception as error:  # noqa: BLE001  (whatever is wrong is what this command reports)
            problems += 1
            typer.echo(f"✗ {name}：{_what_to_do(error)}")
    raise typer.Exit(1 if problems else 0)


def _house() -> House:
    """Put the installation together; what the command commits is announced, the last before the process ends."""
    house = build(load())
    saying = ExitStack()
    saying.enter_context(announcing(house.pool))
    atexit.register(saying.close)
    return house


def _export_log(
    definition: str,
    version: int | None,
    since: str | None,
    until: str | None,
    units: list[str] | None,
    pseudonyms: bool,
    *,
    as_table: bool,
) -> None:
    house = _house()
    wanted = Wanted(definition, version, _day(since), _day(until, 1), frozenset(units or ()))
    salt = secrets.token_bytes(SALT_BYTES) if pseudonyms else b""
    with reading(house.pool) as connection:
        for part in event_log(connection, house.office.engine, wanted, salt, as_table=as_table):
            sys.stdout.buffer.write(part)


def _day(text_of_day: str | None, days: int = 0) -> datetime | None:
    """Return when a day begins in the office, so many days later."""
    if text_of_day is None:
        return None
    try:
        date.fromisoformat(text_of_day)
    except ValueError as error:
        raise typer.BadParameter(f"“{text_of_day}”不是日期，应如 2025-11-05") from error
    return beginning_of(text_of_day, days)


def _set_unset_clock(connection: Connection, house: House) -> None:
    """Let an adjustable clock that was never set start where the demonstration does, unless things have happened."""
    engine = house.office.engine
    if house.settings.clock.adjustable and not engine.clock_was_set(connection):
        try:
            before = canonical.instant(engine.now(connection))
            engine.set_clock(connection, DEMO_CLOCK)
            tell(connection, house, OPERATIONS, "clock:set", {"before": before, "now": canonical.instant(DEMO_CLOCK)})
        except ClockSetBack:
            typer.echo("已有更晚的记录，时钟保持不变。", err=True)


def _told(error: ProcessError) -> str:
    from app.messages import sentence
    from app.web import create_app

    with create_app().test_request_context():
        return sentence(error)


def _record(connection: Connection, house: House) -> Callable[[str, Mapping[str, Value]], None]:
    at = house.office.engine.now(connection)
    return lambda kind, data: house.office.engine.record_ledger(connection, ORGANISATION, kind, data, SYSTEM, at)


def _first_administrator(connection: Connection, house: House, username: str) -> str:
    record = _record(connection, house)
    if queries.find_person(connection, username) is None:
        if demo_office.ROOT not in {one.code for one in queries.list_units(connection, include_disabled=True)}:
            actions.add_unit(connection, demo_office.ROOT, actions.UnitFields(house.settings.office.name), record)
        held = ((demo_office.ROOT, "system_administrator"),)
        actions.add_person(connection, username, actions.PersonFields("系统管理员", "", held), record)
    return passwords.reset_password(connection, username, record)


def _open_numbers(connection: Connection, house: House) -> None:
    from workflows.numbering import series as numbering

    at = house.office.engine.now(connection)
    for code, year, opening in DEMO_OPENINGS:
        if numbering.find_series(connection, code, year) is None:
            numbering.set_opening(
                connection,
                code,
                year,
                opening,
                lambda kind, data: house.office.engine.record_ledger(
                    connection, "office:numbers", kind, data, SYSTEM, at
                ),
            )


def _load_phrases(connection: Connection, house: House) -> None:
    from workflows.phrases import actions as phrase_actions
    from workflows.phrases import demo as demo_phrases

    at = house.office.engine.now(connection)
    demo_phrases.load(
        connection,
        lambda kind, data: house.office.engine.record_ledger(connection, phrase_actions.LEDGER, kind, data, SYSTEM, at),
    )


def grouped(files: list[Path]) -> list[dict[str, bytes]]:
    """Put each model together with those of the others that it calls, and the forms and decision tables beside them."""
    missing = [path for path in files if not path.is_file()]
    if missing:
        raise typer.BadParameter(f"没有这个文件：{missing[0]}")
    models = [path for path in files if is_model(path.name)]
    others = {path.name: path.read_bytes() for path in files if path not in models}
    if not models:
        return [others]
    return [{**_beside(group), **others} for group in _calling_each_other(models)]


def _beside(models: list[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for model in models:
        for path in (*sorted(one for one in model.parent.iterdir() if one.suffix in BESIDE_MODELS), model):
            if found.setdefault(path.name, path.read_bytes()) != path.read_bytes():
                raise typer.BadParameter(f"互相调用的流程有同名而内容不同的文件：{path.name}")
    return found


def _calling_each_other(models: list[Path]) -> list[list[Path]]:
    """Return the models in groups that do not call each other, in the order in which they were named."""
    read = {path: read_processes({path.name: path.read_bytes()}) for path in models}
    files = {process.key: path for path, processes in read.items() for process in processes}
    groups: dict[Path, list[Path]] = {path: [path] for path in models}
    for path, processes in read.items():
        called = {one.called for process in processes for one in process.activities.values() if one.called}
        for other in {files[key] for key in called if key in files}:
            if groups[other] is not groups[path]:
                groups[path].extend(groups[other])
                for member in groups[other]:
                    groups[member] = groups[path]
    return [[path for path in models if path in group] for group in {id(one): one for one in groups.values()}.values()]


def _findings(house: House, group: Mapping[str, bytes]) -> list[Finding]:
    """Check files, among those that are deployed where there is a database."""
    try:
        with reading(house.pool) as connection:
            return definitions.check(house.office, group, connection)
    except (OperationalError, ProgrammingError):
        return definitions.check(house.office, group)


def _reported(group: dict[str, bytes], findings: list[Finding]) -> list[dict[str, Any]]:
    """Report on each model of a group; what is said of other files stands with the first."""
    models = [name for name in group if is_model(name)] or [next(iter(group), "")]
    deployable = not any(one.severity == "error" for one in findings)
    told: dict[str, list[dict[str, Any]]] = {model: [] for model in models}
    for one in findings:
        told.get(one.file, told[models[0]]).append(vars(one))
    return [{"file": model, "deployable": deployable, "findings": found} for model, found in told.items()]


def _replay_shape(one: ReplayResult) -> dict[str, object]:
    shown = ("instance_id", "verified", "events", "divergence", "divergence_seq")
    return {name: getattr(one, name) for name in shown}


def _replayed(one: ReplayResult) -> str:
    if one.verified:
        return f"{one.instance_id} 一致，{one.events} 条记录"
    why = break_reason(one.divergence or "")
    return f"{one.instance_id} 第 {one.divergence_seq} 条记录不一致：{why}"


def _broken(one: Break) -> str:
    at = f" 第 {one.seq} 条记录" if one.seq is not None else ""
    return f"{one.chain}{at}：{break_reason(one.reason)}"


def _report(breaks: list[Break]) -> None:
    for one in breaks:
        typer.echo(_broken(one))
    typer.echo("验证：全部一致。" if not breaks else f"验证：{len(breaks)} 处不一致。")
    if breaks:
        raise typer.Exit(1)


def _what_to_do(error: Exception) -> str:
    """Return in one line what is wrong, and for what is known, what to do about it."""
    if isinstance(error, DBAPIError):
        missing = "no such table" in str(error.orig) or "does not exist" in str(error.orig)
        advice = "尚未初始化，请运行 banjie init" if missing else "连接不上，请核对 BANJIE_DATABASE_URL"
        return f"{advice}（{str(error.orig).strip().splitlines()[0]}）"
    if isinstance(error, AssetsMissing):
        return "尚未生成，请运行 make web"
    return str(error)


def _query(house: House, statement: str) -> None:
    with reading(house.pool) as connection:
        connection.execute(text(statement))


class _Parked(RuntimeError):
    """Jobs have failed so often that they are no longer tried."""


def _nothing_parked(house: House) -> None:
    with reading(house.pool) as connection:
        parked = jobs.list_parked(connection)
    if parked:
        shown = "；".join(
            f"{one.kind} {one.name}（事项 {one.instance_id or '—'}）：{one.error}" for one in parked[:MOST_PARKED]
        )
        more = "……" if len(parked) > MOST_PARKED else ""
        raise _Parked(f"{len(parked)} 项多次失败后搁置，改正原因后用 banjie tick --parked 再试：{shown}{more}")


class _MessagesStuck(RuntimeError):
    """Messages outside cannot be sent, or some were set aside."""


def _messages_go_out(house: House) -> None:
    robot, mail = house.settings.robot, house.settings.mail
    if robot.format and not outside_secret("ROBOT_URL"):
        raise _MessagesStuck("设置了 robot.format，但没有 BANJIE_ROBOT_URL")
    if mail.username and not outside_secret("MAIL_PASSWORD"):
        raise _MessagesStuck("设置了 mail.username，但没有 BANJIE_MAIL_PASSWORD")
    with reading(house.pool) as connection:
        stuck = outbox.list_stuck(connection, house.office.engine.now(connection))
    if stuck:
        shown = "；".join(f"{one.channel}：{one.error or '发送时中断'}" for one in stuck[:MOST_PARKED])
        raise _MessagesStuck(f"{len(stuck)} 条消息没有发出或不知是否送达，已搁置：{shown}")


def _touch(folder: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=folder):
        pass


if __name__ == "__main__":
    main()
