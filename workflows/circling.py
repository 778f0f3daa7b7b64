"""圈阅: a person's mark that they have read. Where consent was asked for it is their consent, else it says no more than that.

Source:
    《党政机关公文处理工作条例》第二十二条, and the practice of such offices: with a matter to be approved the main approver
    writes words and the others' 圈阅 counts as 同意; without one it counts as 已阅知.
"""

from collections.abc import Sequence

from engine.process import Decision
from workflows.contract import REFUSING

CIRCULATE = "circulate"
"""The kind of step at which one circles; copies (传阅件) are read and nothing else."""
CONSENT = "agree"


def consents(decision: str | None) -> bool:
    """Tell whether circling with this decision was consent, since consent was what the step asked for.

    Args:
        decision: The value of what was decided with it.
    """
    return decision == CONSENT


def shown_as_circled(decision: str | None, *, circled: bool) -> bool:
    """Tell whether a completed step is shown as circled; what refuses or asks for a change is shown as just that.

    Args:
        decision: The value of what was decided with it.
        circled: Whether it was handed in as circled.
    """
    return circled and decision not in REFUSING


def decision_by_circling(kind: str | None, decisions: Sequence[Decision]) -> Decision | None:
    """Return the decision that circling makes at a step, or nothing where one cannot circle.

    Args:
        kind: Of the step.
        decisions: What it offers.

    Returns:
        The one plain decision of a reading step; of one that offers several, consent, if that is among them.
    """
    if kind != CIRCULATE:
        return None
    if len(decisions) == 1:
        return decisions[0]
    return next((one for one in decisions if consents(one.value)), None)
