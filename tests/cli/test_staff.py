"""`outreach staff add | duty`."""

import pytest
from sqlalchemy import func, select

from outreach.runtime import Runtime
from outreach.staff.models import Partner, Role, Staff
from tests.cli.conftest import Ended, Outreach

PASSWORD = "a password of twelve\n"


def add(run: Outreach, email: str, *more: str, stdin: str = PASSWORD) -> Ended:
    return run("staff", "add", email, "--role", "coordinator", "--password-stdin", *more, stdin=stdin)


def test_a_person_is_added_with_partner_phone_and_languages(run: Outreach, work: Runtime) -> None:
    ended = add(
        run, "ana.reyes@example.org", "--partner", "Lincoln School", "--short-name", "Lincoln",
        "--phone", "617-555-0198", "--language", "Spanish", "--language", "kreyòl",
    )  # fmt: skip
    assert (ended.status, ended.out) == (0, "ana.reyes@example.org may sign in as coordinator\n")
    with work.database.reading() as session:
        person = session.scalars(select(Staff)).one()
        assert (person.name, person.role, person.phone) == ("Ana Reyes", Role.COORDINATOR, "+16175550198")
        assert person.languages == ["es", "ht"]
        assert person.partner is not None
        assert person.partner.short_name == "Lincoln"
        assert person.password is not None
        assert person.password.startswith("$argon2")


@pytest.mark.parametrize(
    ("email", "more", "stdin", "said"),
    [
        ("ana@example.org", (), "short\n", "at least 12 characters"),
        ("ana@example.org", (), "", "at least 12 characters"),
        ("ana at example", (), PASSWORD, "not an e-mail address"),
        ("TAKEN@example.org", (), PASSWORD, "has an account already"),
        ("ana@example.org", ("--phone", "12"), PASSWORD, "--phone"),
        ("ana@example.org", ("--language", "klingon"), PASSWORD, "klingon"),
        ("ana@example.org", ("--name", "n" * 121), PASSWORD, "at most 120"),
        ("ana@example.org", ("--partner", "School", "--short-name", "s" * 41), PASSWORD, "at most 40"),
        ("ana@example.org", ("--partner", "s" * 121), PASSWORD, "at most 120"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_written(
    run: Outreach, work: Runtime, email: str, more: tuple[str, ...], stdin: str, said: str
) -> None:
    assert add(run, "taken@example.org").status == 0
    ended = add(run, email, *more, stdin=stdin)
    assert (ended.status, ended.out) == (1, "")
    assert said in ended.err
    with work.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Staff)) == 1
        assert session.scalar(select(func.count()).select_from(Partner)) == 0


def test_a_refused_phone_is_not_repeated(run: Outreach) -> None:
    assert "5550198000" not in add(run, "ana@example.org", "--phone", "5550198000").err


def test_a_role_there_is_not_is_wrong_usage(run: Outreach) -> None:
    assert run("staff", "add", "ana@example.org", "--role", "wizard", "--password-stdin", stdin=PASSWORD).status == 2
    assert run("staff", "add", "ana@example.org", "--password-stdin", stdin=PASSWORD).status == 2


def test_a_phone_is_set_afterwards(run: Outreach, work: Runtime) -> None:
    add(run, "ana@example.org")
    ended = run("staff", "phone", "ANA@example.org", "617-555-0150")
    assert (ended.status, ended.err) == (0, "")
    with work.database.reading() as session:
        assert session.scalars(select(Staff.phone)).one() == "+16175550150"


@pytest.mark.parametrize(
    ("email", "number", "said"),
    [("ana@example.org", "12", "NUMBER"), ("nobody@example.org", "617-555-0150", "nobody signs in")],
)
def test_a_phone_that_cannot_be_set_says_why(run: Outreach, work: Runtime, email: str, number: str, said: str) -> None:
    add(run, "ana@example.org")
    ended = run("staff", "phone", email, number)
    assert ended.status == 1
    assert said in ended.err
    with work.database.reading() as session:
        assert session.scalars(select(Staff.phone)).one() is None


def test_a_rota_begins_and_ends_duty(run: Outreach, work: Runtime) -> None:
    add(run, "ana.reyes@example.org")
    begun = run("staff", "duty", "Ana.Reyes@example.org", "on")
    assert begun.status == 0
    assert "is on duty; no page reaches this person yet" in begun.out
    with work.database.reading() as session:
        assert session.scalars(select(Staff.on_duty)).one()
    assert run("staff", "duty", "ana.reyes@example.org", "off").out == "ana.reyes@example.org is off duty\n"
    with work.database.reading() as session:
        assert not session.scalars(select(Staff.on_duty)).one()


def test_duty_is_refused_to_who_is_not_there_or_could_not_answer(run: Outreach) -> None:
    nobody = run("staff", "duty", "nobody@example.org", "on")
    assert (nobody.status, nobody.err) == (1, "nobody signs in as nobody@example.org\n")
    run("staff", "add", "vera@example.org", "--role", "viewer", "--password-stdin", stdin=PASSWORD)
    viewer = run("staff", "duty", "vera@example.org", "on")
    assert viewer.status == 1
    assert "vera@example.org is viewer" in viewer.err
