"""Who may see a page: each view names the ability it needs, and a test finds a view that names none."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort
from flask_security import auth_required

from outreach.admin.sign_in import signed_in
from outreach.staff.roles import Ability, may

P = ParamSpec("P")
R = TypeVar("R")


def needs(*abilities: Ability) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in signed-in staff with one of these abilities; with none named, all staff."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if abilities and not any(may(signed_in().role, ability) for ability in abilities):
                abort(403)
            return view(*args, **kwargs)

        guarded.guarded_by = abilities  # type: ignore[attr-defined]  # what the test looks for
        protected: Callable[P, R] = auth_required("session")(guarded)
        return protected

    return decorate
