"""文稿对比: the versions of one field of a case, and what differs between two of them."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.current import current_house, looking_at_a_case, now
from app.security import current_person
from engine.persistence import instances
from workflows import versions
from workflows.versions import FieldVersions, Version, VersionUnknown

case_versions = Blueprint("case_versions", __name__)
LONGEST_NUMBER = 6


@case_versions.get("/cases/<instance_id>/versions/<key>")
def field(instance_id: str, key: str) -> ResponseReturnValue:
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        found = versions.get_versions(connection, house.office, person, instance_id, key, now(connection))
        case = instances.get_instance(connection, instance_id)
    old, new = _chosen(found)
    is_text = found.field.type in versions.TEXTS
    return render_template(
        "cases/versions.html",
        case=case,
        found=found,
        old=old,
        new=new,
        paragraphs=versions.compare_texts(old, new) if is_text and old and new else (),
        files=versions.compare_files(house.office, old, new) if not is_text and old and new else (),
        is_text=is_text,
    )


def _chosen(found: FieldVersions) -> tuple[Version | None, Version | None]:
    """Return the two versions that are asked for, or the last two; a single one is compared with nothing."""
    if "old" not in request.args and "new" not in request.args:
        last = found.versions[-2:]
        return (last[0], last[1]) if len(last) > 1 else (None, None)
    old, new = (found.find(_number(name)) for name in ("old", "new"))
    if old is None or new is None:
        raise VersionUnknown
    return old, new


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0
