"""The language of a session: Chinese, unless somebody has chosen English."""

from functools import lru_cache

from babel import Locale
from flask import Blueprint, has_request_context, redirect, request, session
from flask.typing import ResponseReturnValue

from app.security import safe_target

LANGUAGES = {"zh_CN": "中文", "en": "English"}
SOURCE = "zh_CN"
KEY = "language"

language = Blueprint("language", __name__)


@language.post("/language")
def choose() -> ResponseReturnValue:
    chosen = request.form.get("language", SOURCE)
    if chosen in LANGUAGES:
        session[KEY] = chosen
    return redirect(safe_target(request.form.get("next")))


def selected() -> Locale:
    """Return the locale of this request."""
    return _locale(session.get(KEY, SOURCE) if has_request_context() else SOURCE)


@lru_cache(maxsize=len(LANGUAGES))
def _locale(name: str) -> Locale:
    return Locale.parse(name)
