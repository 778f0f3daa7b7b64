"""The forms of deployed definitions, read once in each process."""

from engine.definitions import Deployed
from engine.process import Activity
from workflows.forms.declared import declared_form
from workflows.forms.fields import EMPTY, Form, parse_form


class Forms:
    """Hands out the form of a step; a definition never changes, so what was read is kept."""

    def __init__(self) -> None:
        """Start with none; each is read when it is first asked for."""
        self._forms: dict[tuple[str, str], Form] = {}

    def of(self, deployed: Deployed, activity: Activity) -> Form:
        """Return the form of a step, or an empty one where the step has none."""
        if activity.form is None:
            return declared_form(activity) if activity.form_fields else EMPTY
        file = f"{activity.form.removesuffix('.form')}.form"
        key = (deployed.definition.hash, file)
        if key not in self._forms:
            self._forms[key] = parse_form(file, deployed.files[file])
        return self._forms[key]
