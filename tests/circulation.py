"""Small flows of reading and receiving steps for the demonstration office, and as many cases of them as a batch needs."""

from app.house import House
from app.transaction import transaction
from engine.model import WorkItem
from tests.flows import model, person, settings, user
from tests.office import MORNING, SYSTEM, Desk
from workflows import definitions

READER = "shaxiaoman"
ONE_AFTER_THE_OTHER = "s_ -> {0}\n{0} -> file\nfile -> e_"
EITHER_WAY = "s_ -> {0}\n{0} -> x_\nx_ -> file: decision == 'agree'\nx_ -> e_: decision == 'revise'\nfile -> e_"
PAGES = '<camunda:formData><camunda:formField id="pages" label="清点份数" type="long" /></camunda:formData>'
COUNTED = {"kind": "receive", "access:pages": "edit", "required:pages": "true"}
NAMES = {"read": "传阅", "receive": "签收", "sign": "签发", "file": "存档"}


def flow(key: str, step: str, xml: str, arrows: str = ONE_AFTER_THE_OTHER) -> dict[str, bytes]:
    """A flow whose first step is the one that matters; what follows is filed by whoever started it."""
    nodes = {step: xml, "file": person("file", "${initiator}", kind="handle")}
    [(name, content)] = model(arrows.format(step), nodes, key).items()
    text = content.decode()
    for node, written in NAMES.items():
        text = text.replace(f'name="{node}"', f'name="{written}"')
    return {name: text.encode()}


def read(**properties: str) -> str:
    return person("read", READER, **{"kind": "circulate", **properties})


FLOWS = (
    flow("reading", "read", read()),
    flow("reading_with_words", "read", read(opinion="required")),
    flow("reading_and_consent", "read", read(), EITHER_WAY),
    flow("receiving", "receive", person("receive", READER, kind="receive")),
    flow(
        "receiving_from_pool",
        "receive",
        user("receive", settings(kind="receive"), 'camunda:candidateUsers="shaxiaoman,quanning"'),
    ),
    flow(
        "receiving_and_counting",
        "receive",
        person("receive", READER, **COUNTED).replace("<camunda:properties>", f"{PAGES}<camunda:properties>"),
    ),
    flow("signing", "sign", person("sign", READER, kind="sign_and_issue", operations="withdraw")),
)


def settle(house: House) -> None:
    """Deploy the flows."""
    with transaction(house.pool) as connection:
        for files in FLOWS:
            definitions.deploy_as(connection, house.office, SYSTEM, files, MORNING)


def waiting(house: House, key: str, *titles: str) -> list[WorkItem]:
    """Start a case of a flow under each title, and return what waits for its first step."""
    found = []
    for title in titles:
        desk = Desk(house)
        desk.start(key=key, title=title)
        found += desk.open_items(READER)
    return found
