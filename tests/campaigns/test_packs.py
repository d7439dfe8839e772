"""Packs are read strictly: every mistake is told with its file and line, all of them at once."""

from pathlib import Path

import pytest

from outreach.campaigns.packs import Kind, PackError, read_pack, read_packs
from outreach.campaigns.timeline import read_when
from outreach.setting_values import PACKAGE

SHIPPED = PACKAGE.parent / "campaigns"
GOOD = """\
title: Free vision screening
topic: screenings
kind: broadcast
summary: Invites families.
fields:
  place: {type: text, label: Where, sample: Gym}
  date: {type: date, label: Day, sample: 2026-12-05}
timeline:
  - step: invitation
    when: at launch
    text: "{sender}: on {date}, {place}."
"""

# What is changed in GOOD, to what, and what is then said.
BROKEN = [
    ("title: Free vision screening\n", "", ["line 1: 'title' is missing"]),
    ("Free vision screening", "''", ["line 1: 'title' needs 1 to 60 characters, has 0"]),
    ("Free vision screening", "x" * 61, ["line 1: 'title' needs 1 to 60 characters, has 61"]),
    ("topic: screenings", "topic: parenting", ["line 2: topic 'parenting' stands in the folder 'screenings'"]),
    ("kind: broadcast", "kind: weekly", ["line 3: kind 'weekly' is none of broadcast, event, series"]),
    ("kind: broadcast", "kind: broadcast\nby_keyword: 7", ["line 4: 'by_keyword' is yes or no"]),
    (
        "kind: broadcast",
        "kind: broadcast\npersonal: [zip]",
        ["line 4: 'personal': 'zip' is not a field of the family's"],
    ),
    ("kind: broadcast", "kind: broadcast\npersonal: name", ["line 4: 'personal' is a list of the family's own fields"]),
    ("kind: broadcast", "kind: broadcast\npersonal: []", ["line 4: 'personal' is a list of the family's own fields"]),
    ("kind: broadcast", "kind: broadcast\npersonal:\n- name\n- 7", ["line 6: 'personal': 7 is not a field"]),
    (
        "kind: broadcast\nsummary: Invites families.\nfields:\n",
        "kind: broadcast\npersonal: [name]\nsummary: I.\nfields:\n  name: {type: text, label: Who, sample: Ana}\n",
        ["line 7: field 'name': 'personal' makes it the family's own"],
    ),
    (
        "{date}, {place}",
        "{date}, {name}",
        ["line 11: step 'invitation': {name} is not a field", "the pack needs the line 'personal: [name]'"],
    ),
    ("summary:", "sumary:", ["line 4: unknown key 'sumary'", "line 1: 'summary' is missing"]),
    ("label: Where", "lable: Where", ["line 6: unknown key 'lable'", "line 6: 'label' is missing"]),
    ("{type: text,", "{type: words,", ["line 6: field 'place': type 'words' is none of text, place, date"]),
    ("  place:", "  Place:", ["line 6: field 'Place': a name is small letters", "line 11: step 'invitation': {place}"]),
    ("  place:", "  sender:", ["line 6: field 'sender': a name is small", "line 11: step 'invitation': {place}"]),
    ("sample: Gym", f"sample: {'g' * 61}", ["line 6: the sample of field 'place' does not fit: Where (place): 61"]),
    ("sample: Gym", "sample: Gym, max_length: 2", ["line 6: the sample of field 'place' does not fit"]),
    ("sample: Gym", "sample: Gym, max_length: no", ["line 6: 'max_length' is a number from 1 up"]),
    ("2026-12-05", "soon", ["line 7: the sample of field 'date' does not fit: Day (date): a day, written as"]),
    ("{date}, {place}", "{day}, {place}", ["line 11: step 'invitation': {day} is not a field; there are sender"]),
    ("{date}, {place}", "{date, {place}", ["line 11: step 'invitation': the braces do not pair"]),
    ("{date}, {place}", "{}, {place}", ["line 11: step 'invitation': {} is not a field"]),
    ("{date}, {place}", "{date.year}, {place}", ["line 11: step 'invitation': {date.year} is not a field"]),
    ("when: at launch", "when: soon", ["line 10: 'soon' is not a moment: write"]),
    ("when: at launch", "when: 2 hours after at 8:00", ["line 10: '2 hours after at 8:00' says the hour twice"]),
    ("when: at launch", "when: at launch\n    useful_for: long", ["line 11: 'long' is not a duration: write"]),
    ("step: invitation", "step: The First", ["line 9: step 'The First': each step has a name of its own"]),
    ("    when: at launch\n", "", ["line 9: 'when' is missing"]),
    (
        '    text: "{sender}: on {date}, {place}."',
        "    text: Hello\n  - step: invitation\n    when: 1 day after\n    text: Again",
        ["line 12: step 'invitation': each step has a name of its own"],
    ),
    ("timeline:", "timeline: []\nsteps:", ["line 9: unknown key 'steps'", "line 1: 'timeline' needs at least one"]),
    ("title: Free", "title: [Free", ["line 2: not readable as YAML"]),
    ("2026-12-05", "2026-13-45", ["line 1: not readable as YAML"]),
    ("Free", "Fr\x07ee", ["line 1: not readable as YAML"]),
    (GOOD, "- a\n- list\n", ["line 1: a pack is a mapping that begins with 'title:'", "'title' is missing"]),
    (GOOD, "", ["line 1: a pack is a mapping that begins with 'title:'", "'title' is missing"]),
]


def write_pack(folder: Path, text: str, name: str = "vision") -> Path:
    path = folder / "screenings" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_pack_reads() -> None:
    packs = read_packs(SHIPPED)
    assert set(packs) == {f"{path.parent.name}/{path.stem}" for path in SHIPPED.glob("*/*.yaml")}
    assert {pack.kind for pack in packs.values()} == set(Kind)
    assert all(pack.guidance for pack in packs.values())


def test_a_pack_is_read(tmp_path: Path) -> None:
    pack = read_pack(write_pack(tmp_path, GOOD))
    (step,) = pack.steps
    assert (pack.id, pack.topic, pack.kind, list(pack.fields)) == (
        "screenings/vision", "screenings", Kind.BROADCAST, ["place", "date"],
    )  # fmt: skip
    assert (step.name, step.when, step.context, step.line) == (
        "invitation", read_when("at launch"), "screenings/vision:invitation", 11,
    )  # fmt: skip
    assert step.useful.total_seconds() == 24 * 3600


@pytest.mark.parametrize(("old", "new", "said"), BROKEN)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(PackError) as caught:
        read_pack(write_pack(tmp_path, GOOD.replace(old, new, 1)))
    told = [str(problem) for problem in caught.value.problems]
    for words in said:
        assert any(line.startswith("screenings/vision.yaml, line ") and words in line for line in told), told


def test_a_file_in_another_encoding_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    path = write_pack(tmp_path, GOOD)
    path.write_bytes("title: Año".encode("latin-1"))
    with pytest.raises(PackError, match=r"screenings/vision\.yaml, line 1: not readable"):
        read_pack(path)


def test_all_problems_of_all_packs_come_at_once(tmp_path: Path) -> None:
    write_pack(tmp_path, GOOD.replace("kind: broadcast", "kind: weekly").replace("when: at launch", "when: soon"))
    write_pack(tmp_path, GOOD.replace("topic: screenings", "topic: parenting"), "dental")
    with pytest.raises(PackError) as caught:
        read_packs(tmp_path)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [
        ("screenings/dental.yaml", 2),
        ("screenings/vision.yaml", 3),
        ("screenings/vision.yaml", 10),
    ]


@pytest.mark.parametrize(
    ("kind", "introduces"), [("broadcast", [False, False]), ("series", [True, False]), ("event", [True, False])]
)
def test_the_first_text_that_introduces_may_be_longer(tmp_path: Path, kind: str, introduces: list[bool]) -> None:
    text = GOOD.replace("broadcast", kind) + "  - step: more\n    when: 7 days after at 10:00\n    text: More\n"
    assert [step.introduces for step in read_pack(write_pack(tmp_path, text)).steps] == introduces


def test_the_familys_name_is_a_field_that_comes_by_itself_where_the_pack_says_so(tmp_path: Path) -> None:
    personal = GOOD.replace("kind: broadcast\n", "kind: broadcast\npersonal: [name]\n").replace(
        "on {date}", "{name}, {date}"
    )
    pack = read_pack(write_pack(tmp_path, personal))
    assert pack.personal == ("name",)
    assert list(pack.given) == ["sender", "name"]
    assert list(pack.fields) == ["place", "date"]
