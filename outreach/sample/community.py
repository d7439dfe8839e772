"""Loading the sample community into a database, once: through the same imports that real data takes."""

import json
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.campaigns.events import invite, plan_event
from outreach.campaigns.recipients import Recipients
from outreach.db import Database
from outreach.languages import LANGUAGES
from outreach.people.consent import record_consent
from outreach.people.contacts import find_or_create_contact
from outreach.people.models import Consent, Contact
from outreach.people.roster import import_families
from outreach.resources.importer import import_resources
from outreach.sample.families import write_families
from outreach.sample.partners import add_partners
from outreach.settings import Settings
from outreach.staff.accounts import add_staff, find_or_add_partner
from outreach.staff.models import Partner, Role, Staff
from outreach.wording.acceptance import accept_language

PASSWORD = "outreach-demo"  # noqa: S105 - the demo listens on loopback and holds invented people
STAFF = (  # role, e-mail, name, partner and how it signs, languages
    (Role.ADMIN, "admin@example.org", "Avery Admin", "Riverside Health Center", "Riverside Health", ("en",)),
    (Role.COORDINATOR, "nurse@example.org", "Nora Nurse", "Lincoln School", "Lincoln School", ("en", "es")),
    (Role.ORGANIZER, "organizer@example.org", "Olga Organizer", "Harbor Neighbors", "Harbor Neighbors", ("en",)),
    (Role.RESPONDER, "helper@example.org", "Remy Responder", "Riverside Health Center", "Riverside Health", ("ht",)),
    (Role.VIEWER, "viewer@example.org", "Vera Viewer", "Lincoln School", "Lincoln School", ("en",)),
)  # fmt: skip
ON_CALL = "+14345550198"
FAR_PHONE = "+18085550101"  # in Hawaii, where the demo's hours are closed: it shows what holding looks like
FAIR = {  # its name as it stands in a sentence, with an article where the language asks for one, and its place
    "es": ("la Feria de Salud Familiar", "Centro Comunitario Harbor"),
    "pt_BR": ("Feira de Saúde da Família", "Salão Comunitário Harbor"),
    "ht": ("Fwa Sante pou Fanmi", "Sal Kominotè Harbor"),
    "fr": ("la Foire de la santé des familles", "Salle communautaire Harbor"),
    "vi": ("Hội chợ Sức khỏe Gia đình", "Hội trường Cộng đồng Harbor"),
    "zh_Hans": ("家庭健康日", "Harbor 社区礼堂"),
    "ar": ("المعرض الصحي للعائلات", "قاعة هاربر المجتمعية"),
    "so": ("Bandhigga Caafimaadka Qoyska", "Hoolka Bulshada ee Harbor"),
    "km": ("ពិព័រណ៍សុខភាពគ្រួសារ", "សាលសហគមន៍ Harbor"),
}
CHIPS = {
    "en": ["FOOD 02139", "TALK", "HELP", "STOP"],
    "es": ["COMIDA", "HABLAR", "AYUDA", "ALTO"],
    "pt_BR": ["COMIDA", "FALAR", "AJUDA", "PARAR"],
    "ht": ["MANJE", "PALE", "ED", "KANPE"],
}


def load_community(database: Database, settings: Settings, folder: Path, families: int) -> None:
    """Staff, families, places and a fair. A database that has staff already is left alone."""
    with database.reading() as session:
        if session.scalar(select(exists().select_from(Staff))):
            return
    roster = folder / "families.csv"
    write_families(roster, families)
    import_families(database, roster, consent_source=None)
    with as_file(files("outreach.resources") / "sample") as places:
        import_resources(database, places, source="sample")
    with database.writing() as session:
        for language in settings.languages:
            if language != "en":
                accept_language(session, language, accepted_by="the demo")
        _add_far_family(session)
        organizer = _add_staff(session)
        add_partners(session, PASSWORD)
        _plan_fair(session, settings, organizer)


def _add_staff(session: Session) -> Staff:
    people: dict[Role, Staff] = {}
    for role, email, name, partner, short_name, languages in STAFF:
        home: Partner = find_or_add_partner(session, partner, short_name)
        phone = ON_CALL if role is Role.RESPONDER else None
        people[role] = add_staff(
            session, email, role, PASSWORD, name=name, partner=home, phone=phone, languages=languages
        )
    people[Role.RESPONDER].on_duty = True
    people[Role.ADMIN].supervisor = True
    return people[Role.ORGANIZER]


def _add_far_family(session: Session) -> None:
    contact, _ = find_or_create_contact(session, FAR_PHONE, language="en", language_known=True)
    contact.name, contact.zip, contact.zones = "Kai Nakoa", "96813", "Pacific/Honolulu"
    record_consent(session, contact, Consent.SUBSCRIBED, source="staff", evidence="agreed in person, moved to Honolulu")


def _plan_fair(session: Session, settings: Settings, organizer: Staff) -> None:
    """A health fair in two weeks, and the families of two neighborhoods invited."""
    day = (clock.now().astimezone(settings.zone) + timedelta(days=14)).date()
    event = plan_event(
        session,
        settings,
        title="Family Health Fair",
        place="Harbor Community Hall",
        titles={language: title for language, (title, _) in FAIR.items()},
        places={language: place for language, (_, place) in FAIR.items()},
        starts_local=datetime.combine(day, datetime.min.time()).replace(hour=10),
        capacity=200,
        organizer=organizer,
    )
    invite(session, event, Recipients.read("zip=02139,02141", tuple(LANGUAGES)))


def write_phones(database: Database, path: Path, count: int = 12) -> None:
    """The phones that the simulated carrier's wall begins with: some families, the far one, the person on duty."""
    with database.reading() as session:
        contacts = session.scalars(
            select(Contact).where(Contact.consent == Consent.SUBSCRIBED).order_by(Contact.id).limit(count)
        ).all()
        far = session.scalars(select(Contact).where(Contact.phone == FAR_PHONE)).all()
    phones = [
        {
            "number": contact.phone,
            "name": contact.name,
            "label": LANGUAGES[contact.language].english if contact.language != "en" else None,
            "language": LANGUAGES[contact.language].tag,
            "chips": CHIPS.get(contact.language, CHIPS["en"]),
        }
        for contact in [*contacts, *far]
    ]
    phones.append(
        {"number": ON_CALL, "name": "Remy Responder", "label": "Staff on duty", "language": "en", "chips": []}
    )
    path.write_text(json.dumps(phones, ensure_ascii=False), encoding="utf-8")
