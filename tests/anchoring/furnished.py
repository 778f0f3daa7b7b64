"""An installation in which every table that matters has rows, and history tells of each."""

import io
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Boolean, Connection, Integer, LargeBinary, String, Table, Text, func, insert, select, update

from app.anchoring import Anchorer
from app.house import House
from app.transaction import reading, transaction
from engine.model import Actor, RecordChange, Value
from engine.persistence import work_items
from engine.persistence.base import UtcDateTime
from engine.persistence.tables import process_instance
from tests.office import BODY, TITLE, Desk
from tests.redaction.clearing import clear
from workflows.attachments import actions as attachments
from workflows.catalogue import record_tables
from workflows.clearings import PlaceKind
from workflows.flow_changes.drafts import digest_of
from workflows.flow_changes.records import flow_file
from workflows.organisation.records import unit
from workflows.record_tables import CanonicalValue, RecordTable
from workflows.recording import record_in_case
from workflows.substitutions import actions as substitutions
from workflows.substitutions.values import Arrangement

MINUTE = timedelta(minutes=1)
FLOW = b"<definitions/>"


def furnish(house: House) -> None:
    """Let one case fail and end, and one change hands and lose a text; fill each table of records; anchor it all."""
    done = Failing(house)
    done.to_the_end()
    changed = Desk(house, at=done.now)
    changed.to_countersign()
    _hand_over(house, changed)
    clear(changed, PlaceKind.FIELD, "body", everywhere=False)
    with transaction(house.pool) as connection:
        _attach(house, connection, changed)
        person = done.person("gexingyao")
        asked = Arrangement("gexingyao", "suiyiming", done.now + MINUTE, done.now + timedelta(days=3))
        substitutions.arrange(connection, house.office, person, asked, done.now)
        connection.execute(insert(flow_file).values(sha256=digest_of(FLOW), content=FLOW))
        for table in record_tables(house.office.businesses):
            if not connection.scalar(select(func.count()).select_from(table.table)):
                _record(house, connection, changed, table)
    assert Anchorer(house).make() is not None
    with reading(house.pool) as connection:
        assert connection.scalar(select(func.count()).select_from(process_instance)) == 2


class Failing(Desk):
    """A case whose automatic step fails once and is tried again."""

    def to_signing(self) -> None:
        self.to_countersign()
        self.act("luanhaiping", "agree")
        self.act("wanliqing", "agree")
        self.act("gexingyao", "submit", title=TITLE, body=BODY)
        self.act("ranqinghe", "agree", title=TITLE, body=BODY, document_type="通知", main_recipients="总部各部门")
        self.act("zhenliyan", "agree")
        _lead(self.house, None)
        failed = self.act("miaoyuanchuan", "agree")
        _lead(self.house, "qiujingan")
        engine = self.house.office.engine
        with transaction(self.house.pool) as connection:
            engine.retry_incident(connection, failed.incidents[0], Actor("zhenliyan"), self.now + MINUTE)


def _lead(house: House, leader: str | None) -> None:
    with transaction(house.pool) as connection:
        connection.execute(update(unit).where(unit.c.code == "BGS").values(leader=leader))


def _hand_over(house: House, desk: Desk) -> None:
    engine = house.office.engine
    [item] = desk.open_items("luanhaiping")
    with transaction(house.pool) as connection:
        locked = engine.lock_work_item(connection, item.id, item.version)
        engine.delegate(connection, locked, "suiyiming", "请提意见", Actor("luanhaiping"), desk.now + MINUTE)
        version = work_items.get_work_item(connection, item.id).version
        locked = engine.lock_work_item(connection, item.id, version)
        engine.urge(connection, locked, "请尽快", Actor("gexingyao"), desk.now + 2 * MINUTE)


def _attach(house: House, connection: Connection, desk: Desk) -> None:
    at = desk.now + 3 * MINUTE
    for content in (b"one", b"two"):
        one = attachments.add(
            connection, house.office.store, "附件.txt", io.BytesIO(content), 1_000_000, "gexingyao", at
        )
        if content == b"one":
            attachments.bind(connection, [one.id], desk.instance_id)
            told: Mapping[str, Value] = {"files": [one.id]}
            record_in_case(connection, house.office, desk.instance_id, "case.filed", told, [], Actor("gexingyao"), at)


def _record(house: House, connection: Connection, desk: Desk, table: RecordTable) -> None:
    """Let history tell of a record that has something in each column, whatever it would mean."""
    at = desk.now + 4 * MINUTE
    values = {
        column.name: _something(connection, table.table, column.name)
        for column in table.table.columns
        if not column.primary_key
    }
    (key,) = table.table.primary_key.columns
    record_id = desk.instance_id if key.foreign_keys or key.name == "instance_id" else "1"
    change = RecordChange(table.name, record_id, values)
    record_in_case(connection, house.office, desk.instance_id, "case.filed", {}, [change], Actor("gexingyao"), at)


def _something(connection: Connection, table: Table, name: str) -> Value:
    column = table.c[name]
    for reference in column.foreign_keys:
        return connection.scalar(select(reference.column).order_by(reference.column.desc()).limit(1))
    if isinstance(column.type, UtcDateTime):
        return "2025-11-07T01:00:00.000000Z"
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return 7
    if isinstance(column.type, CanonicalValue):
        return {"a": digest_of(FLOW)}
    if isinstance(column.type, LargeBinary):
        return None
    assert isinstance(column.type, String | Text), (table.name, name)
    return f"某{name}"[:10]
