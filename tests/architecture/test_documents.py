"""Documents that can fail: what they list is what the code has."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.cli import cli, export_cli
from app.messages import EVENT_LABELS
from app.settings import Settings
from engine.model import EventKind, InstanceState, WorkItemState
from engine.spiff.checks.elements import SUPPORTED
from engine.spiff.reader import FLOW_NODES
from tests.architecture.documented import rule_ids
from workflows.catalogue import KINDS

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SUPPORT = (ROOT / "docs" / "bpmn-support.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")

IN_TABLES = (
    "source",
    "pattern",
    "code",
    "organ",
    "signatory",
    "before",
    "after",
    "reason",
    "urgency",
    "handling",
    "hours",
    "days",
)
"""Keys of the tables of settings, which are explained above the first of each."""


def keys_of(model: type[BaseModel], prefix: str = "") -> set[str]:
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            keys |= keys_of(inner, f"{prefix}{name}.")
        else:
            keys.add(prefix + name)
    return keys


def test_every_setting_stands_in_the_configuration_and_no_other() -> None:
    written = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    assert {f"{section}.{key}" for section, keys in written.items() for key in keys} == keys_of(Settings)


def test_every_setting_says_what_it_is() -> None:
    lines = (ROOT / "config.toml").read_text(encoding="utf-8").splitlines()
    plain = [line for line in lines if re.match(r"^\w+ = ", line) and not line.startswith(IN_TABLES)]
    assert [line for line in plain if "#" not in line] == []


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_event_is_explained_and_has_a_label(kind: EventKind) -> None:
    assert f"`{kind}`" in ARCHITECTURE
    assert kind in EVENT_LABELS


@pytest.mark.parametrize("state", [*WorkItemState, *InstanceState])
def test_every_state_is_drawn(state: str) -> None:
    assert re.search(rf"--> {state}\b|^    {state} -->", ARCHITECTURE, re.MULTILINE)


def test_the_files_of_the_straight_line_exist() -> None:
    lines = [line for line in ARCHITECTURE.splitlines() if re.match(r"^\| \d+ \|", line)]
    named = [re.findall(r"`([\w/.*]+)", line)[0] for line in lines]
    assert len(named) == 10
    for name in named:
        assert list(ROOT.glob(name)), name


def test_every_rule_of_the_check_stands_in_the_table_and_no_other() -> None:
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+|nobody)`", SUPPORT))
    assert named == rule_ids()


def test_what_is_refused_is_refused_by_a_rule() -> None:
    rows = [row for row in SUPPORT.splitlines() if row.startswith("|") and "refused" in row]
    assert rows
    assert [row for row in rows if not re.search(r"`[a-z]+_[a-z_]+`|`nobody`", row)] == []


@pytest.mark.parametrize("element", sorted(SUPPORTED))
def test_what_the_check_accepts_runs_by_the_table(element: str) -> None:
    assert any(f"`{element}`" in row and re.search(r"\bruns?\b", row) for row in SUPPORT.splitlines())


@pytest.mark.parametrize("element", sorted(FLOW_NODES))
def test_every_flow_node_of_bpmn_has_a_verdict(element: str) -> None:
    assert f"`{element}`" in SUPPORT


def test_the_commands_of_the_readme_are_those_there_are() -> None:
    table = README.partition("## Command line")[2].partition("## ")[0]
    named = {
        name for row in re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)", row)
    }
    there = {command.callback.__name__ for command in cli.registered_commands if command.callback}
    groups = {"export"} if export_cli.registered_commands else set()
    assert named - {"banjie"} == there | groups


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))))
def test_the_make_targets_of_the_readme_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md", "docs/architecture.md", "bpmn/README.md"])
def test_what_a_document_links_to_exists(document: str) -> None:
    path = ROOT / document
    for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def test_decisions_are_numbered_without_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_kinds_of_the_glossary_exist() -> None:
    for row in re.findall(r"\| kinds? ([^|;]+)", GLOSSARY):
        assert set(re.findall(r"`(\w+)`", row)) <= KINDS
