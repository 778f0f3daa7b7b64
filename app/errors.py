"""From errors to answers: the one table of kinds and HTTP statuses, and the pages people see."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from app.house import House
from app.messages import PEOPLE, field_sentence, sentence
from app.security import safe_target
from app.transaction import reading
from engine.errors import (
    Conflict,
    ExecutionFailed,
    IntegrityFault,
    InvalidDefinition,
    InvalidSubmission,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    ProcessError,
)
from workflows.attachments.actions import AttachmentTooBig
from workflows.forms.validation import SubmissionInvalid
from workflows.organisation import queries

STATUSES: tuple[tuple[type[ProcessError], int], ...] = (
    (AttachmentTooBig, 413),
    (NotFound, 404),
    (Conflict, 409),
    (NotAuthenticated, 401),
    (NotPermitted, 403),
    (InvalidSubmission, 422),
    (InvalidDefinition, 422),
    (ExecutionFailed, 500),
    (IntegrityFault, 500),
)
PROBLEM = "application/problem+json"
RETRY_AFTER_SECONDS = "5"


def status_of(error: ProcessError) -> int:
    """Return the HTTP status of an error's kind."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def told(error: ProcessError, house: House) -> str:
    """Return what people read of an error, with people by their names."""
    usernames = [str(value) for name, value in error.facts() if name in PEOPLE and value]
    with reading(house.pool) as connection:
        names = queries.names_of(connection, usernames) if usernames else {}
    return sentence(error, names)


def field_errors(error: ProcessError) -> dict[str, str]:
    """Return the sentence for each field that an error is about."""
    if isinstance(error, SubmissionInvalid):
        return {one.field: field_sentence(one) for one in error.errors}
    field = getattr(error, "field", None)
    return {field: sentence(error)} if isinstance(error, InvalidSubmission) and field else {}


def problem(error: ProcessError, house: House) -> ResponseReturnValue:
    """Answer an error as RFC 9457 says, with its facts as members."""
    status = status_of(error)
    body: dict[str, object] = {
        "type": f"urn:banjie:error:{type(error).__name__}",
        "title": type(error).__name__,
        "status": status,
        "detail": told(error, house),
    }
    for name, value in error.facts():
        if value is None or isinstance(value, bool | int | str):
            body.setdefault(name, value)
        elif isinstance(value, tuple) and all(isinstance(one, str) for one in value):
            body[name] = list(value)
        elif hasattr(value, "isoformat"):
            body[name] = value.isoformat().replace("+00:00", "Z")
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        body["errors"] = [{"field": field, "message": text} for field, text in field_errors(error).items()]
    if status == HTTPStatus.FORBIDDEN:
        body["reason"] = body["detail"]
    answer = jsonify(body)
    answer.status_code = status
    answer.mimetype = PROBLEM
    return answer


def wants_json() -> bool:
    """Tell whether the request came from a program or a script rather than from a page."""
    return request.path.startswith("/api/") or request.path == "/attachments"


def register(app: Flask, house: House) -> None:
    """Register the handlers."""

    @app.errorhandler(ProcessError)
    def answer_process_error(error: ProcessError) -> ResponseReturnValue:
        status = status_of(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            current_app.logger.error("%s", error)
        if wants_json():
            return problem(error, house)
        return render_template("errors/error.html", message=told(error, house), status=status), status

    @app.errorhandler(DataError)
    @app.errorhandler(OverflowError)
    @app.errorhandler(UnicodeEncodeError)
    def answer_unstorable(_error: Exception) -> ResponseReturnValue:
        message = _("内容中有无法保存的字符或数字，没有保存。")
        if wants_json():
            answer = jsonify(
                {"type": "about:blank", "title": "Unstorable", "status": 422, "detail": message, "errors": []}
            )
            answer.mimetype = PROBLEM
            return answer, 422
        return render_template("errors/error.html", message=message, status=422), 422

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolExhausted)
    def answer_unreachable(error: Exception) -> ResponseReturnValue:
        """The database did not answer in time, or not at all: whether anything was written may be unknown."""
        current_app.logger.error("%s", error)
        message = _("数据库暂时没有响应，可能没有保存。请稍候重新打开这一页，核对后再办。")
        if wants_json():
            answer = jsonify({"type": "about:blank", "title": "Unavailable", "status": 503, "detail": message})
            answer.mimetype = PROBLEM
        else:
            answer = make_response(message)  # a page would ask the database who reads it
            answer.mimetype = "text/plain"
        answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return answer

    @app.errorhandler(CSRFError)
    def answer_forged(_error: CSRFError) -> ResponseReturnValue:
        message = _("登录已过期，或者页面停留太久，没有提交。请回到刚才的页面重新提交，您填写的内容会保留。")
        if wants_json():
            return jsonify({"status": 403, "detail": message, "reason": message}), 403
        again = safe_target(urlsplit(request.referrer or "").path)
        return render_template("errors/error.html", message=message, status=403, again=again), 403

    @app.errorhandler(HTTPException)
    def answer_http_error(error: HTTPException) -> ResponseReturnValue:
        sentences = {
            404: _("没有这个页面。"),
            405: _("这个地址不接受这样的请求。"),
            413: _("提交的内容超过上限，没有保存。"),
            415: _("不接受这种格式的内容。"),
        }
        status = error.code or 500
        message = sentences.get(status, _("请求无法处理（%(status)s）。", status=status))
        if wants_json():
            answer = jsonify({"type": "about:blank", "title": error.name, "status": status, "detail": message})
            answer.mimetype = PROBLEM
            return answer, status
        return render_template("errors/error.html", message=message, status=status), status
