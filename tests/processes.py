"""Processes of their own that run `banjie`, forked from one that has read it in: a command costs what it does, no more."""

import importlib
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.prepared"])


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    code: int
    stdout: str
    stderr: str


def start(
    module: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    stdout: Path | None = None,
    stderr: Path | None = None,
) -> BaseProcess:
    """Start the ``main`` of a module as a shell would, its output going to files or to the output of the tests."""
    process = CONTEXT.Process(
        target=_main, args=(module, list(arguments), dict(environment), stdout, stderr), daemon=True
    )
    process.start()
    return process


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> Done:
    """Run ``banjie`` to its end."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, "stdout"), Path(folder, "stderr")
        process = start("app.cli", arguments, environment, *written)
        process.join()
        stdout, stderr = (one.read_text(encoding="utf-8") for one in written)
        return Done(process.exitcode or 0, stdout, stderr)


def _main(
    module: str, arguments: list[str], environment: dict[str, str], stdout: Path | None, stderr: Path | None
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for stream, path in ((sys.stdout, stdout), (sys.stderr, stderr)):
        if path is not None:
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream.fileno())
    sys.argv = [module, *arguments]
    importlib.import_module(module).main()
