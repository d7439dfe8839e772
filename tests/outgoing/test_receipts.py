"""Receipts: every one is kept, few change anything, and a forged one is not even stored."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from outreach import clock
from outreach.carriers.carrier import StatusReport
from outreach.outgoing.dispatch import Report
from outreach.outgoing.models import Message, MessageStatus, PastTry, Priority, Receipt
from outreach.outgoing.receipts import record_receipt
from outreach.people.models import Consent, Contact
from outreach.runtime import Runtime
from tests.support.sending import (
    ON_SQLITE,
    find_message,
    make_dispatcher,
    make_family,
    make_lease,
    queue_text,
    send_due,
    standing,
)
from tests.support.servers import Phones
from tests.support.webhooks import post_signed, post_status

S = MessageStatus


@pytest.fixture
def row(work: Runtime) -> int:
    """A text the carrier has taken."""
    row = queue_text(work, make_family(work))
    send_due(work)
    return row


def sid_of(work: Runtime, row: int) -> str:
    return find_message(work, row).carrier_sid or ""


def receipts(work: Runtime) -> list[tuple[str, int | None, bool]]:
    with work.database.reading() as session:
        found = session.scalars(select(Receipt).order_by(Receipt.id)).all()
    return [(one.carrier_status, one.message_id, one.moved) for one in found]


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "end", "moved"),
    [
        (["sent", "delivered"], S.DELIVERED, [True, True]),
        (["sent", "sent", "delivered", "delivered"], S.DELIVERED, [True, False, True, False]),
        (["delivered", "sent"], S.DELIVERED, [True, False]),
        (["delivered"], S.DELIVERED, [True]),
        (["delivered", "undelivered"], S.DELIVERED, [True, False]),
        (["sent"], S.SENT, [True]),
        (["queued", "sending", "a word of tomorrow"], S.ACCEPTED, [False, False, False]),
        ([], S.ACCEPTED, []),
    ],
)
def test_lost_doubled_and_reordered_receipts_end_well(
    work: Runtime, row: int, words: list[str], end: MessageStatus, moved: list[bool]
) -> None:
    for word in words:
        assert post_status(work, sid_of(work, row), word) == 204
    assert standing(work, row)[0] is end
    assert receipts(work) == [(word, row, step) for word, step in zip(words, moved, strict=True)]
    assert (find_message(work, row).watch_at is None) is (end is S.DELIVERED)
    assert (find_message(work, row).settled_at is not None) is (end is S.DELIVERED)


def test_a_receipt_of_a_text_we_do_not_know_is_kept(work: Runtime, row: int) -> None:
    assert post_status(work, "SM" + "f" * 32, "delivered") == 204
    assert post_status(work, "SM" + "e" * 32, "delivered", row=999_999) == 204
    assert receipts(work) == [("delivered", None, False), ("delivered", None, False)]
    assert standing(work, row)[0] is S.ACCEPTED


def test_a_receipt_that_names_a_row_with_another_sid_leaves_that_row_alone(work: Runtime, row: int) -> None:
    before = sid_of(work, row)
    post_status(work, "SM" + "f" * 32, "failed", row=row, code=30005)
    assert (sid_of(work, row), standing(work, row)[0]) == (before, S.ACCEPTED)


def test_a_receipt_may_come_before_the_answer_is_written_down(work: Runtime, phones: Phones) -> None:
    row = queue_text(work, make_family(work))
    dispatcher = make_dispatcher(work)
    with work.database.writing() as session:
        _, claimed = dispatcher._claim(session, sorted(Priority), make_lease())
    sid = work.carrier.send(claimed[0].text).sid
    assert post_status(work, sid, "delivered", row=row) == 204
    dispatcher._land(dispatcher._launch(claimed[:0], make_lease()), Report())
    assert (standing(work, row), sid_of(work, row)) == ((S.DELIVERED, None), sid)


@ON_SQLITE
@pytest.mark.parametrize(
    ("status", "code", "end", "consent", "reachable"),
    [
        ("undelivered", 30006, S.UNDELIVERED, Consent.SUBSCRIBED, False),
        ("failed", 21610, S.FAILED, Consent.UNSUBSCRIBED, True),
        ("undelivered", 30005, S.UNDELIVERED, Consent.SUBSCRIBED, True),
        ("undelivered", 30004, S.UNDELIVERED, Consent.SUBSCRIBED, True),
        ("undelivered", 30410, S.UNDELIVERED, Consent.SUBSCRIBED, True),
        ("failed", 30034, S.FAILED, Consent.SUBSCRIBED, True),
        ("undelivered", 30007, S.UNDELIVERED, Consent.SUBSCRIBED, True),
        ("undelivered", 99999, S.UNDELIVERED, Consent.SUBSCRIBED, True),
        ("undelivered", None, S.UNDELIVERED, Consent.SUBSCRIBED, True),
        ("delivered", 30005, S.DELIVERED, Consent.SUBSCRIBED, True),
    ],
)
def test_a_failed_receipt_says_what_to_do_about_the_phone(
    work: Runtime, row: int, status: str, code: int | None, end: MessageStatus, consent: Consent, reachable: bool
) -> None:
    post_status(work, sid_of(work, row), status, code=code)
    message = find_message(work, row)
    assert (message.status, message.error_code) == (end, code)
    assert bool(message.reason) is (end is not S.DELIVERED)
    with work.database.reading() as session:
        contact = session.scalars(select(Contact)).one()
    assert (contact.consent, contact.unreachable_at is None) == (consent, reachable)


@ON_SQLITE
@pytest.mark.parametrize("status", [S.SKIPPED, S.EXPIRED, S.CANCELED])
def test_no_receipt_moves_what_we_ourselves_settled(work: Runtime, row: int, status: MessageStatus) -> None:
    sid = sid_of(work, row)
    with work.database.writing() as session:
        session.execute(update(Message).values(status=status))
    assert post_status(work, sid, "delivered") == 204
    assert standing(work, row)[0] is status


@ON_SQLITE
@pytest.mark.parametrize("signature", ["", "bm90IGEgc2lnbmF0dXJl"])
def test_a_forged_receipt_is_refused_and_not_stored(work: Runtime, row: int, signature: str) -> None:
    form = {"MessageSid": sid_of(work, row), "MessageStatus": "failed", "ErrorCode": "30005"}
    assert post_signed(work.settings, f"/twilio/status?message={row}", form, signature) == 403
    with work.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 0
    assert standing(work, row)[0] is S.ACCEPTED


@ON_SQLITE
@pytest.mark.parametrize("form", [{}, {"MessageSid": "SM1"}, {"MessageStatus": "sent"}])
def test_a_receipt_with_a_hole_is_refused(work: Runtime, form: dict[str, Any]) -> None:
    assert post_signed(work.settings, "/twilio/status", form) == 400
    assert receipts(work) == []


def test_many_receipts_of_one_text_at_once_move_it_once_each(work: Runtime, row: int) -> None:
    report = StatusReport(sid_of(work, row), "undelivered", 30003, row)

    def receive(_: int) -> bool:
        with work.database.writing() as session:
            return record_receipt(session, work.carrier, report, clock.now()).moved

    with ThreadPoolExecutor(8) as threads:
        moved = list(threads.map(receive, range(24)))
    assert sum(moved) == 1
    assert standing(work, row)[0] is S.QUEUED
    with work.database.reading() as session:
        assert session.scalars(select(PastTry.carrier_sid)).all() == [report.sid]


@pytest.mark.parametrize("word", ["sent", "delivered"])
def test_a_usual_receipt_costs_two_statements(work: Runtime, row: int, word: str) -> None:
    said: list[str] = []

    def listen(_c: object, _k: object, statement: str, *_more: object) -> None:
        said.append(statement.split()[0])

    report = StatusReport(sid_of(work, row), word, None, row)
    event.listen(work.database.engine, "before_cursor_execute", listen)
    with work.database.writing() as session:
        assert record_receipt(session, work.carrier, report, clock.now()).moved
    assert [one for one in said if one != "BEGIN"] == ["UPDATE", "INSERT"]


def test_a_receipt_that_names_a_row_finds_the_one_with_its_sid_first(work: Runtime, row: int, phones: Phones) -> None:
    """Two rows with the same words whose records the reconciler gave to the other one."""
    other = queue_text(work, make_family(work), source_id=2)
    post_status(work, sid_of(work, row), "delivered", row=other)
    assert (standing(work, row)[0], standing(work, other)[0]) == (S.DELIVERED, S.QUEUED)
