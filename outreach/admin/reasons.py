"""Why a text does not leave, as staff read it: a sentence about one family, a clause after a number of them."""

from outreach.people import consent

SENTENCES = {
    **consent.WHY,
    "quiet_hours": "waiting for a decent hour at the family's place",
    "closed_day": "waiting for a closed day to pass at the family's place",
    "state_hours": "waiting for the hours that the family's state allows",
    "no_common_hour": "no hour of the coming weeks suits every place the family may be in",
    "past_its_use": "it waited past its use",
    "no_wording": "there is no wording in the family's language",
    "language_left_out": "its language was left out, as decided at launch",
    "paused": "the campaign is paused",
    "canceled": "the campaign was canceled",
}

# After "1" and after any other number.
CLAUSES = {
    consent.SAID_STOP: ("said stop or no", "said stop or no"),
    consent.NO_CONSENT_YET: ("has not agreed to our texts yet", "have not agreed to our texts yet"),
    consent.SAID_STOP_TO_TOPIC: ("said stop to this topic", "said stop to this topic"),
    consent.TOPIC_NOT_CHOSEN: ("chose other topics", "chose other topics"),
    consent.UNREACHABLE: ("has a number that texts do not reach", "have a number that texts do not reach"),
    consent.CRISIS_HOLD: (
        "is held until staff release it, as a text from it may have been about danger to life",
        "are held until staff release them, as a text from them may have been about danger to life",
    ),
    "quiet_hours": ("waits for a decent hour", "wait for a decent hour"),
    "closed_day": ("waits for a closed day to pass", "wait for a closed day to pass"),
    "state_hours": ("waits for the hours its state allows", "wait for the hours their state allows"),
    "no_common_hour": ("may be in places that share no open hour", "may be in places that share no open hour"),
    "past_its_use": ("waited past its use", "waited past their use"),
    "no_wording": ("reads a language without wording", "read a language without wording"),
    "language_left_out": ("reads a language that was left out", "read a language that was left out"),
    "paused": ("is paused", "are paused"),
    "canceled": ("was canceled", "were canceled"),
}


def show_reason(reason: str | None) -> str:
    """A reason word as a sentence for staff; the carrier's own meanings are sentences already."""
    return SENTENCES.get(reason or "", reason or "")


def count_reason(reason: str, number: int) -> str:
    """ "11 have not agreed to our texts yet"; for the carrier's own meanings "11: the number is not in use"."""
    if reason not in CLAUSES:
        return f"{number:,}: {reason}"
    one, many = CLAUSES[reason]
    return f"{number:,} {one if number == 1 else many}"
