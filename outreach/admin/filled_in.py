"""What a coordinator filled in, as a launched campaign's page shows it."""

from outreach.campaigns.models import Campaign
from outreach.campaigns.packs import Pack
from outreach.languages import LANGUAGES
from outreach.wording.fields import read_value, show_value


def filled_in(campaign: Campaign, pack: Pack | None) -> list[tuple[str, str]]:
    """Labels and values as families read them in English; a pack that is gone leaves the bare words.

    A text of one language ("place.es") stands under its field's label with the language.
    """
    known = {**pack.given, **pack.fields} if pack else {}
    shown = []
    for key, value in campaign.fields.items():
        name, _, code = key.partition(".")
        if name not in known:
            shown.append((key, value))
            continue
        label = known[name].label + (f", {LANGUAGES[code].english}" if code in LANGUAGES else "")
        shown.append((label, show_value(read_value(known[name], value), "en")))
    return shown
