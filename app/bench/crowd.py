"""Fills a database with the cases of years, by a few statements that make their rows where they are kept.

What is measured has to find its way among rows as a real office leaves them: most cases ended, their items closed by many
people, some handed to one, some offered to several; of a part of the cases, history as well. Nothing of it is executed, and a
database so filled is for measurements alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy import Engine as Pool

from app.bench import flows
from app.transaction import transaction
from workflows.search.text import SHORTEST_BEGINNING, terms_of

STEPS = 5
ENDED_OF_TEN = 9
FIRST = 10**12
"""Before the number of a case in its id, so that all ids are equally long."""
SERIES = "series(n) AS (SELECT CAST(:there + 1 AS BIGINT) UNION ALL SELECT n + 1 FROM series WHERE n < :until)"
PEOPLE = "people AS (SELECT username, row_number() OVER (ORDER BY username) - 1 AS place FROM person)"
NUMBER = "(SELECT count(*) FROM person)"
OPEN = f"(n % 10 >= {ENDED_OF_TEN} AND k = :steps)"
POOL = "(n / 10 + k) % 4 = 0"
INSTANT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', '{begin}', ({seconds}) || ' seconds') || '.000000'",
    "postgresql": "CAST('{begin} +00' AS TIMESTAMPTZ) + ({seconds}) * INTERVAL '1 second'",
}
BOOLEANS = {"sqlite": {"yes": "1", "no": "0"}, "postgresql": {"yes": "TRUE", "no": "FALSE"}}
LONG_AGO, FAR_AHEAD = "2021-01-04 00:30:00", "2101-01-03 00:30:00"
THREE_DAYS = 3 * 24 * 3600

CASES = f"""
INSERT INTO process_instance (id, definition_id, title, state, initiator, initiator_unit, started_at, ended_at, snapshot,
                              head_seq, head_hash, head_at, followed_seq)
WITH RECURSIVE {SERIES}, {PEOPLE}
SELECT CAST(:first + n AS VARCHAR), model.definition_id, '关于第' || n || '件事项的请示',
       CASE WHEN n % 10 >= {ENDED_OF_TEN} THEN 'running' ELSE 'completed' END, people.username, model.initiator_unit,
       {{begun}}, CASE WHEN n % 10 >= {ENDED_OF_TEN} THEN NULL ELSE {{ended}} END, model.snapshot, model.head_seq,
       model.head_hash, {{begun}}, model.head_seq
FROM series JOIN people ON people.place = n % {NUMBER} CROSS JOIN process_instance AS model WHERE model.id = :model
"""
WORK_ITEMS = f"""
INSERT INTO work_item (id, instance_id, definition_key, initiator, token_id, activity_id, name, role, state, assignee,
                       opened_at, due_at, rank_at, due_provisional, closed_at, closed_by, decision, opinion, circled, version)
WITH RECURSIVE {SERIES}, steps(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM steps WHERE k < :steps), {PEOPLE}
SELECT CAST(:first + n AS VARCHAR) || '-' || k, CAST(:first + n AS VARCHAR), :definition_key, starter.username, k,
       'step' || k, '第' || k || '步',
       'step',
       CASE WHEN {OPEN} THEN 'open' ELSE 'completed' END,
       CASE WHEN {OPEN} AND {POOL} THEN NULL ELSE people.username END, {{opened}}, {{due}}, {{due}},
       {{no}},
       CASE WHEN {OPEN} THEN NULL ELSE {{closed}} END, CASE WHEN {OPEN} THEN NULL ELSE people.username END,
       CASE WHEN {OPEN} THEN NULL ELSE 'submit' END, CASE WHEN {OPEN} THEN NULL ELSE '同意。' END, {{no}}, 1
FROM series CROSS JOIN steps JOIN people ON people.place = (n + 7 * k) % {NUMBER}
     JOIN people AS starter ON starter.place = n % {NUMBER}
"""
CANDIDATES = f"""
INSERT INTO work_item_candidate (work_item_id, person, offered, opened_at, rank_at, definition_key)
WITH RECURSIVE {SERIES}, steps(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM steps WHERE k < :steps), {PEOPLE},
     others(o) AS (SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT 2)
SELECT CAST(:first + n AS VARCHAR) || '-' || k, people.username, CASE WHEN {OPEN} THEN {{yes}} ELSE {{no}} END, {{opened}},
       {{due}}, :definition_key
FROM series CROSS JOIN steps CROSS JOIN others JOIN people ON people.place = (n + 7 * k + o) % {NUMBER} WHERE {POOL}
"""
EVENTS = f"""
INSERT INTO history_event (chain, seq, at, actor, kind, activity_id, work_item_id, payload_digest, previous_hash, hash)
WITH RECURSIVE {SERIES}
SELECT CAST(:first + n AS VARCHAR), model.seq, {{begun}}, model.actor, model.kind, model.activity_id, model.work_item_id,
       model.payload_digest, model.previous_hash, model.hash
FROM series CROSS JOIN history_event AS model WHERE model.chain = :model AND n % 10 = 0
"""
PAYLOADS = f"""
INSERT INTO history_payload (chain, seq, salt, content)
WITH RECURSIVE {SERIES}
SELECT CAST(:first + n AS VARCHAR), model.seq, model.salt, model.content
FROM series CROSS JOIN history_payload AS model WHERE model.chain = :model AND n % 10 = 0
"""
TIMERS = f"""
INSERT INTO job (kind, instance_id, holder, name, content, due_at, attempts)
WITH RECURSIVE {SERIES}
SELECT 'timer', CAST(:first + 1 + n % :cases AS VARCHAR), n, 'due', :content, {{ahead}}, 0 FROM series
"""
NUMBER_OF_CASE = "CAST(n AS VARCHAR)"
TEXTS = {
    "sqlite": "INSERT INTO case_text (instance_id, head, opinions)",
    "postgresql": "INSERT INTO case_text (instance_id, head, opinions, terms)",
}
HEAD_AND_OPINIONS = "SELECT CAST(:first + n AS VARCHAR), ' 关于第 ' || n || ' 件事项的请示 ', ' 同意 '"
TERMS = {
    "sqlite": "INSERT INTO case_term (rowid, terms) SELECT id, {terms} FROM "
    "(SELECT id, CAST(instance_id AS BIGINT) - :first AS n FROM case_text WHERE instance_id > :last)",
    "postgresql": "array_to_tsvector(string_to_array({terms}, ' '))",
}
HEX = {"sqlite": "lower(hex({}))", "postgresql": "encode(convert_to({}, 'UTF8'), 'hex')"}
DIGITS = 7
CACHE_KILOBYTES = 400_000
FILLED = (
    "process_instance",
    "case_text",
    "work_item",
    "work_item_candidate",
    "history_event",
    "history_payload",
    "job",
)


@dataclass(frozen=True)
class Counts:
    """How many cases and work items were added so far."""

    cases: int
    work_items: int


def add_cases(pool: Pool, model: str, there: Counts, until: int, steps: int) -> Counts:
    """Add cases up to a number, each with so many work items; one in ten is open at its last.

    Args:
        pool: Of the database.
        model: The case whose snapshot, definition and history they get.
        there: What was added before.
        until: How many cases there shall be.
        steps: Work items of each.
    """
    asked = {
        "there": there.cases,
        "until": until,
        "steps": steps,
        "first": FIRST,
        "model": model,
        "definition_key": flows.FIVE_STEPS,
    }
    instants = {
        "begun": (LONG_AGO, "n * 90"),
        "ended": (LONG_AGO, f"n * 90 + {THREE_DAYS}"),
        "opened": (LONG_AGO, "n * 90 + k * 3600"),
        "due": (LONG_AGO, f"n * 90 + k * 3600 + {THREE_DAYS}"),
        "closed": (LONG_AGO, "n * 90 + k * 3600 + 1800"),
    }
    with transaction(pool) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"PRAGMA cache_size = -{CACHE_KILOBYTES}"))
        for statement in (CASES, WORK_ITEMS, CANDIDATES, EVENTS, PAYLOADS):
            execute(connection, statement, instants, asked)
        _add_texts(connection, asked)
    settle(pool)
    return Counts(until, there.work_items + (until - there.cases) * steps)


def add_timers(pool: Pool, there: int, until: int, cases: int) -> None:
    """Add timers up to a number to the cases that were added; they are due in some decades."""
    asked = {"there": there, "until": until, "first": FIRST, "cases": cases, "content": b"{}"}
    with transaction(pool) as connection:
        execute(connection, TIMERS, {"ahead": (FAR_AHEAD, "n * 60")}, asked)
    settle(pool)


def _add_texts(connection: Connection, asked: dict[str, Any]) -> None:
    """Let the cases be found by what their titles and opinions say, as if each had been followed."""
    dialect = connection.dialect.name
    words = [f"substr({NUMBER_OF_CASE}, 1, {length})" for length in range(SHORTEST_BEGINNING, DIGITS + 1)]
    terms = " || ' ' || ".join((":terms", *(HEX[dialect].format(one) for one in (NUMBER_OF_CASE, *words))))
    computed = TERMS[dialect].replace("{terms}", terms)
    asked = {**asked, "terms": " ".join(terms_of(" 关于第 件事项的请示 同意 ")), "last": str(FIRST + asked["there"])}
    rows = f"{TEXTS[dialect]} WITH RECURSIVE {SERIES} {HEAD_AND_OPINIONS}"
    if dialect == "sqlite":
        execute(connection, f"{rows} FROM series", {}, asked)
        execute(connection, computed, {}, asked)
    else:
        execute(connection, f"{rows}, {computed} FROM series", {}, asked)


def execute(
    connection: Connection, statement: str, instants: dict[str, tuple[str, str]], asked: dict[str, Any]
) -> None:
    """Execute a statement that makes rows, with what it asks for; ``instants`` are given by their beginning and seconds."""
    dialect = connection.dialect.name
    made = {name: INSTANT[dialect].format(begin=begin, seconds=seconds) for name, (begin, seconds) in instants.items()}
    query = statement.format(**made, **BOOLEANS[dialect])
    names = text(query.replace(":%M:%S", r"\:%M\:%S"))
    connection.execute(names, {name: value for name, value in asked.items() if f":{name}" in query})


def settle(pool: Pool, tables: Sequence[str] = FILLED) -> None:
    """Do what a database does by itself in the quiet after a flood of rows, so that it does not do it while measured."""
    if pool.dialect.name == "postgresql":
        with pool.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM (ANALYZE) {', '.join(tables)}"))
        return
    raw = pool.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.invalidate()  # the connections that are measured have the usual cache
