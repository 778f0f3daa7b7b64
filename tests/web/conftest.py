"""The web application on an installation of the demonstration office."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.current import HOUSE
from app.house import House
from app.web import create_app
from tests.databases import SETTLED, SqliteDatabases, installed


@pytest.fixture
def site(sqlite_house: House) -> Iterator[Flask]:
    """The application on SQLite, where the database makes no difference."""
    yield from _application(sqlite_house)


@pytest.fixture
def each_site(house: House) -> Iterator[Flask]:
    """The application on each kind of database."""
    yield from _application(house)


@pytest.fixture(scope="module")
def lasting_house(sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One installation for all tests of a module, none of which hangs on what another has done."""
    with installed(sqlite_databases, SETTLED, tmp_path_factory.mktemp("lasting")) as house:
        yield house


@pytest.fixture(scope="module")
def lasting_site(lasting_house: House) -> Iterator[Flask]:
    """The application on that installation."""
    yield from _application(lasting_house)


def _application(house: House) -> Iterator[Flask]:
    app = create_app(house.settings)
    yield app
    app.extensions[HOUSE].pool.dispose()
