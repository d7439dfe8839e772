from sys import getsizeof
from zoneinfo import available_timezones

import pytest

from outreach.people.zip_codes import find_zip, read_lines


@pytest.mark.parametrize(
    ("zip5", "city", "state", "zone"),
    [
        ("02139", "Cambridge", "MA", "America/New_York"),
        ("00601", "Adjuntas", "PR", "America/Puerto_Rico"),
        ("96910", "Hagatna", "GU", "Pacific/Guam"),
        ("60601", "Chicago", "IL", "America/Chicago"),
        ("85001", "Phoenix", "AZ", "America/Phoenix"),
    ],
)
def test_a_zip_knows_its_place_and_zone(zip5: str, city: str, state: str, zone: str) -> None:
    place = find_zip(zip5)
    assert place is not None
    assert (place.zip, place.city, place.state, place.timezone) == (zip5, city, state, zone)


def test_coordinates_are_degrees_north_and_east() -> None:
    place = find_zip("02139")
    assert place is not None
    assert place.lat == pytest.approx(42.36, abs=0.05)
    assert place.lon == pytest.approx(-71.10, abs=0.05)


@pytest.mark.parametrize("zip5", ["", "2139", "02139-1234", "99999", "abcde", "٠٢١٣٩"])
def test_what_is_not_a_known_zip_has_no_place(zip5: str) -> None:
    assert find_zip(zip5) is None


def test_an_overseas_military_zip_has_no_place() -> None:
    assert find_zip("09009") is None


def test_a_row_with_a_town_for_a_zone_takes_a_zone_of_its_state() -> None:
    place = find_zip("99634")
    assert place is not None
    assert place.timezone == "America/Anchorage"


def test_every_zone_in_the_table_is_one_python_knows() -> None:
    places = [place for line in read_lines() if (place := find_zip(line[:5].decode()))]
    assert len(places) == len(read_lines()) > 41_000
    assert {place.timezone for place in places} <= available_timezones()
    assert all(-15 < place.lat < 72 for place in places)


def test_the_table_is_read_once_and_takes_little_memory() -> None:
    assert read_lines() is read_lines()
    assert sum(map(getsizeof, read_lines())) < 5_000_000
