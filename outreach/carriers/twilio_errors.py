"""Twilio's error codes as decisions: one row a code, from its error dictionary (2026-11), with a default branch.

Twilio warns that codes are split and added without notice, so every lookup has an answer for codes not listed.
"""

from outreach.carriers.carrier import Action, Again, Failure

GIVE_UP, UNREACHABLE, OPTED_OUT = Action.GIVE_UP, Action.UNREACHABLE, Action.OPTED_OUT
RETRY, SLOW_DOWN, STOP = Action.RETRY, Action.SLOW_DOWN, Action.STOP_SENDING
ONCE, PHONE_OFF, SLOWER = Again.ONCE, Again.PHONE_OFF, Again.SLOWER

# code: refused at the call, failed by receipt, what it means in plain words, how a failed one is tried again, and on
# how many separate days it must have failed before the phone is given up.
ERRORS: dict[int, Failure] = {
    10004: Failure(SLOW_DOWN, SLOW_DOWN, "too many calls at once", SLOWER),
    20003: Failure(STOP, STOP, "the account's credentials were refused"),
    20005: Failure(STOP, STOP, "the account is suspended"),
    20404: Failure(GIVE_UP, GIVE_UP, "not in the carrier's records"),
    20429: Failure(SLOW_DOWN, SLOW_DOWN, "too many requests at once", SLOWER),
    21205: Failure(STOP, STOP, "the carrier cannot use our address: see PUBLIC_URL"),
    21210: Failure(STOP, STOP, "the number to call from is not one of this account's"),
    21211: Failure(UNREACHABLE, UNREACHABLE, "not a valid phone number"),
    21212: Failure(STOP, STOP, "the sender's number is not valid"),
    21214: Failure(GIVE_UP, GIVE_UP, "calls do not reach this number"),
    21215: Failure(GIVE_UP, GIVE_UP, "calls to this country or area are not enabled"),
    21216: Failure(GIVE_UP, GIVE_UP, "the carrier does not call this number"),
    21217: Failure(GIVE_UP, GIVE_UP, "not a valid phone number"),
    21219: Failure(STOP, STOP, "a trial account may call verified numbers only"),
    21408: Failure(GIVE_UP, GIVE_UP, "texts to this country are not enabled"),
    21602: Failure(GIVE_UP, GIVE_UP, "the text is empty"),
    21603: Failure(STOP, STOP, "no sender is set"),
    21604: Failure(GIVE_UP, GIVE_UP, "no phone number"),
    21606: Failure(STOP, STOP, "the sender may not text for this account"),
    21608: Failure(STOP, STOP, "a trial account may text verified numbers only"),
    21610: Failure(OPTED_OUT, OPTED_OUT, "the phone said stop"),
    21611: Failure(SLOW_DOWN, SLOW_DOWN, "the sender's queue is full", SLOWER),
    21612: Failure(GIVE_UP, GIVE_UP, "no route from this sender to this number"),
    21614: Failure(UNREACHABLE, UNREACHABLE, "not a mobile number"),
    21617: Failure(GIVE_UP, GIVE_UP, "the text is longer than 1600 characters"),
    21635: Failure(UNREACHABLE, UNREACHABLE, "a landline"),
    21703: Failure(STOP, STOP, "the messaging service has no suitable sender"),
    21704: Failure(STOP, STOP, "the messaging service has no sender"),
    30001: Failure(SLOW_DOWN, SLOW_DOWN, "the queue overflowed", SLOWER),
    30002: Failure(STOP, STOP, "the account is suspended"),
    30003: Failure(RETRY, RETRY, "the phone is off or has no signal", PHONE_OFF, days=3),
    30004: Failure(GIVE_UP, GIVE_UP, "the phone's carrier blocks our texts; the family may have said stop there"),
    # A number that has a new owner must not get what the family agreed to; one bad answer proves nothing yet.
    30005: Failure(UNREACHABLE, UNREACHABLE, "the number is unknown or no longer in service", days=2),
    30006: Failure(UNREACHABLE, UNREACHABLE, "a landline, or a carrier that takes no texts"),
    30007: Failure(GIVE_UP, GIVE_UP, "filtered as spam by the carrier"),
    30008: Failure(RETRY, RETRY, "the carrier gave no reason", ONCE),
    30019: Failure(GIVE_UP, GIVE_UP, "the picture is too large"),
    30022: Failure(SLOW_DOWN, SLOW_DOWN, "faster than the registered rate", SLOWER),
    30023: Failure(SLOW_DOWN, SLOW_DOWN, "the day's cap is reached", Again.NEXT_DAY),
    30024: Failure(GIVE_UP, GIVE_UP, "the sender is not set up at this carrier"),
    30032: Failure(STOP, STOP, "the toll-free sender is not verified"),
    30033: Failure(STOP, STOP, "the sender's campaign registration is suspended"),
    30034: Failure(STOP, STOP, "the sender is not registered"),
    30035: Failure(STOP, STOP, "the sender's registration is pending"),
    30036: Failure(GIVE_UP, RETRY, "it waited at the carrier past its time", ONCE),
    30037: Failure(STOP, STOP, "outgoing texts are disabled for this account"),
    30044: Failure(STOP, STOP, "a trial account's limit"),
    30045: Failure(GIVE_UP, GIVE_UP, "its time at the carrier is out of range"),
    30047: Failure(RETRY, RETRY, "the carrier lost it while it waited for a decent hour", ONCE),
    # Twilio itself does not retry this one, to avoid doubles; neither do we.
    30410: Failure(GIVE_UP, GIVE_UP, "the carrier timed out; a second try could double the text"),
    30450: Failure(GIVE_UP, GIVE_UP, "blocked as suspected fraud traffic"),
    30485: Failure(GIVE_UP, GIVE_UP, "blocked for a while as suspected fraud traffic"),
    30500: Failure(RETRY, RETRY, "not found at the carrier", ONCE),
    30610: Failure(GIVE_UP, RETRY, "blocked by the carrier's quiet hours", Again.AFTER_NIGHT),
    30640: Failure(GIVE_UP, GIVE_UP, "blocked for legal reasons"),
    63017: Failure(SLOW_DOWN, SLOW_DOWN, "the account's combined rate is exceeded", SLOWER),
    63038: Failure(SLOW_DOWN, SLOW_DOWN, "the account's daily limit is reached", Again.NEXT_DAY),
}
UNLISTED = Failure(GIVE_UP, GIVE_UP, "the carrier refused it")


def decide(code: int | None, http_status: int | None = None) -> tuple[Action, str]:
    """What a refusal at the call asks for. Unlisted: a 5xx may have been taken; any other refusal is final."""
    if code in ERRORS:
        return ERRORS[code].at_call, ERRORS[code].meaning
    if http_status == 429:
        return SLOW_DOWN, "too many requests at once"
    if http_status in (401, 403):
        return STOP, "the account's credentials were refused"
    if http_status is not None and http_status >= 500:
        return Action.LOOK_UP, "the carrier had an error"
    return UNLISTED.at_call, UNLISTED.meaning


def explain(code: int | None) -> Failure:
    """What a failed receipt asks for. Unlisted, or without a code: that text will not go."""
    return ERRORS.get(code, UNLISTED) if code is not None else UNLISTED
