"""走一遍: the page on which a draft is walked through. What was done is kept in the page's form, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.errors import field_errors, status_of, told
from app.formats import embedded
from app.security import current_person, posts_required
from app.transaction import reading, rehearsal
from engine import canonical
from engine.definitions import errors_of, file_of
from engine.errors import InvalidSubmission, ProcessError
from workflows import cases, definitions
from workflows.calendar.values import SHANGHAI
from workflows.duties import DIRECTORS
from workflows.forms.access import AccessMap
from workflows.forms.fields import Form
from workflows.forms.posted import submitted_values
from workflows.trials.acts import COMPLETE, EVENT, SEND_BACK, START, TIME, Act, read_acts, written
from workflows.trials.draft import open_draft
from workflows.trials.errors import WalkClockRefused
from workflows.trials.walk import Walked, Wanted, walk

walking = Blueprint("studio_walking", __name__, url_prefix="/studio")

OWN = "walk-"
PAGE_FIELDS = frozenset({"csrf_token", "decision", "opinion"})
LONGEST_LINE = 2_000


@dataclass
class Entered:
    """Reads the form of a step as it was posted, and remembers what it was, to be shown again after a refusal."""

    values: dict[str, object] = field(default_factory=dict)

    def __call__(self, form: Form, access: AccessMap) -> Mapping[str, object]:
        """Return what was entered."""
        posted = request.form.to_dict(flat=False)
        own = PAGE_FIELDS | {name for name in posted if name.startswith(OWN)}
        self.values = submitted_values(form, access, posted, own)
        return self.values


@walking.route("/<instance_id>/walk", methods=["GET", "POST"])
@posts_required(DIRECTORS)
def page(instance_id: str) -> ResponseReturnValue:
    """Show a walk as far as it has come; what is posted is the next act."""
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        draft = open_draft(connection, house.office, person, instance_id, at)
        case = cases.get_row(connection, instance_id)
        findings = definitions.check(house.office, draft.files, connection)
    shown = {"draft": draft, "case": case, "model": embedded(draft.files[file_of(draft.files, draft.key)].decode())}
    if refused := errors_of(findings):
        return render_template("studio/walk.html", **shown, findings=refused, walked=None)
    entered, refusal, wanted = Entered(), None, None
    try:
        acts = read_acts(request.form.get("walk-acts", ""))
        if request.form.get("walk-do") == "undo":
            acts = acts[:-1]
        else:
            wanted = _wanted(entered, at)
    except InvalidSubmission as error:
        acts, refusal = (), error
        if isinstance(error, WalkClockRefused):
            acts = read_acts(request.form.get("walk-acts", ""))
    with rehearsal(house.pool) as connection:
        walked = walk(connection, house.office, draft, person, acts, wanted, _looking_at(wanted), at)
    refusal = refusal or walked.refusal
    is_last = walked.refusal is not None and walked.refused_at == len(acts)
    return render_template(
        "studio/walk.html",
        **shown,
        findings=(),
        walked=walked,
        acts=written(walked.acts),
        typed=entered.values if is_last else {},
        given=_given() if is_last or isinstance(refusal, WalkClockRefused) else {},
        errors=field_errors(refusal) if refusal is not None else {},
        message=_message(refusal, walked, len(acts)),
        begins_at=_local(walked.now),
        due_next=canonical.instant(walked.due_next) if walked.due_next is not None else "",
    ), status_of(refusal) if refusal is not None else 200


def _wanted(entered: Entered, at: datetime) -> Wanted | None:
    """Return what is to be done next, as the pressed button says."""
    posted = request.form
    do, _colon, about = posted.get("walk-do", "").partition(":")
    person, number, step = (
        posted.get("walk-person", ""),
        _number(posted.get("walk-item", "")),
        posted.get("walk-step", ""),
    )
    match do:
        case "start":
            begins_at = posted.get("walk-until", "")
            instant = canonical.instant(_instant(begins_at) if begins_at else at)
            title = posted.get("walk-title", "")
            return Wanted(Act(START, person, title=title, at=instant, values=_lines()))
        case "clock":
            return Wanted(Act(TIME, at=about or canonical.instant(_instant(posted.get("walk-until", "")))))
        case "event":
            return Wanted(Act(EVENT, step=about, values=_lines()))
        case "back":
            to, reason = posted.get("walk-back", ""), posted.get("walk-reason", "")
            return Wanted(Act(SEND_BACK, person, number, step, decision=to, opinion=reason))
    if "decision" in posted:
        given = posted["decision"], posted.get("opinion", "")
        return Wanted(Act(COMPLETE, person, number, step, "", *given), entered)
    return None


def _looking_at(wanted: Wanted | None) -> tuple[int, str]:
    """Return the number of the work item to show, and as whom: what was chosen, or what was acted on, should it be refused."""
    number, _colon, username = request.form.get("walk-look", "").partition(":")
    if wanted is not None or not username:
        number, username = request.form.get("walk-item", ""), request.form.get("walk-person", "")
    return _number(number), username


def _lines() -> dict[str, Any]:
    """Return what a message holds: one ``name=value`` a line."""
    pairs = (line.partition("=") for line in request.form.get("walk-payload", "")[:LONGEST_LINE].splitlines())
    return {name.strip(): value.strip() for name, equals, value in pairs if equals and name.strip().isidentifier()}


def _given() -> dict[str, str]:
    return {name: text for name, text in request.form.items() if name.startswith(OWN) or name == "opinion"}


def _message(refusal: ProcessError | None, walked: Walked, kept: int) -> str:
    if refusal is None:
        return ""
    text = told(refusal, current_house())
    if walked.refused_at is not None and walked.refused_at < kept:
        place = walked.refused_at + 1
        return _(
            "草稿或人员有了变动，试走的第 %(place)s 步走不通了，从这一步起已去掉：%(text)s", place=place, text=text
        )
    return text


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < len("1000000") else 0


def _instant(text: str) -> datetime:
    """Return the instant that a control for day and time holds, by the office's clock; raise ``WalkClockRefused``."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise WalkClockRefused from error


def _local(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
