"""Records histories of the semantics that are current, before a release: ``python -m tests.replay.record``.

A history that was recorded for a release is never recorded again; today's engine has to execute it as it is.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.house import House
from app.transaction import reading
from engine.model import SEMANTICS_VERSION, Actor
from tests.databases import SETTLED, SqliteDatabases, installation
from tests.engine.drawn import files
from tests.engine.running import Running
from tests.flows import model, seats
from tests.judge.paper import TIMER, body, boundary

HISTORIES = Path(__file__).parent / "histories"
PEOPLE = ["luanhaiping", "wanliqing", "zonghuaigu"]
LINE = "s_ -> draft\ndraft -> review\nreview -> legal\nlegal -> sign\nsign -> e_"
BLOCK = "s_ -> draft\ndraft -> p_1\np_1 -> a\np_1 -> b\na -> p_2\nb -> p_2\np_2 -> lead\nlead -> e_"
VOTE = "s_ -> draft\ndraft -> vote\nvote -> sign\nsign -> e_"


def sent_back(house: House) -> Running:
    """Again, straight back, and straight back through a step that was lent itself; two steps taken back on the way."""
    case = _started(Running(house, model(LINE)))
    for step in ("draft", "review"):
        case.complete(step)
    case.send_back("legal", "draft", person="wanliqing")
    for step in ("draft", "review", "legal"):
        case.complete(step)
    case.send_back("sign", "review", direct=True)
    case.send_back("review", "draft", direct=True)
    case.complete("draft")
    case.withdraw("draft")
    for step in ("draft", "review", "sign"):
        case.complete(step)
    case.withdraw("sign")
    case.complete("sign")
    return case


def taken_back_in_a_block(house: House) -> Running:
    """A branch that waits at the join is taken back; the block is joined, and one branch of it runs again."""
    case = _started(Running(house, model(BLOCK)))
    for step in ("draft", "a"):
        case.complete(step)
    case.withdraw("a")
    for step in ("a", "b"):
        case.complete(step)
    case.send_back("lead", "a")
    for step in ("a", "lead"):
        case.complete(step)
    return case


def signed_by_others(house: House) -> Running:
    """Signers before, after and in parallel, some of them removed; a vote taken back."""
    case = _started(Running(house, model(VOTE, {"vote": seats("vote", completion="all")})), seats=PEOPLE)
    case.add_signers("draft", "before", "tongxueling", "zhaiwenbo")
    case.remove_signer("draft", "zhaiwenbo")
    case.sign("tongxueling")
    case.add_signers("draft", "after", "tongxueling", "zhaiwenbo")
    case.remove_signer("draft", "zhaiwenbo")
    case.complete("draft")
    case.sign("tongxueling", "disagree")
    case.add_signers("vote", "parallel", "tongxueling", "zhaiwenbo", seat=PEOPLE[0])
    case.add_signers("vote", "before", "boruoxi", seat="zhaiwenbo")
    case.remove_signer("vote", "zhaiwenbo", seat=PEOPLE[0])
    case.complete("vote", "disagree", seat=PEOPLE[0])
    case.withdraw("vote", seat=PEOPLE[0])
    for seat in (*PEOPLE, "tongxueling"):
        case.complete("vote", "agree", seat=seat)
    case.complete("sign")
    return case


def handed_around_and_suspended(house: House) -> Running:
    """Hands that change, copies that are read, clocks that stand still, and a case that is cancelled."""
    drawing = body(LINE + "\nlate -> remind\nremind -> e_2", {"late": boundary("late", "draft", TIMER, stops=False)})
    case = _started(Running(house, files(drawing)))
    case.hand("transfer", "draft", "wanliqing", "出差")
    case.hand("delegate", "draft", "zonghuaigu", "请提意见")
    case.hand("resolve", "draft", "可行")
    case.hand("urge", "draft", "请抓紧")
    case.act("circulate", ["tongxueling", "zhaiwenbo"], "请阅", "draft")
    case.act("suspend", "等上级意见")
    case.act("resume")
    case.complete("draft")
    copy = next(one for one in case.items() if one.role == "copy")
    with case.pool.begin() as connection:
        locked = case.engine.lock_work_item(connection, copy.id, copy.version)
        case.engine.mark_read(connection, locked, "已阅", Actor("tongxueling"), case.now)
    case.act("suspend", "再等")
    case.act("cancel", "不再需要")
    case.act("circulate", ["boruoxi"], "办结后传阅", "draft")
    return case


UNENDED = (
    '<bpmn:subProcess id="within"><bpmn:extensionElements><camunda:inputOutput>'
    '<camunda:outputParameter name="total">${amount + 1}</camunda:outputParameter></camunda:inputOutput>'
    '</bpmn:extensionElements><bpmn:startEvent id="begin" />'
    '<bpmn:userTask id="count" camunda:assignee="gexingyao" /><bpmn:endEvent id="done" />'
    '<bpmn:sequenceFlow id="to_count" sourceRef="begin" targetRef="count" />'
    '<bpmn:sequenceFlow id="to_done" sourceRef="count" targetRef="done" /></bpmn:subProcess>'
)
"""A subprocess that cannot end before ``amount`` is known."""


def taken_back_where_it_could_not_end(house: House) -> Running:
    """A subprocess cannot end for want of a variable; its last step is taken back, and hands the variable in."""
    case = _started(Running(house, model("s_ -> within\nwithin -> sign\nsign -> e_", {"within": UNENDED})))
    case.complete("count")
    case.withdraw("count")
    case.complete("count", amount=2)
    case.complete("sign")
    return case


CASES: tuple[Callable[[House], Running], ...] = (
    sent_back,
    taken_back_in_a_block,
    signed_by_others,
    handed_around_and_suspended,
    taken_back_where_it_could_not_end,
)


def _started(case: Running, **variables: Any) -> Running:
    case.start(**variables)
    return case


def record(folder: Path) -> None:
    """Play every case on an installation of its own and write its export."""
    with TemporaryDirectory() as data:
        for play in CASES:
            databases = SqliteDatabases(Path(data))
            house = installation(databases.new(SETTLED), Path(data))
            case = play(house)
            case.assert_replays()
            with reading(house.pool) as connection:
                lines = list(case.engine.export(connection, case.instance_id))
            (folder / f"{play.__name__}_semantics_{SEMANTICS_VERSION}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
            house.pool.dispose()


if __name__ == "__main__":
    record(HISTORIES)
