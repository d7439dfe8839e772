"""What each role may do. Pages and commands ask for an ability, never for a role."""

from enum import StrEnum

from outreach.staff.models import Role


class Ability(StrEnum):
    SEE_CAMPAIGNS = "see_campaigns"
    LAUNCH_CAMPAIGNS = "launch_campaigns"
    SEE_FAMILIES = "see_families"
    ANSWER_CALLBACKS = "answer_callbacks"
    PLAN_EVENTS = "plan_events"  # her own
    SEE_ALL_EVENTS = "see_all_events"
    SEE_RESOURCES = "see_resources"
    EDIT_RESOURCES = "edit_resources"
    MANAGE = "manage"  # languages, staff


_VIEW = frozenset({Ability.SEE_CAMPAIGNS, Ability.SEE_ALL_EVENTS})
_COORDINATE = _VIEW | {
    Ability.LAUNCH_CAMPAIGNS,
    Ability.SEE_FAMILIES,
    Ability.ANSWER_CALLBACKS,
    Ability.PLAN_EVENTS,
    Ability.SEE_RESOURCES,
    Ability.EDIT_RESOURCES,
}

ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.ADMIN: frozenset(Ability),
    Role.COORDINATOR: frozenset(_COORDINATE),
    Role.ORGANIZER: frozenset({Ability.PLAN_EVENTS}),
    Role.RESPONDER: frozenset({Ability.SEE_FAMILIES, Ability.ANSWER_CALLBACKS, Ability.SEE_RESOURCES}),
    Role.VIEWER: _VIEW,
}


def may(role: Role, ability: Ability) -> bool:
    return ability in ABILITIES[role]
