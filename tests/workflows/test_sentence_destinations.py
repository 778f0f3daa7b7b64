"""批示逐条有去向 (A12): from each sentence one comes to what it became, as far as one may see that."""

import pytest

from app.house import House
from app.transaction import reading
from app.web import create_app
from engine.marking import unpack
from engine.model import ProcessInstance
from engine.persistence import instances
from tests.incoming import Registry, settle_incoming
from tests.meetings.days import REPORT, Days
from tests.office import deploy
from tests.web.clerk import Clerk
from tests.web.test_incoming import section
from workflows.destinations import became
from workflows.incoming_document.instructions import lines_of

DOCUMENT = "沐原能源集团有限公司办公室关于2026年部分节假日安排的通知"
ASKED = "人力资源部抓紧代拟集团通知，11月14日前印发。"
TO_THE_MEETING = "请党委会专题听一次元旦、春节期间安全生产和走访慰问安排。"
WITHOUT_DESTINATION = "阅。"
OF_THE_REPORT = {"完成所属企业节前检查和整改", "印发节日值守方案"}


class Matter:
    """The notice, from which an item and a document have come, and a meeting that made four matters of two items."""

    def __init__(self, house: House) -> None:
        self.house = house
        settle_incoming(house)
        deploy(house, "task_assignment", "supervision")
        self.letter = Registry(house).begin().to_allocation().allocate()
        self.letter.do("11-06 15:40", "shiyanqiu", "receive", step="lead_receive", lead_handler="gexingyao")
        self.letter.do("11-06 15:50", "luanhaiping", "receive", step="co_receive", co_handler="suiyiming")
        self.days = Days(house)
        self.document = self.days.start("gexingyao", "outgoing_document", DOCUMENT, self.letter.instance_id)
        self.report = self.days.put_forward_report(self.letter.instance_id)

    def to_supervision(self) -> None:
        days = self.days
        plan = days.put_forward_plan()
        days.mend_plan(plan)
        days.accept(self.report, plan)
        case = days.arrange()
        days.book(case)
        days.convene(case)
        days.answer(case)
        days.open_meeting(case)
        days.deliberate(case)
        days.resolve(case)
        days.act("jinshubai", case)
        days.deliver()
        days.deliver()
        days.act("luanhaiping", self.report, "agree")
        days.act("wanliqing", plan, "agree")
        days.deliver()
        days.act("zhenliyan", case, "agree")
        days.act("shaoqiheng", case, "agree", "同意印发。")
        days.deliver()

    def became(self, username: str) -> dict[str, list[ProcessInstance]]:
        with reading(self.house.pool) as connection:
            case = self.letter.instance_id
            lines = lines_of(unpack(instances.snapshot_of(connection, case)).variables["destinations"])
            given = (connection, self.house.office, self.days.person(username), case, lines, self.days.now)
            return {str(line["sentence"]): found for line, found in zip(lines, became(*given), strict=True)}


@pytest.fixture
def matter(house: House) -> Matter:
    return Matter(house)


def titles(found: list[ProcessInstance]) -> list[str]:
    return [one.title for one in found]


def test_a_sentence_comes_to_the_item_and_the_document_for_whoever_may_see_each(matter: Matter) -> None:
    director = matter.became("zhenliyan")
    assert titles(director[ASKED]) == [DOCUMENT]
    assert titles(director[TO_THE_MEETING]) == [REPORT]
    assert director[WITHOUT_DESTINATION] == []
    drafter = matter.became("gexingyao")
    assert titles(drafter[ASKED]) == [DOCUMENT]
    assert drafter[TO_THE_MEETING] == []
    helper = matter.became("suiyiming")
    assert helper[ASKED] == []
    assert titles(helper[TO_THE_MEETING]) == [REPORT]


def test_with_the_item_stand_the_matters_that_the_meeting_made_of_it_and_of_no_other(matter: Matter) -> None:
    matter.to_supervision()
    found = matter.became("zhenliyan")[TO_THE_MEETING]
    assert found[0].title == REPORT
    supervised = [one for one in found if one.definition.key == "supervision"]
    assert titles(supervised) == titles(found[1:])
    assert set(titles(supervised)) == OF_THE_REPORT
    assert [one.definition.key for one in matter.became("suiyiming")[TO_THE_MEETING]] == ["agenda_item"]


def test_the_page_of_the_document_links_to_what_its_sentences_became(sqlite_house: House) -> None:
    matter = Matter(sqlite_house)
    app = create_app(sqlite_house.settings)
    case = f"/cases/{matter.letter.instance_id}"
    page = Clerk(app, "zhenliyan").get(case).text
    assert f'<a href="/cases/{matter.report}">{REPORT}</a>' in page
    assert f'<a href="/cases/{matter.document}">{DOCUMENT}</a>' in page
    assert REPORT in section(page, "instructions")
    drafter = Clerk(app, "gexingyao").get(case).text
    assert f'<a href="/cases/{matter.document}">{DOCUMENT}</a>' in drafter
    assert matter.report not in drafter
