"""When to look after a text again: its receipt is overdue, or nobody knows its fate. Pure."""

from datetime import datetime, timedelta

# Ages, counted from the moment the carrier took it, at which a text without a final receipt is looked up. After the
# last one `sent` is the last word: some carriers never send a receipt.
LOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
FIRST_LOOK = LOOKS[0]
LONGEST_WAIT = timedelta(hours=1)


def next_look(sent_at: datetime, now: datetime) -> datetime | None:
    """When to look up a text at the carrier next, or None: its age has passed them all."""
    return next((sent_at + age for age in LOOKS if sent_at + age > now), None)


def next_question(claimed_at: datetime, complete: datetime, shortest: timedelta, now: datetime) -> datetime:
    """When to ask again about a row whose fate is unknown: ever later, and once just as the proof is complete.

    From `complete` on, what the carrier's records do not hold was never taken; `shortest` is the wait between two
    questions at least.
    """
    age = now - claimed_at
    later = now + min(max(age / 2, shortest), LONGEST_WAIT)
    return min(later, complete) if now < complete else later
