"""Whether the process is alive, and whether it can do its work."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.current import current_house
from app.transaction import reading

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
