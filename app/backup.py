"""Backup and restore: database and attachments in one file, checked after writing and after reading."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from app import anchoring
from app.house import House
from app.ledgers import OPERATIONS, tell, tell_operation
from app.transaction import reading, transaction
from engine.persistence import dump
from engine.persistence.database import create_schema
from engine.verification import Break
from workflows import verification
from workflows.audit_log import projection as audit_log

FORMAT_FILE, FORMAT = "format", b"banjie-backup/1\n"
TABLES, ATTACHMENTS = "tables", "attachments"


class BackupRefused(RuntimeError):
    """The backup cannot be used, or the place to restore to is not empty."""


def backup(house: House, target: Path) -> list[Break]:
    """Write a backup, and return what verification says of the installation it was taken from.

    That it was taken is told first, so that it stands in the backup itself.
    """
    tell_operation(house, "backup:taken", file=target.name)
    with reading(house.pool) as connection, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FORMAT_FILE, FORMAT)
        for table in dump.tables():
            with archive.open(f"{TABLES}/{table.name}.jsonl", "w", force_zip64=True) as file:
                for line in dump.rows_of(connection, table):
                    file.write(line + b"\n")
        for name in house.office.store.names():
            archive.write(house.office.store.path(name), f"{ATTACHMENTS}/{name}")
        breaks = verification.verify(connection, house.office) + anchoring.check(house, connection)
    with zipfile.ZipFile(target) as archive:
        if archive.testzip() is not None:
            raise BackupRefused("备份文件写入后校验失败，请检查磁盘。")
    return breaks


def restore(house: House, source: Path) -> list[Break]:
    """Restore a backup into an empty installation, and return what verification says of the result."""
    with zipfile.ZipFile(source) as archive:
        if FORMAT_FILE not in archive.namelist() or archive.read(FORMAT_FILE) != FORMAT:
            raise BackupRefused("这不是办结的备份文件。")
        with transaction(house.pool) as connection:
            create_schema(connection)
            if not dump.is_empty(connection):
                raise BackupRefused("目标数据库不是空的，没有恢复任何内容。")
            dump.defer_references(connection)
            for table in dump.tables():
                dump.load_rows(connection, table, _lines(archive, f"{TABLES}/{table.name}.jsonl"))
            last: str | None = ""
            while last is not None:
                last = house.indexer.index_next(connection, last)
            audit_log.rebuild(connection)
            tell(connection, house, OPERATIONS, "backup:restored", {"file": source.name})
        for name in archive.namelist():
            folder, _slash, _sha256 = name.partition("/")
            if folder == ATTACHMENTS:
                with archive.open(name) as stream:
                    house.office.store.put(stream, archive.getinfo(name).file_size)  # type: ignore[arg-type]
    anchoring.write_file(house)
    with reading(house.pool) as connection:
        return verification.verify(connection, house.office) + anchoring.check(house, connection)


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    if name in archive.namelist():
        with archive.open(name) as file:
            yield from (line for line in file if line.strip())
