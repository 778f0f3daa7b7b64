from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.credentials import person_by_password
from app.current import current_house
from app.errors import field_errors, told
from app.ledgers import PASSWORD_CHANGED, PASSWORD_REFUSED, tell_of_sign_in
from app.messages import sentence
from app.security import current_person, safe_target
from app.security import sign_in as open_session
from app.security import sign_out as end_session
from app.transaction import transaction
from engine.errors import ProcessError
from workflows.organisation import passwords
from workflows.organisation.errors import InvalidCredentials

account = Blueprint("account", __name__)


@account.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("account/sign_in.html", username="", error="")
    house = current_house()
    username = request.form.get("username", "").strip()
    try:
        person = person_by_password(house, username, request.form.get("password", ""))
    except ProcessError as error:
        return render_template("account/sign_in.html", username=username, error=told(error, house)), 403
    open_session(house, person)
    return redirect(safe_target(request.args.get("next")))


@account.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    end_session(current_house())
    return redirect(url_for("account.sign_in"))


@account.route("/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("account/password.html", errors={}, least=passwords.LEAST_CHARACTERS)
    house, person = current_house(), current_person()
    new = request.form.get("new_password", "")
    if new != request.form.get("repeated", ""):
        errors = {"repeated": _("两次输入的新密码不一致。")}
        return render_template("account/password.html", errors=errors, least=passwords.LEAST_CHARACTERS), 422
    try:
        with transaction(house.pool) as connection:
            passwords.change_password(connection, person.username, request.form.get("old_password", ""), new)
            tell_of_sign_in(connection, house, PASSWORD_CHANGED, person.username)
    except InvalidCredentials:
        with transaction(house.pool) as connection:
            tell_of_sign_in(connection, house, PASSWORD_REFUSED, person.username, reason=passwords.Standing.KNOWN.value)
        errors = {"old_password": _("原密码不正确。")}
        return render_template("account/password.html", errors=errors, least=passwords.LEAST_CHARACTERS), 422
    except ProcessError as error:
        errors = field_errors(error) or {"new_password": sentence(error)}
        return render_template("account/password.html", errors=errors, least=passwords.LEAST_CHARACTERS), 422
    open_session(house, person)
    flash(_("密码已修改。"))
    return redirect(url_for("worklist.index"))
