"""Whether the process is alive, whether it can do its work, and how much it does."""

import secrets
from http import HTTPStatus
from ipaddress import ip_address

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.current import current_house
from app.metrics import exposition
from app.settings import MetricsSettings
from app.transaction import reading

PROXIED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    return jsonify(status="alive")


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    try:
        with reading(current_house().pool) as connection:
            connection.execute(text("SELECT 1 FROM process_definition LIMIT 1"))
    except SQLAlchemyError:
        return jsonify(status="database not ready"), 503
    return jsonify(status="ready")


@health.get("/metrics")
def metrics() -> ResponseReturnValue:
    house = current_house()
    if not _may_read(house.settings.metrics):
        return jsonify(status="not allowed here (setting [metrics])"), HTTPStatus.FORBIDDEN
    with reading(house.pool) as connection:
        return Response(exposition(connection), content_type=CONTENT_TYPE_LATEST)


def _may_read(settings: MetricsSettings) -> bool:
    """Tell whether who asks has the token, or one of the addresses: a proxy's address says nothing of who stands behind."""
    scheme, _sep, token = request.headers.get("Authorization", "").partition(" ")
    if (
        settings.token
        and scheme.lower() == "bearer"
        and secrets.compare_digest(token.encode(), settings.token.encode())
    ):
        return True
    if request.remote_addr is None or any(name in request.headers for name in PROXIED):
        return False
    address = ip_address(request.remote_addr)
    return any(address in network for network in settings.addresses)
