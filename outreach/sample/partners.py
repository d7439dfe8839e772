"""Two partners of the sample community that share its calls, a school and a clinic, with their hours and languages."""

from datetime import time

from sqlalchemy.orm import Session

from outreach.callbacks.calendar import write_week
from outreach.callbacks.routing import OTHER, write_topics
from outreach.staff.accounts import add_staff, find_or_add_partner
from outreach.staff.models import Role

SCHOOL, CLINIC = "Lincoln School", "Riverside Health Center"
CALLERS = (  # role, e-mail, name, partner, languages; besides those of the community
    (Role.RESPONDER, "liaison@example.org", "Paula Liaison", SCHOOL, ("en", "pt_BR")),
    (Role.RESPONDER, "clinic@example.org", "Carlos Clinic", CLINIC, ("en", "es")),
)
TOPICS = {
    SCHOOL: ("parenting", "coping_skills"),
    CLINIC: ("screenings", "health_fairs", OTHER),
}
HOURS = {  # by weekday, Monday is 0
    SCHOOL: {weekday: (time(8), time(15, 30)) for weekday in range(5)},
    CLINIC: {**{weekday: (time(9), time(19)) for weekday in range(5)}, 5: (time(9), time(13))},
}


def add_partners(session: Session, password: str) -> None:
    """Hours and topics of both partners, and who calls there."""
    for name, topics in TOPICS.items():
        partner = find_or_add_partner(session, name)
        write_week(session, partner.id, HOURS[name])
        write_topics(session, partner, topics)
    for role, email, name, home, languages in CALLERS:
        add_staff(
            session, email, role, password, name=name, partner=find_or_add_partner(session, home), languages=languages
        )
