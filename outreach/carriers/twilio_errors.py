"""Twilio's error codes as decisions: one row a code, from its error dictionary (2026-11), with a default branch.

Twilio warns that codes are split and added without notice, so every lookup has an answer for codes not listed.
"""

from outreach.carriers.carrier import Action

# code: (what to do, what it means in plain words)
ERRORS: dict[int, tuple[Action, str]] = {
    20003: (Action.STOP_SENDING, "the account's credentials were refused"),
    20005: (Action.STOP_SENDING, "the account is suspended"),
    20429: (Action.SLOW_DOWN, "too many requests at once"),
    21211: (Action.UNREACHABLE, "not a valid phone number"),
    21212: (Action.STOP_SENDING, "the sender's number is not valid"),
    21408: (Action.GIVE_UP, "texts to this country are not enabled"),
    21602: (Action.GIVE_UP, "the text is empty"),
    21603: (Action.STOP_SENDING, "no sender is set"),
    21604: (Action.GIVE_UP, "no phone number"),
    21606: (Action.STOP_SENDING, "the sender may not text for this account"),
    21608: (Action.STOP_SENDING, "a trial account may text verified numbers only"),
    21610: (Action.OPTED_OUT, "the phone said stop"),
    21611: (Action.SLOW_DOWN, "the sender's queue is full"),
    21612: (Action.GIVE_UP, "no route from this sender to this number"),
    21614: (Action.UNREACHABLE, "not a mobile number"),
    21617: (Action.GIVE_UP, "the text is longer than 1600 characters"),
    21635: (Action.UNREACHABLE, "a landline"),
    21703: (Action.STOP_SENDING, "the messaging service has no suitable sender"),
    21704: (Action.STOP_SENDING, "the messaging service has no sender"),
    30001: (Action.SLOW_DOWN, "the queue overflowed"),
    30002: (Action.STOP_SENDING, "the account is suspended"),
    30003: (Action.RETRY, "the phone is off or has no signal"),
    30004: (Action.GIVE_UP, "the phone's carrier blocks our texts"),
    30005: (Action.UNREACHABLE, "the number is unknown or no longer in service"),
    30006: (Action.UNREACHABLE, "a landline, or a carrier that takes no texts"),
    30007: (Action.GIVE_UP, "filtered as spam by the carrier"),
    30008: (Action.RETRY, "the carrier gave no reason"),
    30019: (Action.GIVE_UP, "the picture is too large"),
    30022: (Action.SLOW_DOWN, "faster than the registered rate"),
    30023: (Action.SLOW_DOWN, "the day's cap is reached"),
    30024: (Action.GIVE_UP, "the sender is not set up at this carrier"),
    30032: (Action.STOP_SENDING, "the toll-free sender is not verified"),
    30033: (Action.STOP_SENDING, "the sender's campaign registration is suspended"),
    30034: (Action.STOP_SENDING, "the sender is not registered"),
    30035: (Action.STOP_SENDING, "the sender's registration is pending"),
    30036: (Action.GIVE_UP, "it waited at the carrier past its use"),
    30037: (Action.STOP_SENDING, "outgoing texts are disabled for this account"),
    30044: (Action.STOP_SENDING, "a trial account's limit"),
    30410: (Action.GIVE_UP, "the carrier timed out; a second try could double the text"),
    30450: (Action.GIVE_UP, "blocked as suspected fraud traffic"),
    30500: (Action.RETRY, "not found at the carrier"),
    30610: (Action.GIVE_UP, "blocked by the carrier's quiet hours"),
    30640: (Action.GIVE_UP, "blocked for legal reasons"),
    63017: (Action.SLOW_DOWN, "the account's combined rate is exceeded"),
    63038: (Action.SLOW_DOWN, "the account's daily limit is reached"),
}


def decide(code: int | None, http_status: int | None = None) -> tuple[Action, str]:
    """What an error asks for. Unlisted: a 5xx or no answer may have been taken; any other refusal is final."""
    if code in ERRORS:
        return ERRORS[code]
    if http_status == 429:
        return Action.SLOW_DOWN, "too many requests at once"
    if http_status in (401, 403):
        return Action.STOP_SENDING, "the account's credentials were refused"
    if http_status is not None and http_status >= 500:
        return Action.LOOK_UP, "the carrier had an error"
    return Action.GIVE_UP, "the carrier refused it"
