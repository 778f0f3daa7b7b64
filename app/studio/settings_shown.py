"""Steps with their settings about fields, between the pages of the studio and the draft."""

from collections.abc import Iterable, Mapping

from app.studio.drawing import RequestUnreadable
from workflows.flow_changes.form_steps import Changes, FormStep


def shown_steps(steps: Iterable[FormStep]) -> list[dict[str, object]]:
    """Return steps as the program of the page takes them."""
    return [
        {"id": one.id, "name": one.name, "start": one.is_start, "form": one.form, "settings": dict(one.settings)}
        for one in steps
    ]


def changes_in(body: object) -> Changes:
    """Return the settings of steps that a request changes; raise ``RequestUnreadable``."""
    given = body.get("access", {}) if isinstance(body, Mapping) else None
    if not isinstance(given, Mapping):
        raise RequestUnreadable
    for step, settings in given.items():
        if not isinstance(step, str) or not isinstance(settings, Mapping):
            raise RequestUnreadable
        if not all(
            isinstance(name, str) and (value is None or isinstance(value, str)) for name, value in settings.items()
        ):
            raise RequestUnreadable
    return given


def forms_in(body: object) -> Mapping[str, str]:
    """Return which form steps are to use, by the ids of the steps; raise ``RequestUnreadable``."""
    given = body.get("forms", {}) if isinstance(body, Mapping) else None
    if not isinstance(given, Mapping):
        raise RequestUnreadable
    if not all(isinstance(step, str) and isinstance(form, str) for step, form in given.items()):
        raise RequestUnreadable
    return given


def text_in(body: object, name: str) -> str:
    """Return a text that a request holds, empty where it holds none; raise ``RequestUnreadable``."""
    value = body.get(name, "") if isinstance(body, Mapping) else None
    if not isinstance(value, str):
        raise RequestUnreadable
    return value
