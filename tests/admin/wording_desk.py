"""Staff at the pages for wording: whose languages are known, and who presses a button of a page she has open."""

import re
from html import unescape

from outreach.campaigns.own_packs import create
from outreach.staff.accounts import find_or_add_partner
from outreach.staff.models import Role, Staff
from outreach.wording.models import Wording
from outreach.wording.record import find_wording
from tests.admin.office import Office, Page, Visitor

VISION = "screenings/vision:invitation"
SHIPPED = (
    "{sender}: Chequeo gratis de la vista para sus hijos, el {date}, {time}, {place}. No necesita seguro ni papeles. "
    "¿Preguntas? Escriba HABLAR. Para parar: STOP."
)
BETTER = (
    "{sender}: Examen gratis de los ojos de su hijo, el {date}, {time}, {place}. No pedimos seguro ni papeles. "
    "¿Preguntas? Escriba HABLAR. Para parar: STOP."
)
ADDRESS = f"/wording/text/es/{VISION}"


def visit(office: Office, role: Role, name: str, *languages: str, partner: str | None = None) -> Visitor:
    """Somebody whose account lists these languages."""
    visitor = office.visit(role, name)
    with office.work.database.writing() as session:
        staff = session.get_one(Staff, visitor.id)
        staff.languages = list(languages)
        staff.partner = find_or_add_partner(session, partner) if partner else None
    return visitor


def hidden(page: Page, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.source)
    assert found, f"the page has no {name}"
    return unescape(found[1])


def typed(page: Page) -> str:
    """What stands in the editor."""
    found = re.search(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', page.source, re.DOTALL)
    assert found
    return unescape(found[1]).strip()


def press(visitor: Visitor, action: str, address: str = ADDRESS, page: Page | None = None, **form: str) -> Page:
    """Press a button of the page as it is now, or as it was when somebody opened it."""
    seen = page or visitor.open(address)
    kept = {name: hidden(seen, name) for name in ("version", "english")}
    return visitor.send(address, action=action, **{**kept, **form})


def stored(office: Office, context: str = VISION, language: str = "es") -> Wording | None:
    with office.work.database.reading() as session:
        return find_wording(session, context, language)


def own_text(office: Office, partner: str | None = None) -> str:
    """The Spanish page of a pack that was written here."""
    document = (
        "title: Swimming lessons\ntopic: parenting\nkind: broadcast\nsummary: Invites families to the pool.\n"
        "fields:\n  place: {type: text, label: Where, sample: City Pool}\n"
        "timeline:\n  - step: invitation\n    when: at launch\n"
        '    text: "{sender}: Free swimming lessons at {place}. Text STOP to stop."\n'
    )
    with office.work.database.writing() as session:
        row = create(session, office.work.settings, document, by=None)
        row.partner = find_or_add_partner(session, partner) if partner else None
        session.flush()
        return f"/wording/text/es/own/{row.id}:invitation"
