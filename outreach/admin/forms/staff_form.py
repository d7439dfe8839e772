"""The forms about a member of staff, read: what was typed, or everything that is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from outreach.admin.forms.draft import Trouble
from outreach.languages import LANGUAGES
from outreach.people.phone import EXPLANATIONS, read_phone
from outreach.staff.accounts import LONGEST_NAME
from outreach.staff.models import Role

Form = MultiDict[str, str]


@dataclass(frozen=True)
class TypedStaff:
    """The form of one account as it was filled in, with every trouble that can be seen without the database."""

    name: str
    email: str
    role: Role | None
    phone: str | None
    languages: Sequence[str]
    partner_id: int | None
    new_partner: str
    on_duty: bool
    supervisor: bool
    troubles: Sequence[Trouble]


def read_staff(form: Form) -> TypedStaff:
    troubles: list[Trouble] = []
    name = _line(form, "name")
    if not name:
        troubles.append(Trouble("The name is empty. Write it as colleagues know the person.", "name"))
    elif len(name) > LONGEST_NAME:
        troubles.append(Trouble(f"The name has {len(name)} characters; {LONGEST_NAME} are the most.", "name"))
    if not _line(form, "email"):
        troubles.append(Trouble("The e-mail address is empty. The person signs in with it.", "email"))
    role = form.get("role", "")
    if role not in list(Role):
        troubles.append(Trouble("Choose what the person may do.", "role"))
    new_partner = _line(form, "new_partner")
    if len(new_partner) > LONGEST_NAME:
        troubles.append(Trouble(f"The partner's name has at most {LONGEST_NAME} characters.", "new_partner"))
    return TypedStaff(
        name=name,
        email=_line(form, "email"),
        role=Role(role) if role in list(Role) else None,
        phone=read_own_phone(form, troubles),
        languages=read_spoken(form),
        partner_id=form.get("partner", type=int),
        new_partner=new_partner,
        on_duty="on_duty" in form,
        supervisor="supervisor" in form,
        troubles=troubles,
    )


def read_own_phone(form: Form, troubles: list[Trouble]) -> str | None:
    """The number (E.164) that takes pages; empty is None, and so is a wrong one, with its trouble."""
    typed = form.get("phone", "").strip()
    if not typed:
        return None
    reading = read_phone(typed)
    if reading.e164 is None:
        why = EXPLANATIONS[reading.reason].rstrip(".")
        words = f"Phone “{typed[:40]}”: {why}. Write all ten digits, such as (617) 555-0100, or leave it empty."
        troubles.append(Trouble(words, "phone"))
    return reading.e164


def read_spoken(form: Form) -> Sequence[str]:
    return [code for code in LANGUAGES if code in form.getlist("languages")]


def _line(form: Form, name: str) -> str:
    return " ".join(form.get(name, "").split())
