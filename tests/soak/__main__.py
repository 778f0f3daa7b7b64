"""What `make soak` runs: it is bounded in count and time, and ends with status 1 if anything was lost or done twice.

``BANJIE_SOAK_KILLS`` (200) is how often a serving process is killed on each database, ``BANJIE_SOAK_SECONDS`` (3600) the
most that each part may take on each, ``BANJIE_SOAK_COMMANDS`` (500000) how many random commands the engine is given on each
beside a second judge, ``BANJIE_SOAK_SEED`` (random) repeats the choices of a run,
``BANJIE_SOAK_DATABASES`` (sqlite,postgresql) names the databases.
"""

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import PostgresDatabases, SqliteDatabases, postgres_server
from tests.soak import kills, random_commands, statements

KILLS = int(os.environ.get("BANJIE_SOAK_KILLS", "200"))
COMMANDS = int(os.environ.get("BANJIE_SOAK_COMMANDS", "500000"))
SECONDS = float(os.environ.get("BANJIE_SOAK_SECONDS", "3600"))
SEED = int(os.environ.get("BANJIE_SOAK_SEED", str(random.randrange(10**6))))
DATABASES = os.environ.get("BANJIE_SOAK_DATABASES", "sqlite,postgresql").split(",")


@contextmanager
def databases(name: str) -> Iterator[SqliteDatabases | PostgresDatabases]:
    if name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="banjie-soak-") as folder:
            yield SqliteDatabases(Path(folder))
    else:
        with postgres_server() as url:
            yield PostgresDatabases(url)


def main() -> int:
    print(f"seed {SEED}", flush=True)
    found: list[str] = []
    for name in DATABASES:
        with databases(name) as some:
            found += statements.run(some)
            found += kills.run(some, KILLS, SECONDS, SEED)
            found += random_commands.run(some, COMMANDS, SECONDS, SEED)
    for one in found:
        print(one, file=sys.stderr)
    print(f"{len(found)} contradictions", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
