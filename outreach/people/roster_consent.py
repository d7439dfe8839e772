"""What a family file says about consent, weighed against the ledger and written a chunk at a time."""

from collections import defaultdict
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.people.ledger import Source, Weight, Word, weigh
from outreach.people.models import Consent, ConsentEvent, Contact, ContactTopic
from outreach.people.roster_merge import Family, Seen
from outreach.people.roster_row import FamilyRow


def apply_consent(session: Session, families: list[Family], contacts: dict[str, Contact], seen: Seen) -> set[str]:
    """Enter what these families said into the ledger; contacts and topics follow. Returns who changed."""
    speaking = [family for family in families if family.spoken or family.topics]
    if not speaking:
        return set()
    chunk = _Ledger(session, [contacts[family.phone].id for family in speaking])
    changed = set()
    for family in speaking:
        contact = contacts[family.phone]
        before = contact.consent
        wrote = chunk.enter_overall(contact, family, seen)
        if contact.consent is not Consent.UNSUBSCRIBED and chunk.enter_topics(contact, family, before):
            wrote = True
        if wrote:
            changed.add(family.phone)
    chunk.write()
    return changed


class _Ledger:
    """The ledger and the topics of some contacts, as stored, and the entries to come."""

    def __init__(self, session: Session, contact_ids: list[int]) -> None:
        self.session = session
        self.now = clock.now()
        self.entries: list[dict[str, Any]] = []
        self.history: dict[tuple[int, str | None], list[Word]] = defaultdict(list)
        self.topics: dict[int, dict[str, ContactTopic]] = defaultdict(dict)
        events = select(ConsentEvent).where(ConsentEvent.contact_id.in_(contact_ids)).order_by(ConsentEvent.id)
        for event in session.scalars(events):
            word = Word(event.consent, Source(event.source), event.happened_at, event.evidence)
            self.history[event.contact_id, event.topic].append(word)
        for one in session.scalars(select(ContactTopic).where(ContactTopic.contact_id.in_(contact_ids))):
            self.topics[one.contact_id][one.topic] = one

    def enter_overall(self, contact: Contact, family: Family, seen: Seen) -> bool:
        """The yes or no to everything; returns whether it was written."""
        row = family.spoken
        if row is None or row.consent is None:
            return False
        weight = self._weigh(contact, None, row, row.consent, present=contact.consent)
        if weight is Weight.CANNOT_LIFT_STOP:
            seen.is_first(family.phone, "stop kept")
        if weight is Weight.COUNTS:
            contact.consent = row.consent
            if row.consent is Consent.SUBSCRIBED:
                self._confirm_waiting(contact, family, row)
        return weight.is_written

    def enter_topics(self, contact: Contact, family: Family, before: Consent) -> bool:
        """The topics listed for this family; returns whether anything was written.

        Listed without a yes they wait for one; they take nothing from a family that agreed to everything.
        """
        wrote = False
        if family.topics and before is Consent.PENDING and not contact.only_chosen_topics:
            contact.only_chosen_topics = wrote = True
        for topic, row in sorted(family.topics.items()):
            consent = Consent.SUBSCRIBED if row.consent is Consent.SUBSCRIBED else Consent.PENDING
            if consent is Consent.PENDING and contact.consent is Consent.SUBSCRIBED:
                continue
            wrote |= self._enter_topic(contact, topic, row, consent)
        return wrote

    def _confirm_waiting(self, contact: Contact, family: Family, row: FamilyRow) -> None:
        """The first yes confirms the topics that an earlier file listed."""
        for topic, stored in self.topics[contact.id].items():
            if stored.consent is Consent.PENDING:
                family.topics[topic] = row

    def _enter_topic(self, contact: Contact, topic: str, row: FamilyRow, consent: Consent) -> bool:
        stored = self.topics[contact.id].get(topic)
        weight = self._weigh(contact, topic, row, consent, present=stored.consent if stored else None)
        if weight is Weight.COUNTS and stored is None:
            self.session.add(ContactTopic(contact_id=contact.id, topic=topic, consent=consent))
        elif weight is Weight.COUNTS and stored is not None:
            stored.consent = consent
        return weight.is_written

    def _weigh(
        self,
        contact: Contact,
        topic: str | None,
        row: FamilyRow,
        consent: Consent,
        *,
        present: Consent | None,
    ) -> Weight:
        said_at = row.consented_at
        word = Word(consent, Source.IMPORT, said_at or self.now, row.evidence, dated=said_at is not None)
        weight = weigh(word, present=present, history=self.history[contact.id, topic])
        if weight.is_written:
            self.entries.append(
                {
                    "contact_id": contact.id,
                    "topic": topic,
                    "consent": consent,
                    "source": word.source.value,
                    "evidence": word.evidence,
                    "happened_at": word.happened_at,
                    "recorded_at": self.now,
                }
            )
        return weight

    def write(self) -> None:
        if self.entries:
            # render_nulls: one statement for all; else entries with and without a topic alternate singly.
            self.session.execute(insert(ConsentEvent).execution_options(render_nulls=True), self.entries)
