"""Signing in, the current person, forged requests, and the headers every answer carries."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as BaseResponse

from app.house import House
from app.ledgers import SIGNED_OUT, tell_of_sign_in
from app.transaction import reading, transaction
from engine.clock import SystemClock
from workflows.duties import require_post
from workflows.organisation import passwords, queries, sessions
from workflows.organisation.values import Person

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
OPEN_ENDPOINTS = frozenset(
    {"account.sign_in", "language.choose", "static", "health.alive", "health.ready", "health.metrics"}
)
BEFORE_PASSWORD_CHANGE = frozenset({"language.choose", "account.change_password", "account.sign_out", "static"})

SESSION_KEY = "key"
"""Under what a session keeps a key of its own, so that it can be ended for good."""

NAVIGATION = "navigate"
"""What a browser says of a request for a page, in distinction to those of scripts (Fetch Metadata, Sec-Fetch-Mode)."""

csrf = CSRFProtect()
_machine = SystemClock()


class PageSessions(SecureCookieSessionInterface):
    """Renews the cookie of a session with the pages that somebody opens, not with what their scripts ask for meanwhile.

    What a script asked for may be answered after a form was handed in; its cookie would bring back the session as it was
    before, and with it take away what the next page had to tell.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Tell whether an answer carries the cookie."""
        if session.modified:
            return True
        by_somebody = request.headers.get("Sec-Fetch-Mode", NAVIGATION) == NAVIGATION
        return by_somebody and super().should_set_cookie(app, session)


class SignedIn(UserMixin):  # type: ignore[misc]
    """Who is signed in; the id changes with the password, so that other sessions end with it."""

    def __init__(self, person: Person, stamp: str, must_change: bool) -> None:
        self.person = person
        self.must_change_password = must_change
        self._stamp = stamp

    def get_id(self) -> str:
        return f"{self.person.username}|{self._stamp}"


def current_person() -> Person:
    """Return who acts in this request."""
    return g.person if "person" in g else current_user.person


def sign_in(house: House, person: Person) -> None:
    """Open a session."""
    with reading(house.pool) as connection:
        stamp, must_change = passwords.credentials_of(connection, person.username)
    session.clear()
    session.permanent = True
    session[SESSION_KEY] = new_key()
    login_user(SignedIn(person, stamp, must_change))


def sign_out(house: House) -> None:
    """End the session of this request, also for streams that were opened with its cookie."""
    if key := session.get(SESSION_KEY):
        at = _machine.now()
        with transaction(house.pool) as connection:
            sessions.end_session(connection, key, at, at + current_app.permanent_session_lifetime)
            tell_of_sign_in(connection, house, SIGNED_OUT, current_person().username)
    logout_user()


@dataclass(frozen=True)
class Claim:
    """What the cookie of a session says; whether it still holds, the database knows."""

    username: str
    stamp: str
    session: str
    expires_at: datetime


def claim_of(app: Flask, cookie: str) -> Claim | None:
    """Return what a session's cookie says, outside of a request; None where it is none of ours or too old."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    lifetime = app.permanent_session_lifetime
    if serializer is None:
        return None
    try:
        content, signed_at = serializer.loads(cookie, lifetime.total_seconds(), return_timestamp=True)
    except BadSignature:
        return None
    username, _sep, stamp = content.get("_user_id", "").partition("|")
    return Claim(username, stamp, content.get(SESSION_KEY, ""), signed_at + lifetime) if username else None


def posts_required(posts: tuple[str, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only holders of one of the posts call a view."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            require_post(current_person(), posts)
            return view(*args, **kwargs)

        guarded.posts = posts  # type: ignore[attr-defined]  # what the table of permissions is compared with
        return guarded

    return decorate


def new_key() -> str:
    """Return a key under which a form is sent at most once."""
    return secrets.token_urlsafe(12)


def safe_target(target: str | None) -> str:
    """Return where to go after signing in: a path of this site, or the inbox."""
    parts = urlsplit(target or "")
    inside = bool(target) and not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return target if inside and target and not target.startswith(("//", "/\\")) else url_for("worklist.index")


def protect(app: Flask, house: House) -> None:
    """Put the guards around an application."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    csrf.init_app(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(user_id: str) -> SignedIn | None:
        username, _sep, stamp = user_id.partition("|")
        with reading(house.pool) as connection:
            found = queries.find_signed_in(connection, username)
        if found is None or not secrets.compare_digest(found[1], stamp):
            return None
        return SignedIn(*found)

    @app.before_request
    def require_sign_in() -> BaseResponse | None:
        endpoint = request.endpoint or ""
        if endpoint in OPEN_ENDPOINTS or request.path.startswith("/api/"):
            return None
        if not current_user.is_authenticated:
            target = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("account.sign_in", next=target))
        if current_user.must_change_password and endpoint not in BEFORE_PASSWORD_CHANGE:
            return redirect(url_for("account.change_password"))
        return None

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers and request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
