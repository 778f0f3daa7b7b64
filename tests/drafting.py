"""A flow that is being changed in tests: the change begun, its draft kept."""

from app.house import House
from app.transaction import transaction
from tests.office import Desk, deploy
from workflows import cases
from workflows.flow_changes import drafts

FLOW = "outgoing_document"


def drafted(house: House, files: dict[str, bytes], key: str = FLOW, username: str = "zhenliyan") -> Desk:
    """Return the desk of a change of a flow with a draft of these files; flow_change is deployed with the first one."""
    deploy(house, "flow_change")
    desk = Desk(house, title="发文流程增加合规审查")
    person = desk.person(username)
    with transaction(house.pool) as connection:
        begun = cases.start(connection, house.office, person, drafts.NAME, desk.title, {"flow_key": key}, desk.now)
        drafts.keep(connection, house.office, person, begun.instance_id, 0, files, desk.now)
    desk.instance_id = begun.instance_id
    return desk
