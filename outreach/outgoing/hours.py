"""The hours of this deployment in which texts may leave, as its settings have them."""

from outreach.outgoing.quiet_hours import Hours
from outreach.settings import Settings, SettingsError


def sending_hours(settings: Settings) -> Hours:
    """Raises SettingsError when they cannot be read: else every text would wait, and nobody knew why."""
    try:
        return Hours.parse(settings.quiet_hours)
    except ValueError as error:
        raise SettingsError([f"OUTREACH_QUIET_HOURS: {error}"]) from None
