"""Finds the people whom a text names with ``@``. Pure."""

from collections.abc import Iterable, Mapping, Sequence

AT = "@"


def named_in(text: str, people: Mapping[str, Sequence[str]], chosen: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the usernames of those whom a text names, each once, in the order of the text.

    Behind an ``@`` the longest name that fits is meant; where several people bear it, those of them who were chosen,
    or all of them where none was.

    Args:
        text: As it was typed.
        people: The usernames of those who bear a name, by name.
        chosen: Usernames picked from the list while typing.

    Returns:
        Usernames; an ``@`` with no name behind it names nobody.
    """
    picked = set(chosen)
    by_length = sorted((name for name in people if name), key=len, reverse=True)
    found: dict[str, None] = {}
    for behind in text.split(AT)[1:]:
        name = next((one for one in by_length if behind.startswith(one)), None)
        if name is not None:
            found.update(dict.fromkeys([one for one in people[name] if one in picked] or people[name]))
    return tuple(found)
