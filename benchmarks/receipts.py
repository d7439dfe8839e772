"""Status callbacks per second that our web process takes, against the same load on a page that does nothing."""

from sqlalchemy import text

from benchmarks.community import analyze, fill_contacts, launch_campaign
from benchmarks.deployment import Deployment, Options, deploy
from benchmarks.load import Request, post_all, signed
from outreach import clock
from outreach.campaigns.runs import fire
from tests.support.servers import ACCOUNT, SENDER

CONNECTIONS = 16
WARM_UP = 200  # requests

# As dispatch leaves what the carrier took; a SID is SM and 32 characters.
ACCEPT = """
UPDATE messages SET status = 'accepted', sent_at = created_at, watch_at = expires_at, attempts = 1,
    carrier_sid = 'SM0123456789012345678901' || CAST(1000000000 + id AS TEXT)
"""
DELIVERED = "SELECT count(*) FROM messages WHERE status = 'delivered'"


def measure(options: Options) -> dict[str, object]:
    """One signed `delivered` for each of `size` accepted texts, over 16 connections, at gunicorn with 2 processes."""
    with deploy(options) as deployment:
        deployment.start_web()
        callbacks = _accepted(deployment, options.size + WARM_UP)
        idle = Request(f"{deployment.web_url}/healthz")
        unread = signed(f"{deployment.web_url}/twilio/status", {"AccountSid": ACCOUNT})  # 400, once it is verified
        post_all([*callbacks[:WARM_UP], *[idle] * WARM_UP], CONNECTIONS)
        limit = post_all([idle] * options.size, CONNECTIONS)
        verified = post_all([unread] * options.size, CONNECTIONS)
        taken = post_all(callbacks[WARM_UP:], CONNECTIONS)
        with deployment.work.database.reading() as session:
            delivered = session.scalar(text(DELIVERED))
    if delivered != len(callbacks) or taken.statuses != {"204": options.size}:
        raise RuntimeError(f"{delivered} of {len(callbacks)} delivered: {dict(taken.statuses)}")
    return {
        "figure": round(taken.per_second),
        "unit": "callbacks/s",
        "limit": round(limit.per_second),
        "limit_is": "GET /healthz over as many connections",
        "ratio": round(taken.per_second / limit.per_second, 3),
        "verify_only": round(verified.per_second),
        "connections": CONNECTIONS,
    }


def _accepted(deployment: Deployment, size: int) -> list[Request]:
    """So many texts at the carrier, and the callback for each."""
    work = deployment.work
    fill_contacts(work, size)
    run = launch_campaign(work)
    fire(work.database, work.redis, run, clock.now())
    with work.database.writing() as session:
        session.execute(text(ACCEPT))
    analyze(work)
    with work.database.reading() as session:
        rows = session.execute(text("SELECT id, carrier_sid, phone FROM messages ORDER BY id")).all()
    address = f"{deployment.web_url}/twilio/status"
    return [signed(f"{address}?message={row.id}", _form(row.carrier_sid, row.phone)) for row in rows]


def _form(sid: str, phone: str) -> dict[str, str]:
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
        "AccountSid": ACCOUNT,
        "From": SENDER,
        "To": phone,
        "ApiVersion": "2010-04-01",
        "RawDlrDoneDate": "2611241200",
    }
