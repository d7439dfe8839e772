"""`outreach explain`: why a family's text is routed as it is."""

import json

import pytest

from tests.cli.conftest import Outreach


def test_words_and_json_say_the_same(run: Outreach) -> None:
    words = run("explain", "FOOD 02139")
    report = run("explain", "FOOD 02139", "--json").json
    assert (words.status, report.keys()) == (0, {"route", "args", "reason"})
    assert (report["route"], report["args"]) == ("resource", {"category": "food", "zip": "02139"})
    assert words.out.startswith("resource (category: food, zip: 02139): ")
    assert report["reason"] in words.out


def test_a_yes_answers_an_invitation_when_there_is_one(run: Outreach) -> None:
    asked = run("explain", "sí", "--language", "es", "--pending", "rsvp", "--json").json
    unasked = run("explain", "sí", "--language", "es", "--json").json
    assert asked["route"] == "rsvp_yes"
    assert unasked["route"] != "rsvp_yes"


def test_a_number_answers_the_question_named_last(run: Outreach) -> None:
    listings = run("explain", "2", "--pending", "callback_time", "--pending", "listings", "--json").json
    time = run("explain", "2", "--pending", "listings", "--pending", "callback_time", "--json").json
    assert (listings["route"], listings["args"]) == ("resource", {"listing": "2"})
    assert (time["route"], time["args"]) == ("callback", {"time": "afternoon"})


def test_a_language_nobody_knows_and_an_empty_text_are_no_reason_to_fail(run: Outreach) -> None:
    assert run("explain", "STOP", "--language", "klingon", "--json").json["route"] == "stop"
    assert run("explain", "", "--json").json["route"] == "unknown"


def test_many_lines_are_explained_one_by_one(run: Outreach) -> None:
    lines = [
        {"text": "STOP"},
        {"text": "1", "contact_lang": "es", "pending_invitation": True},
        {"text": "kreyòl", "contact_lang": None, "pending_invitation": False},
    ]
    stdin = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n"
    ended = run("explain", "--jsonl", stdin=stdin)
    assert ended.status == 0
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["route"] for line in found] == ["stop", "rsvp_yes", "language"]
    assert all(line.keys() == {"route", "args", "reason"} for line in found)


@pytest.mark.parametrize(
    "line", ["STOP", "[]", "5", "null", "{}", '{"text": 5}', '{"text": null}', b'{"text": "\xff"}', '{"text": ["a"]}']
)
def test_a_line_that_is_no_case_is_refused_by_its_number(run: Outreach, line: str | bytes) -> None:
    broken = line if isinstance(line, bytes) else line.encode()
    ended = run("explain", "--jsonl", stdin=b'{"text": "STOP"}\n' + broken + b"\n")
    assert ended.status == 1
    assert "line 2" in ended.err


def test_neither_or_both_is_wrong_usage(run: Outreach) -> None:
    assert run("explain").status == 2
    assert run("explain", "STOP", "--jsonl").status == 2
    assert run("explain", "STOP", "--pending", "survey").status == 2
