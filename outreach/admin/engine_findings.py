"""What keeps texts from leaving, in words, with what to do: a pure reading of how the sending engine stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from outreach import queues
from outreach.admin.sending_trouble import ACCOUNT, WHAT_TO_DO
from outreach.admin.times import show_soon
from outreach.admin.words import show_ago
from outreach.crew import Crew
from outreach.engine import Engine, Waiting
from outreach.outgoing.models import Priority

AT_ONCE = timedelta(minutes=1)  # replies, crisis answers and alerts leave within seconds
MAIL_MAY_TAKE = timedelta(minutes=2)
IN_TURN = timedelta(minutes=10)  # campaigns may take hours, as long as they move

PRIORITIES = {
    Priority.CRISIS: "Crisis answers",
    Priority.REPLY: "Replies",
    Priority.ALERT: "Alerts to staff",
    Priority.REMINDER: "Reminders",
    Priority.BULK: "Campaigns",
}
# What each queue carries, and what stands still when nobody works on it.
CARRIES = {
    queues.URGENT: "replies, crisis answers and alerts",
    queues.DEFAULT: "starts of campaigns, and questions to the carrier",
    queues.BULK: "campaigns and reminders",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `tone` is "trouble" when texts do not leave through it, else "wait"."""

    tone: str
    words: str
    what_to_do: str
    command: str = ""


def judge(
    engine: Engine, crew: Crew | None, left_lately: int, day_over: tuple[str, str] | None = None
) -> Sequence[Finding]:
    """What is wrong, the worst first; nothing when all is well.

    `crew` is None when Redis is away; `left_lately` counts the texts that left in about the last IN_TURN; `day_over`
    says that the sender's day is used up, and when it goes on.
    """
    causes = [*_crew_findings(engine, crew), *_sender_findings(engine)]
    day = list(_day_findings(engine, day_over))
    late = [] if causes else list(_late(engine, moving=bool(left_lately or day)))
    return [*causes, *late, *day, *_mail_findings(engine), *_campaign_findings(engine)]


def say_well(crew: Crew) -> str:
    """The sentence for a day on which nothing is wrong."""
    number = len(crew.workers)
    return f"All is well: {number} worker{'' if number == 1 else 's'}, nothing waits longer than it should."


def _crew_findings(engine: Engine, crew: Crew | None) -> Iterator[Finding]:
    if crew is None:
        yield Finding(
            "trouble",
            "Redis is away, so no worker can be called.",
            "Start Redis, or correct REDIS_URL and restart. Texts wait in the database; none is lost.",
        )
        return
    if not crew.workers:
        waits = engine.may_leave or engine.inbounds
        words = "Texts wait and no worker is running." if waits else "No worker is running: the next text would wait."
        yield Finding("trouble", words, "Start one where Outreach runs:", "outreach worker")
    else:
        for name, carried in CARRIES.items():
            if not crew.workers_of(name):
                words = f"No worker takes jobs from the queue “{name}”, which carries {carried}."
                yield Finding("trouble", words, "Start one where Outreach runs:", f"outreach worker {name}")
    if not crew.scheduler:
        yield Finding(
            "trouble",
            "No scheduler is running: campaigns do not start, and held texts are not called up at their hour.",
            "Start one where Outreach runs:",
            "outreach scheduler",
        )


def _sender_findings(engine: Engine) -> Iterator[Finding]:
    for pause in engine.pauses:
        code = f" (Twilio {pause.code})" if pause.code else ""
        when = f"before {show_soon(pause.until)}" if pause.until > engine.at else "until a try succeeds"
        yield Finding(
            "trouble",
            f"Nothing leaves {when}: {pause.reason}{code}.",
            f"{WHAT_TO_DO.get(pause.code or 0, ACCOUNT)} The service tries one text from time to time by itself.",
        )


def _day_findings(engine: Engine, day_over: tuple[str, str] | None) -> Iterator[Finding]:
    if day_over and any(one.count for one in engine.waiting if one.priority > Priority.ALERT):
        words, goes_on = day_over
        more = (
            "If the sender is registered for more, correct OUTREACH_SENDER or OUTREACH_SEGMENTS_PER_DAY, and restart."
        )
        yield Finding("wait", words, f"{goes_on} {more}")


def _late(engine: Engine, *, moving: bool) -> Iterator[Finding]:
    for one in engine.waiting:
        if one.oldest and _is_late(one, engine, moving=moving):
            words = f"{PRIORITIES[one.priority]} wait too long: the first could have left {show_ago(one.oldest)}."
            yield Finding("trouble", words, "See below what the workers do. If all are busy, start one more:",
                          "outreach worker")  # fmt: skip
    if engine.inbound_oldest and engine.inbound_age > AT_ONCE:
        words = f"Texts from families wait to be understood: the first came {show_ago(engine.inbound_oldest)}."
        yield Finding("trouble", words, "The log of the workers says why. Nothing is lost, they are tried again.")


def _is_late(one: Waiting, engine: Engine, *, moving: bool) -> bool:
    if one.priority <= Priority.ALERT:
        return one.age(engine.at) > AT_ONCE
    return one.age(engine.at) > IN_TURN and not moving


def _mail_findings(engine: Engine) -> Iterator[Finding]:
    mails = engine.mails
    if mails.oldest and engine.at - mails.oldest > MAIL_MAY_TAKE:
        why = f" The last try failed: {mails.reason}." if mails.reason else ""
        yield Finding(
            "trouble",
            f"E-mail to staff does not leave: the first came {show_ago(mails.oldest)}.{why}",
            "Correct OUTREACH_SMTP_URL or the mail server, and restart. Nothing is lost: each is tried again.",
        )


def _campaign_findings(engine: Engine) -> Iterator[Finding]:
    number = engine.campaigns_stopped
    if number:
        were = "1 campaign was" if number == 1 else f"{number} campaigns were"
        yield Finding(
            "wait", f"{were} paused by the service.", "The page of each, under Campaigns, says why and resumes it."
        )
