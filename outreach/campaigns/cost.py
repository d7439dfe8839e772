"""What a campaign costs before it leaves: texts, segments and dollars by language and country; what can be saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from outreach.campaigns.models import Campaign
from outreach.campaigns.prices import Prices, country_name
from outreach.campaigns.wordings import StepText
from outreach.people.audience import LanguageCount
from outreach.settings import Settings
from outreach.wording.characters import spare_characters, without_spares
from outreach.wording.personal import DEAR_NAME
from outreach.wording.segments import count_segments


@dataclass(frozen=True)
class Spare:
    """A character that makes a text dearer than it must be, and what to write instead ("" is nothing)."""

    language: str
    step: str
    character: str
    instead: str

    @property
    def words(self) -> str:
        return f"write {self.instead} instead of {self.character}" if self.instead else f"leave out {self.character}"


@dataclass(frozen=True)
class Line:
    """The families of one language who get something; `texts` are those that one family gets, in order."""

    count: LanguageCount
    sent: str
    texts: tuple[StepText, ...]
    prices: Prices

    @property
    def segments_each(self) -> int:
        return sum(text.count.segments for text in self.texts if text.count)

    @property
    def lean_each(self) -> int:
        """Segments for one family with the spare characters replaced."""
        leaned = (without_spares(text.text, text.language) for text in self.texts if text.count)
        return sum(count_segments(text).segments for text in leaned)

    @property
    def dear_each(self) -> int:
        """Segments for one family whose name holds a letter that costs more: í doubles the price of many texts."""
        texts = (text.for_family(DEAR_NAME) for text in self.texts)
        return sum(text.count.segments for text in texts if text.count)

    @property
    def segments(self) -> int:
        return self.segments_each * self.count.reachable

    def cost_of(self, segments_each: int) -> Decimal:
        """Of so many segments for each family; families whose price nobody knows are not in it."""
        priced = ((families, self.prices.of(to)) for to, families in self.count.destinations.items())
        return sum((families * segments_each * price for families, price in priced if price is not None), Decimal(0))

    @property
    def cost(self) -> Decimal:
        return self.cost_of(self.segments_each)

    @property
    def unpriced(self) -> dict[str, int]:
        """Families by country, where no price is known."""
        return {to: families for to, families in self.count.destinations.items() if self.prices.of(to) is None}

    @property
    def spares(self) -> Iterator[Spare]:
        for text in self.texts:
            for character, instead in spare_characters(text.text, text.language).items():
                yield Spare(text.language, text.step.name, character, instead)


@dataclass(frozen=True)
class Bill:
    """The whole of it, for all `times` that it leaves."""

    lines: tuple[Line, ...]
    times: int

    @property
    def texts(self) -> int:
        return sum(len(line.texts) * line.count.reachable for line in self.lines) * self.times

    @property
    def segments(self) -> int:
        return sum(line.segments for line in self.lines) * self.times

    @property
    def cost(self) -> Decimal:
        return sum((line.cost for line in self.lines), Decimal(0)) * self.times

    @property
    def estimated(self) -> bool:
        """Whether it was reckoned with a sample name: longer names, and names in other letters, cost more."""
        return any(text.personal for line in self.lines for text in line.texts)

    @property
    def dear_cost(self) -> Decimal:
        """What it would cost if every family had a name with letters that cost more."""
        return sum((line.cost_of(line.dear_each) for line in self.lines), Decimal(0)) * self.times

    @property
    def lean_segments(self) -> int:
        return sum(line.lean_each * line.count.reachable for line in self.lines) * self.times

    @property
    def lean_cost(self) -> Decimal:
        return sum((line.cost_of(line.lean_each) for line in self.lines), Decimal(0)) * self.times

    @property
    def spares(self) -> tuple[Spare, ...]:
        """Each once, although two languages may get the same text; none where replacing them saves nothing."""
        found = (spare for line in self.lines if line.lean_each < line.segments_each for spare in line.spares)
        return tuple(dict.fromkeys(found))

    @property
    def unpriced(self) -> dict[str, int]:
        """Families by country, where no price is known: what they cost is not in `cost`."""
        total: dict[str, int] = {}
        for line in self.lines:
            for to, families in line.unpriced.items():
                total[to] = total.get(to, 0) + families
        return total

    @property
    def unpriced_words(self) -> tuple[str, ...]:
        ordered = sorted(self.unpriced.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            f"{families} {'number' if families == 1 else 'numbers'} in {country_name(to)}: no price is known, so "
            "the sum is without them. Whoever runs this service can set OUTREACH_PRICES."
            for to, families in ordered
        )

    def record(self) -> dict[str, Any]:
        """As JSON, with the prices it was reckoned with: what was shown at launch stays what was shown."""
        countries = sorted({to for line in self.lines for to in line.count.destinations})
        table = {to: line.prices.of(to) for line in self.lines for to in countries}
        return {
            "texts": self.texts,
            "segments": self.segments,
            "cost": str(self.cost),
            "cost_with_replacements": str(self.lean_cost),
            "times": self.times,
            "estimated": self.estimated,
            "prices": {to: str(price) for to, price in table.items() if price is not None},
            "families_without_price": self.unpriced,
            "languages": [
                {
                    "language": line.count.language,
                    "sent": line.sent,
                    "families": line.count.reachable,
                    "texts": len(line.texts) * line.count.reachable,
                    "segments": line.segments,
                    "cost": str(line.cost),
                }
                for line in self.lines
            ],
            "replace": [
                {"language": s.language, "step": s.step, "character": s.character, "instead": s.instead}
                for s in self.spares
            ],
        }


def rate_of(campaign: Campaign, settings: Settings) -> Decimal:
    """Dollars a segment of this campaign, on average, at the prices of its launch; today's to the US without a bill."""
    bill = campaign.bill
    if bill and Decimal(bill["cost"]) and not bill["families_without_price"]:
        return Decimal(bill["cost"]) / int(bill["segments"])
    return settings.segment_price
