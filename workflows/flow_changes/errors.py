"""What the rules about changes of flows refuse."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Conflict, ExecutionFailed, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class FlowDraftNotFound(NotFound):
    """The case is no change of a flow."""

    instance_id: str


@dataclass(eq=False)
class NotTheDrafter(NotPermitted):
    """The draft of a flow is changed only by whom the step of drafting is for, while it is open."""

    instance_id: str


@dataclass(eq=False)
class FlowDraftNewer(Conflict):
    """Somebody, or another window, has kept the draft of the flow since it was shown."""

    by: str
    at: datetime


@dataclass(eq=False)
class FlowFileRefused(InvalidSubmission):
    """A file of a draft is none that a flow may have.

    ``reason`` is ``name``, ``size``, ``text``, ``missing``, ``key`` or ``other_flow``; ``name`` is a file's, or a flow's key.
    """

    name: str
    reason: str
    field: str = "files"


@dataclass(eq=False)
class FlowKeyRefused(InvalidSubmission):
    """A new flow needs a key of its own, and a change names a flow that there is.

    ``reason`` is ``missing``, ``form`` or ``taken``.
    """

    key: str
    reason: str
    field: str = "new_flow_key"


@dataclass(eq=False)
class FieldSettingRefused(InvalidSubmission):
    """What is to be set at a step is none of its settings about fields, or has a value that means nothing."""

    name: str
    value: str


@dataclass(eq=False)
class FlowUnchanged(InvalidSubmission):
    """The draft is the version that it began from."""


@dataclass(eq=False)
class FlowNotDeployable(InvalidSubmission):
    """The check has found errors in the draft."""

    errors: int


@dataclass(eq=False)
class FlowChangedMeanwhile(InvalidSubmission):
    """Another version was deployed since the draft began."""

    base_version: int
    version: int


@dataclass(eq=False)
class OwnFlowChange(NotPermitted):
    """Who drafted a change does not approve it."""

    drafter: str


@dataclass(eq=False)
class FlowChangeNotApproved(ExecutionFailed):
    """Nobody has approved what is to be deployed, or it is not what was approved."""

    instance_id: str
