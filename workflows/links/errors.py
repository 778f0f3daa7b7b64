"""What the links between cases refuse."""

from dataclasses import dataclass

from engine.errors import ExecutionFailed


@dataclass(eq=False)
class SourceUnknown(ExecutionFailed):
    """The case that another one is to hang on does not exist."""

    instance_id: str


@dataclass(eq=False)
class UnknownRelation(ExecutionFailed):
    """A model ties cases in a way that there is not."""

    relation: str
