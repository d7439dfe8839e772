"""What a segment costs, by the country of the number it goes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale

from outreach.settings import Settings

# Dollars, as a reseller of Twilio's listed them, with the carriers' fees on top where there are any (Canada: up to
# 0.0055). They change without notice: OUTREACH_PRICES says what your account pays. The US has a setting of its own.
LISTED = {"CA": Decimal("0.0138"), "PR": Decimal("0.0420")}
HOME = "US"
OTHERS = "others"

_COUNTRIES: Mapping[str, str] = Locale.parse("en").territories


@dataclass(frozen=True)
class Prices:
    """Dollars a segment. `others` is for countries that are not in the table; None: nobody knows their price."""

    table: Mapping[str, Decimal]
    others: Decimal | None = None

    @classmethod
    def here(cls, settings: Settings) -> "Prices":
        """As this deployment has them."""
        table = {**LISTED, HOME: settings.segment_price, **dict(settings.prices)}
        return cls(table, table.pop(OTHERS, None))

    def of(self, destination: str) -> Decimal | None:
        """None is not free: it is a price that nobody told us."""
        return self.table.get(destination, self.others)


def country_name(destination: str) -> str:
    return _COUNTRIES.get(destination, "a country we do not know")
