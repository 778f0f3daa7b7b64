"""The page of the audit log over HTTP, narrowed in every way, while entries pile up; each look leaves an entry of its own."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from sqlalchemy import Engine as Pool

from app.bench import crowd
from app.bench.crowd import NUMBER, PEOPLE, SERIES
from app.bench.report import BARE, Row, row
from app.bench.served import Client
from app.bench.stand import Stand
from app.transaction import transaction
from workflows.search.text import joined, terms_of

GOAL, GOAL_AGAINST_SMALLEST = 20, 1.5
AUDITOR = "peishenzhi"
PAGE, YARDSTICK = "/audit/log", "/password"
SECONDS_APART, CHARACTERS = 60, 100
SAID, RARE = "常用语已改为请按程序报批", "独一无二的说明"
WITH_WORDS = 50
"""One entry of so many says something."""
ENTRIES = f"""
INSERT INTO audit_entry (chain, seq, at, actor, category, act, object_kind, object_id, outcome, words)
WITH RECURSIVE {SERIES}, {PEOPLE}
SELECT 'office:bench', n, {{at}}, people.username,
       CASE WHEN n % {WITH_WORDS} = 0 THEN 'phrases' WHEN n % 5 = 1 THEN 'sign_ins' ELSE 'readings' END,
       CASE WHEN n % {WITH_WORDS} = 0 THEN 'phrase:set' WHEN n % 5 = 1 THEN 'sign_in:admitted'
            WHEN n % 5 = 2 THEN 'case:read:attachment' ELSE 'case:read:case' END,
       CASE WHEN n % 5 = 1 THEN 'person' ELSE 'case' END,
       CASE WHEN n % 5 = 1 THEN people.username ELSE 'bench' || n / 20 END, 'done',
       CASE WHEN n = :until THEN :rare WHEN n % {WITH_WORDS} = 0 THEN :said ELSE NULL END
FROM series JOIN people ON people.place = n % {NUMBER}
"""  # noqa: S608  (our own words)
TERMS = {
    "sqlite": (
        "INSERT INTO audit_term (rowid, terms) SELECT id, CASE WHEN words = :rare THEN :rare_terms ELSE :said_terms END "
        "FROM audit_entry WHERE chain = 'office:bench' AND seq > :there AND words IS NOT NULL"
    ),
    "postgresql": (
        "UPDATE audit_entry SET terms = array_to_tsvector(string_to_array("
        "CASE WHEN words = :rare THEN :rare_terms ELSE :said_terms END, ' ')) "
        "WHERE chain = 'office:bench' AND seq > :there AND words IS NOT NULL"
    ),
}
FILTERS: Mapping[str, Mapping[str, str]] = {
    "不筛选": {},
    "人员": {"person": "葛星遥"},
    "类别": {"category": "sign_ins"},
    "少见的类别": {"category": "phrases"},
    "行为": {"act": "case:read:attachment"},
    "无人做过的行为": {"act": "case:read:print"},
    "人员和行为": {"person": "葛星遥", "act": "case:read:attachment"},
    "人员和类别": {"person": "葛星遥", "category": "phrases"},
    "对象": {"object": "case:bench7"},
    "时段": {"since": "2021-01-04", "until": "2021-01-05"},
    "时段和行为": {"since": "2021-01-04", "until": "2021-01-04", "act": "case:read:case"},
    "姓名": {"q": "葛星遥"},
    "行为的名称": {"q": "打开附件"},
    "罕见词": {"q": RARE},
    "常见词": {"q": "程序报批"},
    "查无此词": {"q": "查无此词"},
}


def rows(stand: Stand, client: Client, password: str) -> list[Row]:
    """Show the log at each size, and at the largest in every way it can be narrowed."""
    found: list[Row] = []
    auditor = client.another(AUDITOR, password)
    smallest, there = 0.0, 0
    for entries in stand.sizes.audit_entries:
        add_entries(stand.house.pool, there, entries)
        there = entries
        auditor.reconnect()
        auditor.get(PAGE)
        page, yardstick, bare = stand.medians(
            lambda _number: auditor.get(PAGE),
            lambda _number: auditor.get(YARDSTICK),
            stand.commit_bare,
            repeats=stand.sizes.growth_repeats,
        )
        found.append(row(f"审计日志（HTTP），表中 {entries} 条", page / bare, BARE, GOAL))
        if smallest:
            name = f"审计日志，表中 {entries} 条与 {stand.sizes.audit_entries[0]} 条之比"
            found.append(row(name, page / yardstick / smallest, "倍", GOAL_AGAINST_SMALLEST))
        smallest = smallest or page / yardstick
    ratios = {
        name: stand.ratio_to_bare_commit(
            partial(_show, auditor, f"{PAGE}?{urlencode(asked)}"), stand.sizes.filter_repeats
        )
        for name, asked in FILTERS.items()
    }
    slowest = max(ratios, key=ratios.__getitem__)
    found.append(row(f"审计日志最慢的一种（{slowest}，HTTP），表中 {there} 条", ratios[slowest], BARE, GOAL))
    return found


def add_entries(pool: Pool, there: int, until: int) -> None:
    """Fill the log up to a number of entries: rows alone, which no ledger tells, for measurements."""
    rare, said = joined([RARE], CHARACTERS), joined([SAID], CHARACTERS)
    terms = {"rare_terms": " ".join(terms_of(rare)), "said_terms": " ".join(terms_of(said))}
    asked = {"there": there, "until": until, "rare": rare, "said": said, **terms}
    with transaction(pool) as connection:
        crowd.execute(connection, ENTRIES, {"at": (crowd.LONG_AGO, f"n * {SECONDS_APART}")}, asked)
        crowd.execute(connection, TERMS[connection.dialect.name], {}, asked)
    crowd.settle(pool, ("audit_entry",))


def _show(client: Client, page: str, _number: int) -> None:
    client.get(page)
