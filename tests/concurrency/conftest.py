"""The demonstration office on each kind of database, served by four processes."""

from collections.abc import Iterator

import pytest

from tests.concurrency.site import Site
from tests.databases import SETTLED, installation
from tests.serving import servers

PROCESSES = 4


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    yield served
    served.hang_up()


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    databases = request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_databases")
    url = databases.new(SETTLED)
    folder = tmp_path_factory.mktemp("served")
    house = installation(url, folder)
    with servers(url, folder, PROCESSES) as started:
        yield Site(house, started)
    house.pool.dispose()
    databases.drop(url)
