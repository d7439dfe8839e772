"""Changing accounts: whatever admins do to each other at the same moment, one of them is left."""

import threading
import time

import pytest
from sqlalchemy import select

from outreach.runtime import Runtime
from outreach.staff.accounts import AccountError, add_staff
from outreach.staff.changes import deactivate
from outreach.staff.models import Role, Staff

PASSWORD = "a long enough password"  # of tests only


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_admins_who_end_each_other_leave_one(work: Runtime) -> None:
    with work.database.writing() as session:
        first, second = (
            add_staff(session, f"{name}@school.example.org", Role.ADMIN, PASSWORD).id for name in ("ada", "bo")
        )
    refused: list[str] = []

    def end_first() -> None:
        try:
            with work.database.writing() as session:
                deactivate(session, session.get_one(Staff, first))
        except AccountError as error:
            refused.append(str(error))

    other = threading.Thread(target=end_first)
    with work.database.writing() as session:
        deactivate(session, session.get_one(Staff, second))
        other.start()
        time.sleep(0.5)  # she has decided, or waits for us
    other.join(10)
    assert refused == ["Ada is the only admin. Make somebody else an admin first."]
    with work.database.reading() as session:
        assert session.scalars(select(Staff.id).where(Staff.active, Staff.role == Role.ADMIN)).all() == [first]
