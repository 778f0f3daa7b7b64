"""`banjie export xes` and `banjie export csv`, as somebody at a shell meets them."""

import csv
import io
from pathlib import Path

from lxml import etree

from app.house import House
from tests.cli.test_commands import Shell
from tests.event_logs.test_exporting import SCHEMA
from tests.office import Desk


def test_a_log_is_written_to_standard_output(sqlite_house: House) -> None:
    Desk(sqlite_house).to_countersign()
    settings = sqlite_house.settings.storage
    shell = Shell(settings.database_url, settings.data_dir)
    asked = ("outgoing_document", "--version", "1", "--from", "2025-11-07", "--to", "2025-11-07", "--unit", "ZZB")
    log = etree.fromstring(shell("export", "xes", *asked).encode())
    assert etree.XMLSchema(etree.parse(SCHEMA)).validate(log)
    assert len(log.findall("trace")) == 1
    rows = list(csv.DictReader(io.StringIO(shell("export", "csv", *asked, "--pseudonyms").removeprefix("\ufeff"))))
    assert len(rows) == len(list(log.iter("event")))
    assert all(one["resource"].startswith("p-") for one in rows)


def test_what_cannot_be_exported_is_refused_in_one_line(sqlite_house: House, tmp_path: Path) -> None:
    settings = sqlite_house.settings.storage
    shell = Shell(settings.database_url, tmp_path)
    assert "没有这个流程或版本" in shell("export", "xes", "none", code=1)
    shell("export", "csv", "outgoing_document", "--from", "11月7日", code=2)
