"""Models that others drew are opened in the studio, mended as the findings say, published by another one, and run to their end.

They are read from the folder that ``BANJIE_TEST_MODELS`` names, as :mod:`tests.bpmn.test_public_models` reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from app.house import House
from app.transaction import reading
from engine.model import InstanceState
from engine.persistence import definitions, instances
from tests.bpmn.public_models import folder
from tests.browser import server
from tests.databases import SETTLED, SqliteDatabases, installation
from tests.e2e.mending import Mender
from tests.e2e.public_models import CLERK, MODELS, PublicModel, Runner
from tests.e2e.visiting import Findings
from tests.office import Desk, deploy

FOLDER = folder()
THERE = [one for one in MODELS if FOLDER is not None and (FOLDER / one.path).is_file()]


@dataclass(frozen=True)
class Office:
    """Two directors at one installation; ``findings`` are what was wrong with the pages."""

    house: House
    director: Mender
    other: Mender
    findings: Findings


@pytest.fixture(scope="module")
def office(
    launched: Browser, sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    house = installation(sqlite_databases.new(SETTLED), tmp_path_factory.mktemp("public_models"))
    deploy(house, "flow_change")
    findings = Findings()
    with server(house.settings.storage.database_url, house.settings.storage.data_dir) as address:
        director = Mender(launched, address, findings)
        other = Mender(launched, address, findings, "boruoxi")
        yield Office(house, director, other, findings)
        for one in (director, other):
            one.page.context.close()
    house.pool.dispose()


def test_what_is_not_in_the_folder_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    missing = [one.path for one in MODELS if one not in THERE]
    with capsys.disabled():
        if FOLDER is not None and missing:
            print(f"not among the public models, and so not mended: {', '.join(missing)}")
    assert len({one.flow for one in MODELS}) == len(MODELS)


@pytest.mark.parametrize("model", THERE, ids=lambda model: model.path)
def test_a_model_from_elsewhere_is_mended_as_the_findings_say_and_runs(office: Office, model: PublicModel) -> None:
    assert FOLDER is not None
    director = office.director
    place = director.begin_new(model.flow, f"外来流程 {model.path.partition('/')[0]}")
    if model.form:
        director.keep_form(place, model.flow, model.form_text)
    director.take_in(FOLDER / model.path)
    for element, sentence in model.told.items():
        director.is_found_at(element, sentence)
    director.keep_picture(f"public-model-{model.flow}-imported")
    model.mend(director)
    director.has_no_error()
    director.save()
    director.keep_picture_of_panel(f"public-model-{model.flow}-mended")
    publish(office, place)

    with reading(office.house.pool) as connection:
        assert definitions.find_newest(connection, model.flow) is not None
        began = office.house.office.engine.now(connection)
    case = Runner(office.house, began)
    case.start(CLERK, model.flow, "照外来流程办理")
    model.run(case)
    with reading(office.house.pool) as connection:
        assert instances.get_instance(connection, case.instance_id).state == InstanceState.COMPLETED
        replayed = office.house.office.engine.replay(connection, case.instance_id)
    assert replayed.verified, replayed.divergence
    assert office.findings.complaints == []


def publish(office: Office, place: str) -> None:
    """Hand a drawing in, and let the other director publish it."""
    desk = Desk(office.house)
    desk.instance_id = place.rpartition("/")[2]
    [drafted] = desk.open_items("zhenliyan")
    office.director.press_at(drafted.id, "送批准")
    [handed_in] = desk.open_items("boruoxi")
    office.other.press_at(handed_in.id, "批准发布")
