"""After a STOP the carrier hears English words alone; whoever asks back in other words is called."""

import pytest
from sqlalchemy import select

from outreach.callbacks.models import Callback
from outreach.incoming.carrier_block import STILL_BLOCKED, Said, block_stands, lifts_block
from outreach.incoming.models import Inbound
from outreach.people.models import Consent, Contact
from outreach.runtime import Runtime
from outreach.sample.families import sample_phone
from tests.support.factories import make_contact
from tests.support.jobs import run_jobs
from tests.support.servers import SENDER, Phones
from tests.support.webhooks import post_inbound

LOCAL = "+16175550100"
PHONE = sample_phone(0)
STOP = Said(Consent.UNSUBSCRIBED, "carrier", "STOP")


@pytest.mark.parametrize(
    ("body", "to", "kind", "lifts"),
    [
        ("START", SENDER, None, True),
        (" start ", LOCAL, None, True),
        ("UNSTOP", SENDER, None, True),
        ("YES", LOCAL, None, True),
        ("yes", SENDER, None, False),
        ("EMPEZAR", LOCAL, None, False),
        ("EMPEZAR", LOCAL, "START", True),
        ("start please", LOCAL, None, False),
        ("START!", LOCAL, None, False),
        ("开始", SENDER, None, False),
    ],
)
def test_what_lifts_the_carriers_block(body: str, to: str, kind: str | None, lifts: bool) -> None:
    assert lifts_block(body, to, kind) is lifts


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([], False),
        ([STOP], True),
        ([Said(Consent.UNSUBSCRIBED, "keyword", "ALTO")], False),
        ([Said(Consent.UNSUBSCRIBED, "carrier", None)], True),  # 21610: nobody told us before
        ([STOP, Said(Consent.SUBSCRIBED, "keyword", "start")], False),
        ([STOP, Said(Consent.SUBSCRIBED, "carrier", "EMPEZAR")], False),  # a word set up at the carrier
        ([STOP, Said(Consent.SUBSCRIBED, "web", None)], True),
        ([STOP, Said(Consent.SUBSCRIBED, "staff", None)], True),
        ([STOP, Said(Consent.SUBSCRIBED, "keyword", "START"), STOP], True),
    ],
)
def test_whether_the_block_stands(said: list[Said], stands: bool) -> None:
    assert block_stands(said) is stands


def says(work: Runtime, phones: Phones, body: str) -> list[str]:
    """A family texts: the carrier acts on its own words, then we do. What we had delivered to the phone."""
    phones.send(PHONE, body)
    assert post_inbound(work, PHONE, body) == 200
    run_jobs(work)
    return [text["body"] for text in phones.texts(PHONE) if text["direction"] == "outbound-api"]


@pytest.mark.parametrize("body", ["EMPEZAR", "quiero volver a recibir los mensajes", "YES", "start please"])
def test_a_start_the_carrier_does_not_hear_becomes_a_call(work: Runtime, phones: Phones, body: str) -> None:
    with work.database.writing() as session:
        make_contact(session, 0, "es")
    assert says(work, phones, "STOP") == []
    assert says(work, phones, body) == []
    with work.database.reading() as session:
        callback = session.scalars(select(Callback)).one()
        assert callback.reason == STILL_BLOCKED
        assert body not in callback.reason
        assert session.scalars(select(Contact)).one().consent is Consent.UNSUBSCRIBED
        asked = session.scalars(select(Inbound).order_by(Inbound.id.desc())).first()
        assert asked is not None
        assert asked.intent == "start"
        assert "somebody calls" in str(asked.reason)


def test_start_lifts_the_block_and_is_confirmed_in_the_familys_language(work: Runtime, phones: Phones) -> None:
    with work.database.writing() as session:
        make_contact(session, 0, "es")
    says(work, phones, "STOP")
    says(work, phones, "EMPEZAR")
    (welcome,) = says(work, phones, "start")
    assert "Va a recibir nuestros mensajes" in welcome
    with work.database.reading() as session:
        assert session.scalars(select(Contact)).one().consent is Consent.SUBSCRIBED


def test_our_own_stop_word_is_undone_by_our_own_start_word(work: Runtime, phones: Phones) -> None:
    with work.database.writing() as session:
        make_contact(session, 0, "es")
    says(work, phones, "ALTO")
    says(work, phones, "EMPEZAR")
    with work.database.reading() as session:
        assert session.scalars(select(Contact)).one().consent is Consent.SUBSCRIBED
        assert session.scalars(select(Callback)).one_or_none() is None
