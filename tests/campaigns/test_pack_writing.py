"""A form changes one value of a pack's document; comments, order and everything else stay as they stand."""

import pytest

from outreach.campaigns.pack_writing import new_document, reword, set_step, set_value
from outreach.campaigns.packs import Pack, packs_at, read_document
from outreach.setting_values import PACKAGE

SHIPPED = packs_at(PACKAGE.parent / "campaigns")
VISION = SHIPPED["screenings/vision"]


def read(document: str, pack: Pack) -> Pack:
    return read_document(document, pack.id, {pack.topic})


@pytest.mark.parametrize("text", ['{sender}: "New" words: #1 \\ here', "Ñandú – ok", "yes"])
@pytest.mark.parametrize("pack", SHIPPED.values(), ids=SHIPPED)
def test_one_text_changes_and_all_else_stays(pack: Pack, text: str) -> None:
    for position, step in enumerate(pack.steps):
        again = read(reword(pack, step.name, text), pack)
        for place, (before, after) in enumerate(zip(pack.steps, again.steps, strict=True)):
            assert after.english == (text if place == position else before.english)
            assert (after.name, after.when, after.useful) == (before.name, before.when, before.useful)
        assert (again.fields, again.guidance, again.title) == (pack.fields, pack.guidance, pack.title)


def test_a_title_and_a_moment_change_in_their_place() -> None:
    again = read(set_value(VISION, "title", "Eyes: free check"), VISION)
    assert (again.title, again.steps[0].english) == ("Eyes: free check", VISION.steps[0].english)
    later = read(set_step(VISION, VISION.steps[0].name, "when", "2 days after at 16:00"), VISION)
    assert later.steps[0].when_words == "2 days after at 16:00"


def test_comments_and_lines_stay() -> None:
    commented = read("# for nurses\n" + VISION.document, VISION)
    before, after = commented.document.splitlines(), reword(commented, commented.steps[0].name, "Hi").splitlines()
    assert after[0] == "# for nurses"
    assert [line for line in after if line not in before] == ['    text: "Hi"']


def test_what_stands_nowhere_cannot_be_changed() -> None:
    with pytest.raises(KeyError, match="farewell"):
        reword(VISION, "farewell", "Bye")
    with pytest.raises(KeyError, match="colour"):
        set_step(VISION, VISION.steps[0].name, "colour", "red")


def test_a_new_document_takes_name_for_the_familys_own() -> None:
    pack = read(new_document("Swim", "screenings", "Pool", "{sender}: Hello {name}, come on {date}."), VISION)
    assert (pack.personal, list(pack.fields)) == (("name",), ["date"])


def test_a_new_document_asks_for_what_its_text_holds_in_braces() -> None:
    text = "{sender}: Swim – free: #1 on {date} at {time}, {pool_hall}. {date} again."
    pack = read(new_document("Pool: yes", "screenings", "no", text), VISION)
    assert (pack.title, pack.summary, pack.kind) == ("Pool: yes", "no", "broadcast")
    assert pack.steps[0].english == text
    assert [(field.name, field.type, field.label) for field in pack.fields.values()] == [
        ("date", "date", "Day"),
        ("time", "time", "Starts at"),
        ("pool_hall", "text", "Pool hall"),
    ]
    with pytest.raises(ValueError, match=r"'\{'"):
        new_document("Pool", "screenings", "x", "{sender: Come")
