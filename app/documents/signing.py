"""签发权限: who signs what, as a table that the director keeps."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.current import current_house, now
from app.documents.blueprint import documents
from app.errors import field_errors, status_of, told
from app.messages import SIGNATORY_RULES, signatory_label
from app.security import current_person, posts_required
from app.transaction import reading, transaction
from engine.errors import InvalidSubmission
from workflows.document_approval import signing
from workflows.document_approval.settings import NAMED, IssuingCode
from workflows.document_approval.signing import SigningRule
from workflows.duties import DIRECTORS
from workflows.organisation import queries
from workflows.organisation.secretaries import LEADERS
from workflows.worklist import SHANGHAI


@documents.get("/signing")
@posts_required(DIRECTORS)
def signing_rules() -> ResponseReturnValue:
    return _page()


@documents.post("/signing")
@posts_required(DIRECTORS)
def set_signing_rule() -> ResponseReturnValue:
    house = current_house()
    entered = {name: request.form.get(name, "").strip() for name in ("code", "organ", "signatory", "valid_from")}
    issued = IssuingCode(
        entered["code"],
        entered["signatory"],
        entered["organ"],
        important_to_principal=request.form.get("important_to_principal", "") == "true",
        may_instruct=request.form.get("may_instruct", "") == "true",
    )
    rule = SigningRule(issued, entered["valid_from"], closed="closed" in request.form)
    try:
        with transaction(house.pool) as connection:
            signing.set_rule(connection, house.office, house.documents, current_person(), rule, now(connection))
    except InvalidSubmission as error:
        return _page(error)
    flash(_("已保存，%(day)s 起生效。", day=entered["valid_from"]))
    return redirect(url_for("documents.signing_rules"))


def _page(error: InvalidSubmission | None = None) -> ResponseReturnValue:
    house = current_house()
    with reading(house.pool) as connection:
        today = now(connection).astimezone(SHANGHAI).date()
        rules = signing.list_rules(connection, house.documents)
        current = {one.id for one in signing.rules_on(connection, house.documents, today)}
        leaders = [one for one in queries.list_people(connection) if one.posts & {*LEADERS, "office_director"}]
        whose = {one.issued.signatory.removeprefix(NAMED) for one in rules if one.issued.signatory.startswith(NAMED)}
        names = queries.names_of(connection, whose)
    edited = request.args.get("edit", "")
    typed = request.form if error else next((_entries(one) for one in rules if one.id == edited), {})
    offered = [(rule, str(label)) for rule, label in SIGNATORY_RULES.items()]
    offered += [(NAMED + one.username, f"{one.name}（{one.title}）") for one in leaders]
    page = render_template(
        "documents/signing.html",
        rules=rules,
        current=current,
        today=today.isoformat(),
        beginning=signing.BEGINNING,
        label_of=lambda rule: signatory_label(rule, names),
        offered=offered,
        typed=typed,
        edited=bool(typed),
        errors=field_errors(error) if error else {},
        message=told(error, house) if error else "",
    )
    return page, status_of(error) if error else 200


def _entries(rule: SigningRule) -> dict[str, str]:
    """Return a line as the form would have sent it, so that it can be changed."""
    issued = rule.issued
    return {
        "code": issued.code,
        "organ": issued.organ,
        "signatory": issued.signatory,
        "important_to_principal": "true" if issued.important_to_principal else "false",
        "may_instruct": "true" if issued.may_instruct else "false",
    }
