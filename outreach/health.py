"""GET /healthz: this process serves. GET /readyz: database, Redis and workers are there, or which is not."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from redis.exceptions import RedisError
from rq.worker_registration import get_keys
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from outreach import runtime
from outreach.runtime import Runtime

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    work = runtime.current()
    parts = {name: check(work) for name, check in CHECKS.items()}
    fine = all(state == "ok" for state in parts.values())
    return jsonify(status="ok" if fine else "not ready", **parts), 200 if fine else 503


def _database(work: Runtime) -> str:
    try:
        with work.database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return f"away ({type(error).__name__})"
    return "ok"


def _redis(work: Runtime) -> str:
    try:
        work.redis.ping()
    except RedisError as error:
        return f"away ({type(error).__name__})"
    return "ok"


def _workers(work: Runtime) -> str:
    """RQ's list keeps workers that were killed; the key of each lives only as long as its heart beats."""
    try:
        registered = get_keys(connection=work.redis)
        return "ok" if registered and work.redis.exists(*registered) else "no worker is running"
    except RedisError:
        return "unknown: Redis is away"


CHECKS: dict[str, Callable[[Runtime], str]] = {"database": _database, "redis": _redis, "workers": _workers}
