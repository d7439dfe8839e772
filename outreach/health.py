"""GET /healthz: this process serves. GET /readyz: database, Redis and workers are there, or which is not.

GET /metrics: the figures behind it, for Prometheus; not for everybody, as they tell how busy the service is.
"""

from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address

from flask import Blueprint, Response, jsonify, request
from redis.exceptions import RedisError
from rq.worker_registration import get_keys
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from outreach import prometheus, runtime
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
    # Without mail the service serves all the same; who relies on it should know.
    mail = "ok" if work.settings.smtp_url else "not set up: staff are paged by text only"
    return jsonify(status="ok" if fine else "not ready", **parts, mail=mail), 200 if fine else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    work = runtime.current()
    if not (_asked_here() or _knows(work.settings.metrics_token)):
        return Response("Ask from this machine, or send Authorization: Bearer OUTREACH_METRICS_TOKEN\n", 403)
    return Response(prometheus.expose(work), content_type=prometheus.CONTENT_TYPE)


def _asked_here() -> bool:
    """From this machine: whoever spoke to us, and whomever it spoke for. A header alone convinces nobody."""
    behind_proxy = request.environ.get("werkzeug.proxy_fix.orig", {})
    return _is_loopback(request.remote_addr) and _is_loopback(behind_proxy.get("REMOTE_ADDR", request.remote_addr))


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def _knows(token: str | None) -> bool:
    given = request.headers.get("Authorization", "")
    return bool(token) and compare_digest(given.encode(), f"Bearer {token}".encode())


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
