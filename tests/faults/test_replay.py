"""The carrier brings 5,000 texts twice, in no order, to four web processes: each is answered once, threads in order."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benchmarks.load import Request, post_all, signed
from outreach.admin.thread import read_thread
from outreach.incoming.models import Inbound, InboundState
from outreach.outgoing.models import Message
from outreach.outgoing.status import OPEN
from outreach.people.models import Consent, Contact
from tests.support.servers import SENDER
from tests.support.service import Service, run_service, wait_for

FAMILIES, MINDS = 960, 100
ASKED = ("HELP", "TALK", "comida 02139", "DENTIST 02139", "necesito ropa 02139")  # each has an answer of its own
CHANGES = ("ya no me manden mensajes", "quiero volver a recibir los mensajes")  # what comes last counts
APART = 1.0  # seconds: two texts stored closer than that may be numbered either way round
CONNECTIONS = 24
TEXTS = FAMILIES * len(ASKED) + MINDS * len(CHANGES)


@pytest.fixture
def service(postgres_url: str, tmp_path: Path) -> Iterator[Service]:
    with run_service(postgres_url, tmp_path, web_processes=4) as running:
        yield running


def phone(number: int) -> str:
    return f"+1617555{number:04d}"


def texts() -> list[tuple[str, str]]:
    asked = [(phone(number), body) for number in range(FAMILIES) for body in ASKED]
    return asked + [(phone(number), body) for number in range(FAMILIES, FAMILIES + MINDS) for body in CHANGES]


def webhooks(service: Service, dice: random.Random) -> list[Request]:
    """Every text twice, the same to the letter, in no order."""
    url = f"{service.environment['PUBLIC_URL']}/twilio/inbound"
    forms = [
        {"MessageSid": f"SM{place:032x}", "From": sender, "To": SENDER, "Body": body, "NumMedia": "0"}
        for place, (sender, body) in enumerate(texts())
    ]
    return [signed(url, form) for form in dice.sample(forms * 2, len(forms) * 2)]


def standing(service: Service) -> tuple[int, int]:
    """How many texts wait to be acted on, and how many replies wait for the carrier to take them."""
    with service.runtime.database.reading() as session:
        stored = select(func.count()).where(Inbound.state == InboundState.STORED)
        waiting = select(func.count()).where(Message.status.in_(OPEN))
        return session.scalar(stored) or 0, session.scalar(waiting) or 0


@pytest.mark.timeout(600)
def test_five_thousand_texts_brought_twice_are_answered_once_and_in_order(service: Service) -> None:
    seed = random.randrange(10**6)
    outcome = post_all(webhooks(service, random.Random(seed)), CONNECTIONS)
    print(f"seed {seed}: {2 * TEXTS} webhooks in {outcome.seconds:.0f} s")
    assert outcome.statuses == Counter({"200": 2 * TEXTS})
    wait_for(lambda: standing(service) == (0, 0), "every text to be answered", 120)
    got = service.phones.per_phone()
    assert {phone(number): got.get(phone(number)) for number in range(FAMILIES)} == {
        phone(number): len(ASKED) for number in range(FAMILIES)
    }
    with service.runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inbound)) == TEXTS
        answers = session.execute(select(Message.source_id, func.count()).group_by(Message.source_id)).all()
        assert {number for _, number in answers} == {1}
        families = session.scalars(select(Contact).order_by(Contact.phone)).all()
        assert len(families) == FAMILIES + MINDS
        unordered = [family.phone for family in families[:FAMILIES] if not in_order(service, family)]
        assert unordered == []
        assert [family.phone for family in families[FAMILIES:] if not says_what_came_last(service, family)] == []


def in_order(service: Service, family: Contact) -> bool:
    """The page shows every text before its answer, and earlier texts were answered before later ones."""
    with service.runtime.database.reading() as session:
        lines = read_thread(session, family, 100).lines
        asked = session.scalars(select(Inbound).where(Inbound.contact_id == family.id).order_by(Inbound.id)).all()
        rows = session.execute(select(Message.source_id, Message.id).where(Message.contact_id == family.id))
        answer = dict(rows.all())
    shown = [line.moment for line in lines]
    told = [sum(line.ours for line in lines[:place]) for place in range(len(lines))]
    heard = [place - ours for place, ours in enumerate(told)]
    pairs = pairwise(asked)
    return (
        len(lines) == 2 * len(ASKED)
        and shown == sorted(shown)
        and all(ours <= theirs for ours, theirs in zip(told, heard, strict=True))
        and all(
            answer[first.id] < answer[then.id]
            for first, then in pairs
            if (then.received_at - first.received_at).total_seconds() > APART
        )
    )


def says_what_came_last(service: Service, family: Contact) -> bool:
    with service.runtime.database.reading() as session:
        newest = select(Inbound.intent).where(Inbound.contact_id == family.id).order_by(Inbound.id.desc()).limit(1)
        wished = {"stop": Consent.UNSUBSCRIBED, "start": Consent.SUBSCRIBED}[str(session.scalar(newest))]
    return family.consent is wished
