"""From a family's text to our answer, and to the reply's arrival at the carrier, at a constant rate."""

from sqlalchemy import text

from benchmarks.community import fill_contacts, launch_campaign
from benchmarks.deployment import Deployment, Options, deploy, wait_for
from benchmarks.load import Outcome, Request, post_steadily, quantile_ms, signed
from outreach.cli.processes import WORKERS
from tests.support.servers import ACCOUNT, SENDER

PER_SECOND = 200
WARM_UP = 100  # texts; the first of them meet workers that are still reading their vocabulary
LIMIT_REQUESTS = 1000
REPLY_SECONDS = 60  # a reply that is not there by then is lost
INBOUND_PHONE = "+1857{}"  # no phone of the campaign's
SENT = "SELECT count(*) FROM messages WHERE source = 'run' AND sent_at IS NOT NULL"


def measure(options: Options) -> dict[str, object]:
    """`size` signed texts at 200 a second from as many families, while `campaign` texts leave beside the replies."""
    with deploy(options) as deployment:
        if options.campaign:
            fill_contacts(deployment.work, options.campaign)
        deployment.start_web()
        for queue_names in WORKERS.values():
            deployment.start("worker", *queue_names)
        deployment.start("scheduler")
        warm_up = min(WARM_UP, options.size)
        _text_us(deployment, range(warm_up), 50)
        idle = [Request(f"{deployment.web_url}/healthz")] * min(options.size, LIMIT_REQUESTS)
        limit = post_steadily(idle, PER_SECOND)
        if options.campaign:
            launch_campaign(deployment.work)
            wait_for(lambda: _count_sent(deployment) > 0, "the campaign's first texts", 120)
        before = _count_sent(deployment)
        outcome, replies = _text_us(deployment, range(warm_up, warm_up + options.size), PER_SECOND)
        campaign_rate = (_count_sent(deployment) - before) / outcome.seconds
    if outcome.statuses != {"200": options.size}:
        raise RuntimeError(f"not every text was taken: {dict(outcome.statuses)}")
    answers, bare = list(outcome.answered.values()), quantile_ms(list(limit.answered.values()), 0.99)
    figure = quantile_ms(answers, 0.99)
    return {
        "figure": figure,
        "unit": "ms to the answer, p99",
        "limit": bare,
        "limit_is": "GET /healthz at the same rate, p99, no campaign",
        "ratio": round(figure / bare, 2),
        "answer_p50_ms": quantile_ms(answers, 0.5),
        "reply_p50_ms": quantile_ms(replies, 0.5),
        "reply_p99_ms": quantile_ms(replies, 0.99),
        "replies": len(replies),
        "per_second": PER_SECOND,
        "campaign": options.campaign,
        "campaign_texts_per_second": round(campaign_rate),
        "callbacks": options.callbacks,
    }


def _text_us(deployment: Deployment, numbers: range, per_second: float) -> tuple[Outcome, list[float]]:
    """Each of these families texts HELP once; and the seconds until each had its reply at the carrier."""
    phones = [INBOUND_PHONE.format(2_000_000 + number) for number in numbers]
    requests = [signed(f"{deployment.web_url}/twilio/inbound", _form(number, phone)) for number, phone in
                zip(numbers, phones, strict=True)]  # fmt: skip
    outcome = post_steadily(requests, per_second)

    def arrivals() -> dict[str, float]:
        since = min(outcome.began.values())
        texts = deployment.phones.control(f"messages?since={since}")["messages"]
        return {each["to"]: each["created_at"] for each in texts if each["to"].startswith(INBOUND_PHONE[:5])}

    def all_replied() -> bool:
        with deployment.work.database.reading() as session:
            waiting = session.scalar(text("SELECT count(*) FROM messages WHERE source = 'inbound' AND sent_at IS NULL"))
            routed = session.scalar(text("SELECT count(*) FROM messages WHERE source = 'inbound'"))
        return not waiting and routed == numbers.stop

    wait_for(all_replied, "a reply to every text", REPLY_SECONDS)
    at = arrivals()
    return outcome, [at[phone] - outcome.began[place] for place, phone in enumerate(phones) if phone in at]


def _form(number: int, phone: str) -> dict[str, str]:
    return {
        "MessageSid": f"SM{number:032d}",
        "SmsSid": f"SM{number:032d}",
        "AccountSid": ACCOUNT,
        "From": phone,
        "To": SENDER,
        "Body": "HELP",
        "NumMedia": "0",
        "NumSegments": "1",
        "ApiVersion": "2010-04-01",
    }


def _count_sent(deployment: Deployment) -> int:
    with deployment.work.database.reading() as session:
        return int(session.scalar(text(SENT)) or 0)
