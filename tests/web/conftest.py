"""The web application on an installation of the demonstration office."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.current import HOUSE
from app.house import House
from app.web import create_app


@pytest.fixture
def site(sqlite_house: House) -> Iterator[Flask]:
    """The application on SQLite, where the database makes no difference."""
    yield from _application(sqlite_house)


@pytest.fixture
def each_site(house: House) -> Iterator[Flask]:
    """The application on each kind of database."""
    yield from _application(house)


def _application(house: House) -> Iterator[Flask]:
    app = create_app(house.settings)
    yield app
    app.extensions[HOUSE].pool.dispose()
