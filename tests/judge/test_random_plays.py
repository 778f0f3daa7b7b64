"""Random plays of random processes: the judge never raises, and never stands still without a reason."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judge.drawing import START
from tests.judge.people import Office
from tests.judge.player import apply, may_be_refused, next_command
from tests.judge.reader import read
from tests.judge.services import SERVICES
from tests.judge.strategies import Process, processes, with_services

MOST_COMMANDS = 20


@given(process=processes | with_services, data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_case_is_over_or_stuck_or_awaits_something_after_every_command(process: Process, data: st.DataObject) -> None:
    game = Office(read(process.files(), "flow"), services=SERVICES)
    game.start(START)
    for _ in range(MOST_COMMANDS):
        assert game.state in ("completed", "cancelled", "incident", "running", "suspended")
        assert (game.state == "incident") == (bool(game.incidents()) and not game.suspended)
        assert game.state != "running" or game.waiting() or game.events() or game.signing()
        assert not game.queue
        assert (() in game.scopes()) == (game.state not in ("completed", "cancelled"))
        command = next_command(game, lambda choices: data.draw(st.sampled_from(choices)))
        if command is None:
            break
        if not may_be_refused(command):
            apply(game, command)
