"""The house law, checked by machine."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for layer in ("app", "workflows", "engine") for path in (ROOT / layer).rglob("*.py"))
SOURCES = [path for path in SOURCES if "node_modules" not in path.parts]
COMMIT_SITE = "app/transaction.py"
CLOCK = "engine/clock.py"


def calls() -> Iterator[tuple[str, str]]:
    """Yield each call in the sources: the file, and what is called as it is written."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path.relative_to(ROOT).as_posix(), ast.unparse(node.func)


def test_the_layers_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_one_place_commits() -> None:
    sites = {file for file, called in calls() if called.endswith((".commit", ".begin"))}
    assert sites == {COMMIT_SITE}


def test_one_place_reads_the_time() -> None:
    readers = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today")
    assert {file for file, called in calls() if called in readers} == {CLOCK}


@pytest.mark.parametrize("name", ["eval", "exec", "__import__", "compile", "pickle.loads", "yaml.load"])
def test_foreign_text_is_never_run(name: str) -> None:
    assert [file for file, called in calls() if called == name] == []
