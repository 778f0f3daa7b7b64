"""Contents without what was cleared: texts replaced by their digests, a snapshot edited. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine import canonical
from engine.canonical import Redacted

Path = tuple[str | int, ...]
Picks = Callable[[Path, str], bool]
"""Says of a text, and where it stands within its content, whether it is to go."""
Mark = Callable[[str], Any]


def marking_with(salt: bytes) -> Callable[[str], Redacted]:
    """Return what replaces a text by its digest; the same text gives the same one."""
    return lambda text: Redacted(canonical.digest(salt + canonical.encode(text)))


def without(content: Any, picks: Picks, mark: Mark, path: Path = ()) -> Any:
    """Return a content in which every text that is picked is replaced by its mark.

    Args:
        content: What a payload decodes to.
        picks: Asked of every text that was not cleared before.
        mark: Makes what stands for a text.
        path: Where the content stands.
    """
    if isinstance(content, str):
        cleared = not isinstance(content, Redacted) and picks(path, content)
        return mark(content) if cleared else content
    if isinstance(content, Mapping):
        return {key: without(one, picks, mark, (*path, key)) for key, one in content.items()}
    if isinstance(content, list):
        return [without(one, picks, mark, (*path, index)) for index, one in enumerate(content)]
    return content


def texts_in(content: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text of a content with where it stands."""
    if isinstance(content, str):
        yield path, content
    elif isinstance(content, Mapping):
        for key, one in content.items():
            yield from texts_in(one, (*path, key))
    elif isinstance(content, list):
        for index, one in enumerate(content):
            yield from texts_in(one, (*path, index))


def edited(snapshot: bytes, edits: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a snapshot with other values at some places, each told by its ``path``, with the ``value`` that is there then.

    Raises:
        LookupError: There is no such place.
    """
    content = canonical.decode(snapshot)
    for edit in edits:
        *way, last = edit["path"]
        holder = content
        for one in way:
            holder = holder[one]
        holder[last] = edit["value"]
    return canonical.encode(content)
