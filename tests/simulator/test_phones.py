"""The wall of phones, as a browser without scripts and as an event stream see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from outreach.simulator.scripts import direction_of, language_of
from outreach.simulator.segments import count_segments

if TYPE_CHECKING:
    from tests.simulator.conftest import Listener, Simulator

OURS, FAMILY = "+16175550100", "+16175550123"
CASES = Path(__file__).parent.parent / "cases" / "segments.jsonl"
Eventually = Callable[..., Any]


def page(simulator: Simulator, path: str = "/") -> str:
    with urlopen(simulator.url + path, timeout=10) as response:
        return str(response.read().decode())


def send(simulator: Simulator, body: str, to: str = FAMILY) -> None:
    simulator.client().messages.create(to=to, from_=OURS, body=body)


@pytest.mark.parametrize("case", [json.loads(line) for line in CASES.read_text("utf-8").splitlines()])
def test_segments_are_counted_as_the_table_says(case: dict[str, Any]) -> None:
    assert count_segments(case["text"]) == case["code_point_segments"], case["note"]


@pytest.mark.parametrize(
    ("text", "preferred", "language", "direction"),
    [
        ("Comida gratis", "es", "es", "ltr"),
        ("طعام مجاني", "", "ar", "rtl"),
        ("غذای رایگان", "fa-AF", "fa-AF", "rtl"),
        ("Free food", "ar", "en", "ltr"),
        ("Бесплатная еда", "uk", "uk", "ltr"),
        ("免费食物", "en", "zh", "ltr"),
        ("1", "ar", "ar", "rtl"),
        ("", "", "", "ltr"),
    ],
)
def test_a_text_has_the_language_its_letters_allow(text: str, preferred: str, language: str, direction: str) -> None:
    assert (language_of(text, preferred), direction_of(language_of(text, preferred))) == (language, direction)


def test_a_text_shows_on_its_phone_escaped_and_in_its_direction(simulator: Simulator) -> None:
    send(simulator, "<script>alert(1)</script>\nSecond line")
    send(simulator, "مرحبا", to="+16175550188")
    shown = page(simulator)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nSecond line" in shown
    assert "<script>alert" not in shown
    assert '<p class="bubble" dir="rtl" lang="ar">مرحبا</p>' in shown


def test_a_plain_form_texts_us_and_comes_back(simulator: Simulator, listener: Listener, eventually: Eventually) -> None:
    url = f"{simulator.url}/phones/{quote(FAMILY)}/texts"
    with urlopen(Request(url, b"body=FOOD+02139"), timeout=10) as response:
        assert "FOOD 02139" in response.read().decode()
    assert eventually(lambda: listener.forms(Body="FOOD 02139", From=FAMILY))
    assert "error" in simulator.ask(f"/phones/{quote(FAMILY)}/texts", {"body": " "})


def test_the_wall_shows_registered_phones_first_and_no_flood(simulator: Simulator) -> None:
    simulator.ask("/control/phones", [{"number": "+16175550177", "name": "Marie", "language": "ht"}])
    for n in range(30):
        send(simulator, f"Text {n}", to=f"+161755502{n:02}")
    shown = page(simulator)
    assert shown.count('<article class="phone"') == 24
    assert shown.index("Marie") < shown.index("Text 29") < shown.index("Text 28")
    assert "KANPE" in shown
    assert "Show more phones" in shown
    assert page(simulator, "/?show=48").count('<article class="phone"') >= 31
    assert page(simulator, "/?q=marie").count('<article class="phone"') == 1
    assert page(simulator, "/?q=5550229").count('<article class="phone"') == 1


def test_news_stream_in_while_a_page_is_open(simulator: Simulator) -> None:
    with urlopen(f"{simulator.url}/events", timeout=10) as stream:
        assert stream.readline().startswith(b"retry")
        send(simulator, "Flu shots")
        line = next(line for line in stream if line.startswith(b"data: "))
    news = json.loads(line[6:])
    assert news["totals"]["taken"] == 1
    assert news["texts"][0]["phone"] == FAMILY
    assert "Flu shots" in news["texts"][0]["html"]


def test_a_phone_that_makes_no_sense_is_refused(simulator: Simulator) -> None:
    assert "error" in simulator.ask("/control/phones", [{"number": "617"}])
    assert "error" in simulator.ask("/control/phones", ["+16175550123"])
