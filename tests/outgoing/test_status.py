import pytest

from outreach.outgoing.models import MessageStatus as S
from outreach.outgoing.status import AT_CARRIER, CARRIER_STATUSES, FINAL, OPEN, WAITING, move
from outreach.outgoing.status import MOVES as BY_WORD

WAIT = (S.QUEUED, S.HELD, S.PAUSED, S.SENDING, S.UNKNOWN)
TAKEN = ("scheduled", "accepted", "queued", "sending")
DONE = ("delivered", "read", "partially_delivered", "undelivered", "failed", "canceled")
END = {
    "delivered": S.DELIVERED,
    "read": S.DELIVERED,
    "partially_delivered": S.DELIVERED,
    "undelivered": S.UNDELIVERED,
    "failed": S.FAILED,
    "canceled": S.CANCELED,
}
STUCK = (S.DELIVERED, S.UNDELIVERED, S.FAILED, S.SKIPPED, S.EXPIRED, S.CANCELED)

# From, the carrier's word, to (None: nothing changes): every pair there is.
MOVES = [
    *((state, word, S.ACCEPTED) for state in WAIT for word in TAKEN),
    *((state, "sent", S.SENT) for state in (*WAIT, S.ACCEPTED)),
    *((state, word, END[word]) for state in (*WAIT, S.ACCEPTED, S.SENT) for word in DONE),
    *((S.ACCEPTED, word, None) for word in TAKEN),
    *((S.SENT, word, None) for word in (*TAKEN, "sent")),
    *((state, word, None) for state in STUCK for word in (*TAKEN, "sent", *DONE)),
]


def test_the_table_has_every_state_and_every_word_of_the_carrier() -> None:
    assert {(state, word) for state, word, _ in MOVES} == {(state, word) for state in S for word in CARRIER_STATUSES}
    assert len(MOVES) == len(S) * len(CARRIER_STATUSES)


@pytest.mark.parametrize(("state", "word", "after"), MOVES)
def test_a_text_only_ever_moves_up(state: S, word: str, after: S | None) -> None:
    assert move(state, word) is after


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("word", ["", "receiving", "received", "Delivered", "a word of tomorrow"])
def test_a_word_we_do_not_know_changes_nothing(state: S, word: str) -> None:
    assert move(state, word) is None


@pytest.mark.parametrize(
    ("words", "end"),
    [
        (["queued", "sending", "sent", "delivered"], S.DELIVERED),
        (["delivered", "sent", "sending", "queued"], S.DELIVERED),
        (["sent", "queued", "delivered", "sent"], S.DELIVERED),
        (["delivered", "delivered", "delivered"], S.DELIVERED),
        (["delivered", "undelivered"], S.DELIVERED),
        (["undelivered", "delivered"], S.UNDELIVERED),
        (["failed", "sent", "delivered"], S.FAILED),
        (["sent", "read", "delivered"], S.DELIVERED),
        (["queued", "queued"], S.ACCEPTED),
        ([], S.SENDING),
    ],
)
def test_however_receipts_come_the_first_final_word_stands(words: list[str], end: S) -> None:
    state = S.SENDING
    for word in words:
        state = move(state, word) or state
    assert state is end


def test_each_state_is_open_on_its_way_or_final() -> None:
    assert WAITING < OPEN
    assert set(S) == OPEN | FINAL | AT_CARRIER
    assert not OPEN & FINAL


def test_the_moves_by_word_are_the_same_table_read_the_other_way() -> None:
    read = {(state, word, target) for word, (target, before) in BY_WORD.items() for state in before}
    assert read == {(state, word, after) for state, word, after in MOVES if after}
