"""The web application, from top to bottom: webhooks, health, sign-in, pages for staff."""

from datetime import timedelta
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from outreach import health, logs, prometheus, runtime
from outreach.admin import pages, sign_in
from outreach.calls.webhook import blueprint as voice_webhook
from outreach.incoming.webhook import blueprint as inbound_webhook
from outreach.outgoing.hours import sending_hours
from outreach.outgoing.webhook import blueprint as status_webhook
from outreach.runtime import Runtime
from outreach.settings import Settings

SIGN_INS_A_MINUTE = "10 per minute"
SIGN_INS_AN_HOUR = "30 per hour"
# A shared computer's Back button shows none of these.
NOT_KEPT = ("families", "answers", "inbox", "callbacks", "calls", "staff", "set_password")
TIMED = {"inbound_webhook": "inbound", "status_webhook": "status", "voice_webhook": "voice"}


def create_app(settings: Settings) -> Flask:
    """A WSGI application on these settings. Raises SettingsError when one that the web needs is missing."""
    settings.require("SECRET_KEY", "REDIS_URL")
    settings.require_sending()
    sending_hours(settings)
    logs.set_up(settings)
    work = Runtime(settings)
    runtime.use(work)

    app = Flask("outreach", static_folder=None, static_url_path="")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https"),
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.public_url.startswith("https"),
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_DURATION=timedelta(days=14),
        BOOTSTRAP_SERVE_LOCAL=True,
        MAX_CONTENT_LENGTH=20 * 1024 * 1024,
    )
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    Bootstrap5(app)
    protect = CSRFProtect(app)

    app.before_request(_start_watch)
    app.after_request(_time_webhook)
    for webhook in (inbound_webhook, status_webhook, voice_webhook):
        protect.exempt(webhook)  # the carrier's signature guards them
        app.register_blueprint(webhook)
    app.register_blueprint(health.blueprint)

    sign_in.set_up(app, work)
    _limit_sign_ins(app, settings)
    pages.set_up(app)
    app.after_request(_harden)
    return app


def _limit_sign_ins(app: Flask, settings: Settings) -> None:
    """Guessing passwords is slowed per address and per account; when Redis is away each process counts for itself."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
    )
    views: dict[str, Any] = app.view_functions
    by_address = limiter.limit(SIGN_INS_A_MINUTE, methods=["POST"])
    by_account = limiter.limit(SIGN_INS_AN_HOUR, methods=["POST"], key_func=_account)
    views["security.login"] = by_address(by_account(views["security.login"]))


def _account() -> str:
    return request.form.get("email", "").strip().casefold()


def _start_watch() -> None:
    g.started = perf_counter()


def _time_webhook(response: Response) -> Response:
    if request.blueprint in TIMED and "started" in g:
        prometheus.time_webhook(TIMED[request.blueprint], response.status_code, perf_counter() - g.started)
    return response


def _harden(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    )
    if request.blueprint in NOT_KEPT:
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
