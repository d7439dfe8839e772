"""`outreach staff …`: accounts."""

import getpass
import sys

import click

from outreach.cli.output import refuse, working
from outreach.languages import LANGUAGES, find_language
from outreach.people.phone import read_phone
from outreach.staff.accounts import AccountError, add_staff, find_or_add_partner, find_staff, set_phone
from outreach.staff.audit import note
from outreach.staff.models import Role
from outreach.staff.roles import Ability, may


@click.group()
def staff() -> None:
    """People who sign in."""


@staff.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]))
@click.option("--name", help="As colleagues know the person; taken from the address when left out.")
@click.option("--partner", help="School, health center or organization; made when it is new.")
@click.option("--short-name", help="How the partner signs its texts, at most 40 characters.")
@click.option("--phone", help="Takes pages by text, and rings when the person calls a family from a page.")
@click.option("--language", "languages", multiple=True, help="A language the person speaks; may be repeated.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(
    email: str,
    role: str,
    name: str | None,
    partner: str | None,
    short_name: str | None,
    phone: str | None,
    languages: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Add a person who signs in with EMAIL."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else getpass.getpass("Password: ")
    number = read_phone(phone).e164 if phone else None
    if phone and number is None:
        refuse("--phone: this is not a phone number that takes texts")
    codes = {spoken: find_language(spoken) for spoken in languages}
    for spoken, code in codes.items():
        if code is None:
            refuse(f"--language: {spoken!r} is not a language we know; there are {', '.join(LANGUAGES)}")
    with working() as work:
        try:
            with work.database.writing() as session:
                add_staff(
                    session,
                    email,
                    Role(role),
                    password,
                    name=name,
                    partner=find_or_add_partner(session, partner, short_name) if partner else None,
                    phone=number,
                    languages=[code for code in codes.values() if code],
                )
        except AccountError as error:
            refuse(str(error))
    click.echo(f"{email} may sign in as {role}")


@staff.command("phone")
@click.argument("email")
@click.argument("number")
def phone(email: str, number: str) -> None:
    """Set the phone of the person who signs in with EMAIL: for alerts, and for calls from a page."""
    read = read_phone(number).e164
    if read is None:
        refuse("NUMBER: this is not a phone number that takes texts and calls")
    with working() as work:
        try:
            with work.database.writing() as session:
                set_phone(session, email, read)
        except AccountError as error:
            refuse(str(error))
    click.echo(f"the phone of {email} is set")


@staff.command("duty")
@click.argument("email")
@click.argument("state", type=click.Choice(["on", "off"]))
def duty(email: str, state: str) -> None:
    """Begin or end the duty of EMAIL: a crisis pages who is on duty. A rota may call this."""
    with working() as work, work.database.writing() as session:
        person = find_staff(session, email)
        if person is None or not person.active:
            refuse(f"nobody signs in as {email}")
        if not may(person.role, Ability.ANSWER_CALLBACKS):
            refuse(f"{email} is {person.role}: only admins, coordinators and responders can answer a crisis")
        person.on_duty = state == "on"
        note(session, f"staff.{state}_duty", "staff", person.id)
        reached = bool(person.phone or work.settings.smtp_url)
    how = "" if reached or state == "off" else "; no page reaches this person yet: add a phone number under Staff"
    click.echo(f"{email} is {state} duty{how}")
