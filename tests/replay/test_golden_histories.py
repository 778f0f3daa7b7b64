"""Histories recorded by earlier versions are executed again by today's engine; a changed one is found out."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.replay import replay_export

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.jsonl"))
THREADS = 8
REPLAY = """
import sys
from pathlib import Path
from engine.replay import replay_export
sys.exit(not all(replay_export(Path(one).read_bytes().splitlines()).verified for one in sys.argv[1:]))
"""


def lines_of(history: Path) -> list[bytes]:
    return history.read_bytes().splitlines()


def semantics_of(history: Path) -> set[int]:
    payloads = [json.loads(json.loads(line).get("payload", "{}")) for line in lines_of(history)]
    return {payload["semantics_version"] for payload in payloads if "semantics_version" in payload}


@pytest.mark.parametrize("history", HISTORIES, ids=lambda one: one.stem)
def test_a_history_is_executed_again(history: Path) -> None:
    result = replay_export(lines_of(history))
    assert result.verified, (result.divergence_seq, result.divergence)


def test_there_are_histories_of_every_semantics() -> None:
    assert set.union(*map(semantics_of, HISTORIES)) == {1, 2, 3, 4}


def test_histories_are_executed_in_a_fresh_process_with_other_hashes_and_no_database() -> None:
    for seed in ("1", "4294967295"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", REPLAY, *map(str, HISTORIES)], env=environment, check=False)
        assert done.returncode == 0


def test_histories_are_executed_by_eight_threads_at_once() -> None:
    outcomes: list[bool] = []

    def replay_all() -> None:
        outcomes.extend(replay_export(lines_of(one)).verified for one in HISTORIES)

    threads = [threading.Thread(target=replay_all) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * THREADS * len(HISTORIES)


@pytest.mark.parametrize("history", HISTORIES, ids=lambda one: one.stem)
def test_a_history_with_one_changed_payload_is_not_believed(history: Path) -> None:
    lines = lines_of(history)
    number = next(index for index, line in enumerate(lines) if b"marking:settled" in line)
    event = json.loads(lines[number])
    event["payload"] = event["payload"].replace('"state":"', '"state": "')
    changed = [*lines[:number], json.dumps(event).encode(), *lines[number + 1 :]]
    result = replay_export(changed)
    assert (result.verified, result.divergence_seq) == (False, event["seq"])
