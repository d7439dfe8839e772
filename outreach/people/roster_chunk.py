"""A thousand rows of a family file against the database: what changes is written, the rest is left alone."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from outreach.db import insert_new
from outreach.people.contacts import join_zones, new_contact
from outreach.people.models import Contact, ContactTag, Household
from outreach.people.roster_consent import apply_consent
from outreach.people.roster_merge import SINGLE, Family, Outcome, Seen, merge_rows
from outreach.people.roster_row import FamilyRow


def write_chunk(session: Session, rows: Iterable[FamilyRow], seen: Seen, *, default_language: str) -> None:
    """Write these rows and settle the outcome of their phones in `seen`. Does not commit."""
    families = merge_rows(rows, seen)
    if not families:
        return
    added = _insert_contacts(session, families, default_language)
    contacts = _lock_contacts(session, families)
    changed = {family.phone for family in families if _apply_cells(contacts[family.phone], family.cells)}
    changed |= _apply_households(session, families, contacts)
    changed |= _apply_tags(session, families, contacts)
    changed |= apply_consent(session, families, contacts, seen)
    session.flush()
    for family in families:
        outcome = Outcome.UPDATED if family.phone in changed else Outcome.UNCHANGED
        seen.settle(family.phone, Outcome.ADDED if family.phone in added else outcome)


def _insert_contacts(session: Session, families: list[Family], default_language: str) -> set[str]:
    """Insert the phones that are new, with their cells; returns those."""
    phones = [family.phone for family in families]
    known = set(session.scalars(select(Contact.phone).where(Contact.phone.in_(phones))))
    rows = [_new_row(family, default_language) for family in families if family.phone not in known]
    if not rows:
        return set()
    # A text from one of these phones may come in at this very moment: then the contact is there, and not new.
    statement = insert_new(session, Contact).returning(Contact.phone)
    # Pages of one small size: SQLite keeps every prepared statement, and one of a thousand rows is megabytes.
    inserting = statement.execution_options(render_nulls=True, insertmanyvalues_page_size=50)
    return set(session.scalars(inserting, rows))


def _new_row(family: Family, default_language: str) -> dict[str, object]:
    cells = {column: family.cells.get(column) for column in SINGLE if column != "language"}
    language = family.cells.get("language")
    row = new_contact(
        family.phone,
        language=language or default_language,
        language_known=language is not None,
        zip_code=cells["zip"],
    )
    return row | cells


def _lock_contacts(session: Session, families: list[Family]) -> dict[str, Contact]:
    """The contacts, locked until the transaction ends: a STOP that comes in now waits, and then wins."""
    phones = [family.phone for family in families]
    found = session.scalars(select(Contact).where(Contact.phone.in_(phones)).order_by(Contact.phone).with_for_update())
    return {contact.phone: contact for contact in found}


def _apply_cells(contact: Contact, cells: dict[str, str]) -> bool:
    """Set what differs. A language the family chose itself stays, whatever the school has on file."""
    wanted: dict[str, str | bool] = {**cells}
    if contact.language_chosen:
        wanted.pop("language", None)
    elif "language" in wanted:
        wanted["language_known"] = True
    changes = {column: value for column, value in wanted.items() if getattr(contact, column) != value}
    if "zip" in changes:
        changes["zones"] = join_zones(contact.phone, cells["zip"])
    for column, value in changes.items():
        setattr(contact, column, value)
    return bool(changes)


def _apply_households(session: Session, families: list[Family], contacts: dict[str, Contact]) -> set[str]:
    """Put each contact into the household of its key; a phone under several keys makes them one household."""
    homes = _find_households(session, {key for family in families for key in family.households})
    changed = set()
    for family in families:
        if not family.households:
            continue
        contact = contacts[family.phone]
        own = contact.household_id if family.has_household else None
        home = own or homes[family.households[0]]
        others = {homes[key] for key in family.households} - {home}
        if others:
            _merge_households(session, others, home)
            homes = {key: home if one in others else one for key, one in homes.items()}
        if others or contact.household_id != home:
            contact.household_id = home
            changed.add(family.phone)
    return changed


def _find_households(session: Session, keys: set[str]) -> dict[str, int]:
    """By key, the id of the household it stands for; new ones are made."""
    if not keys:
        return {}
    home = func.coalesce(Household.merged_into_id, Household.id)
    query = select(Household.key, home).where(Household.key.in_(keys))
    homes = {key: one for key, one in session.execute(query) if key}
    missing = sorted(keys - homes.keys())
    if missing:
        session.execute(insert_new(session, Household), [{"key": key} for key in missing])
        homes = {key: one for key, one in session.execute(query) if key}
    return homes


def _merge_households(session: Session, others: set[int], home: int) -> None:
    session.execute(
        update(Household)
        .where(or_(Household.id.in_(others), Household.merged_into_id.in_(others)))
        .values(merged_into_id=home)
    )
    session.execute(update(Contact).where(Contact.household_id.in_(others)).values(household_id=home))


def _apply_tags(session: Session, families: list[Family], contacts: dict[str, Contact]) -> set[str]:
    """Add the tags that are missing; none is taken away."""
    tagged = {contacts[family.phone].id: family for family in families if family.tags}
    if not tagged:
        return set()
    query = select(ContactTag.contact_id, ContactTag.tag).where(ContactTag.contact_id.in_(tagged))
    there = {(contact_id, tag) for contact_id, tag in session.execute(query)}
    missing = [(one, tag) for one, family in tagged.items() for tag in sorted(family.tags) if (one, tag) not in there]
    if missing:
        rows = [{"contact_id": contact_id, "tag": tag} for contact_id, tag in missing]
        session.execute(insert_new(session, ContactTag), rows)
    return {tagged[contact_id].phone for contact_id, _ in missing}
