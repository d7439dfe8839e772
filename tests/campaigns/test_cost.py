"""What a campaign would cost is reckoned by destination, with nothing silently free, and kept as it was shown."""

from decimal import Decimal

import pytest

from outreach import clock
from outreach.campaigns.cost import Bill, Line
from outreach.campaigns.packs import read_packs
from outreach.campaigns.prices import LISTED, Prices, country_name
from outreach.campaigns.recurrence import count_times
from outreach.campaigns.wordings import word_pack
from outreach.people.area_codes import AREA_CODES
from outreach.people.audience import LanguageCount
from outreach.people.destinations import TERRITORIES, UNKNOWN, destination_of
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.wording.acceptance import accept_language
from outreach.wording.catalog import read_translations
from outreach.wording.fields import read_values
from tests.support.campaigns import VALUES, VISION, days, find_campaign, launch_plan, plan_pack
from tests.support.factories import make_contact
from tests.support.sending import ON_SQLITE

US = Decimal("0.0113")


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+16175550100", "US"),
        ("+19835550100", "US"),  # an overlay of 2022
        ("+13575550100", "US"),  # newer than the numbers library
        ("+17875550100", "PR"),
        ("+13405550100", "VI"),
        ("+14165550100", "CA"),
        ("+18765550100", "JM"),
        ("+18095550100", "DO"),
        ("+50937101234", "HT"),
        ("+447911123456", "GB"),
        ("+23891234567", "CV"),
        ("+15555550100", UNKNOWN),
        ("+99912345678", UNKNOWN),
        ("+1", UNKNOWN),
    ],
)
def test_a_number_tells_its_country_by_its_first_digits(phone: str, country: str) -> None:
    assert destination_of(phone) == destination_of(phone[:5]) == country


def test_every_area_code_of_the_us_lies_in_the_us_or_a_territory() -> None:
    for line in AREA_CODES.strip().splitlines():
        state, *codes = line.split()
        expected = state if state in TERRITORIES else "US"
        assert {destination_of(f"+1{code}") for code in codes} == {expected}, line


def test_prices_come_from_the_settings_over_what_is_listed() -> None:
    given = Settings.from_env({"OUTREACH_SEGMENT_PRICE": "0.02", "OUTREACH_PRICES": "pr=0.05, HT=0.09 others=0.10"})
    prices = Prices.here(given)
    found = [prices.of(country) for country in ("US", "CA", "PR", "HT", "CV", UNKNOWN)]
    expected = [Decimal("0.02"), LISTED["CA"], *map(Decimal, ("0.05", "0.09", "0.10", "0.10"))]
    assert found == expected
    assert Prices.here(Settings.from_env({})).of("HT") is None
    assert (country_name("HT"), country_name(UNKNOWN)) == ("Haiti", "Unknown Region")


def bill(place: str, *counts: LanguageCount, times: int = 1) -> Bill:
    """Of the vision pack in these languages, with this place."""
    settings = Settings.from_env({})
    pack = read_packs(settings.content / "campaigns")[VISION]
    values = read_values({**pack.given, **pack.fields}, {**VALUES, "sender": "Lincoln School", "place": place})
    languages = [count.language for count in counts]
    worded = word_pack(pack, values, read_translations(settings.content / "locales"), languages, frozenset())
    prices = Prices({"US": US, "PR": Decimal("0.042")})
    lines = (Line(count, count.language, worded[count.language].steps, prices) for count in counts)
    return Bill(tuple(lines), times)


def test_each_destination_has_its_price_and_one_without_is_named() -> None:
    found = bill("Gym", LanguageCount("en", 7, {}, {"US": 4, "PR": 2, "HT": 1}), times=3)
    each = found.lines[0].segments_each
    assert (found.texts, found.segments) == (21, 21 * each)
    assert found.cost == 3 * each * (4 * US + 2 * Decimal("0.042"))
    assert found.unpriced == {"HT": 1}
    assert found.unpriced_words[0].startswith("1 number in Haiti: no price is known")
    assert found.record()["families_without_price"] == {"HT": 1}


def test_what_a_letter_of_another_language_costs_is_said_with_what_to_write() -> None:
    found = bill("García School gym", LanguageCount("en", 10, {}, {"US": 10}), LanguageCount("es", 5, {}, {"US": 5}))
    english, spanish = found.lines
    assert (english.segments_each, english.lean_each) == (3, 2)
    assert spanish.segments_each == spanish.lean_each  # its own letters are never needless
    assert [spare.words for spare in found.spares] == ["write i instead of í"]
    assert found.cost - found.lean_cost == 10 * US
    plain = bill("Garcia School gym", LanguageCount("en", 10, {}, {"US": 10}))
    assert (plain.spares, plain.cost) == ((), english.cost_of(english.lean_each))


@pytest.mark.parametrize(
    ("rule", "times"), [(None, 1), ("FREQ=WEEKLY;COUNT=4", 4), ("rrule:freq=daily;count=12", 12), ("FREQ=WEEKLY", 1)]
)
def test_a_campaign_that_repeats_is_paid_as_often_as_it_leaves(rule: str | None, times: int) -> None:
    assert count_times(rule) == times


@ON_SQLITE
def test_what_was_shown_at_launch_is_kept_although_families_and_prices_change(work: Runtime) -> None:
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")
        make_contact(session, 1, "en")
        make_contact(session, 2, "es", phone="+17875550123")
    plan = plan_pack(work, at=clock.now() + days(1))
    shown = plan.bill
    assert [line.count.destinations for line in shown.lines] == [{"US": 1}, {"PR": 1}]
    assert shown.cost == shown.lines[0].segments * US + shown.lines[1].segments * LISTED["PR"]
    campaign_id = launch_plan(work, plan)
    with work.database.writing() as session:
        make_contact(session, 3, "en")
    kept = find_campaign(work, campaign_id).bill
    assert kept == shown.record()
    assert (Decimal(kept["cost"]), kept["prices"]) == (shown.cost, {"PR": "0.0420", "US": "0.0113"})
