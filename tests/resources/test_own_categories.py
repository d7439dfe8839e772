"""A kind of help that a deployment adds: families ask for it in their words, and its directory's services answer."""

from pathlib import Path

import pytest

from outreach.incoming.entries import VocabularyError
from outreach.incoming.intent import Route, recognise
from outreach.incoming.vocabulary import load_vocabulary
from outreach.languages import SHIPPED
from outreach.resources.categories import Term, categorise
from outreach.resources.own_categories import OwnCategoryError, all_rules, kind_name, kinds, own_categories
from outreach.setting_values import PACKAGE

RIDES = """
name: {en: Rides, es: Transporte}
words:
  en: {keyword: RIDE, words: [shuttle, bus pass], phrases: ["(need|want) (a)? ride"]}
  es: {keyword: TRANSPORTE, words: [pase de autobus, aventon]}
taxonomy: {codes: [BT-8300], terms: [bus pass], names: [shuttle]}
"""


def content(folder: Path, text: str = RIDES, name: str = "rides.yaml") -> Path:
    """A deployment's content: the shipped words, and a kind of help of its own."""
    (folder / "categories").mkdir(exist_ok=True)
    (folder / "categories" / name).write_text(text, encoding="utf-8")
    if not (folder / "locales").exists():
        (folder / "locales").symlink_to(PACKAGE.parent / "locales")
    return folder


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("RIDE 02139", "rides"), ("transporte 02139", "rides"), ("AVENTON", "rides"), ("Pase de autobús!", "rides"),
        ("i need a ride to the clinic", "rides"), ("shutle", "rides"), ("COMIDA 02139", "food"),
    ],
)  # fmt: skip
def test_families_ask_for_it_in_their_words(tmp_path: Path, text: str, category: str) -> None:
    vocabulary = load_vocabulary(content(tmp_path) / "locales", ["en", "es"])
    intent = recognise(text, vocabulary)
    assert (intent.route, intent.args.get("category")) == (Route.RESOURCE, category)


def test_services_belong_to_it_by_code_by_term_and_by_name(tmp_path: Path) -> None:
    rules = all_rules(content(tmp_path))
    for terms, name in (([Term("x", "bt-8300.1")], "x"), ([Term("Bus Pass Programs")], "x"), ([], "Harbor Shuttle")):
        assert categorise(terms, name, None, rules).categories == ("rides",)
    assert categorise([], "Harbor Shuttle", None).categories == ()
    assert categorise([], "Elm Food Pantry", None, rules).categories == ("food",)


def test_it_has_a_name_in_each_language_else_in_english(tmp_path: Path) -> None:
    folder = content(tmp_path)
    assert [kind_name(folder, "rides", language) for language in ("es", "en", "so")] == [
        "Transporte", "Rides", "Rides",
    ]  # fmt: skip
    assert kinds(folder)["rides"] == "Rides"
    assert kinds(folder)["food"] == "Food"
    assert "rides" not in kinds(PACKAGE.parent)


@pytest.mark.parametrize(
    ("text", "name", "complaint"),
    [
        ("- a", "rides.yaml", "a mapping of name, words, taxonomy is needed"),
        (RIDES, "Bus-Rides.yaml", "the file's name is the key"),
        (RIDES, "food.yaml", "food is a kind of help that is shipped"),
        (RIDES + "colour: red", "rides.yaml", "means nothing here: colour"),
        (RIDES.replace("es: Transporte", "tlh: Qu"), "rides.yaml", "'tlh' is no language we know"),
        (RIDES.replace("en: Rides, ", ""), "rides.yaml", "name.en is needed"),
        (RIDES.replace("Rides", "R" * 41), "rides.yaml", "1 to 40 characters"),
        ("name: {en: Rides}", "rides.yaml", "no family could ask for it"),
        (RIDES.replace("[BT-8300]", "BT-8300"), "rides.yaml", "taxonomy.codes is a list of texts"),
        (RIDES.replace("codes:", "code:"), "rides.yaml", "means nothing here: code"),
        ("name: {en", "rides.yaml", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, text: str, name: str, complaint: str) -> None:
    with pytest.raises(OwnCategoryError, match=rf"categories/{name}.*{complaint}"):
        own_categories(content(tmp_path, text, name))


@pytest.mark.parametrize(("word", "complaint"), [("stop", "stop"), ("food", "resource.food")])
def test_its_words_may_mean_nothing_else(tmp_path: Path, word: str, complaint: str) -> None:
    folder = content(tmp_path, RIDES.replace("shuttle,", f"{word},"))
    with pytest.raises(VocabularyError, match=rf"categories/rides.yaml, words.en: .*{complaint}"):
        load_vocabulary(folder / "locales", ["en"])


def test_the_readme_example_is_one_that_works(tmp_path: Path) -> None:
    """The file in the documentation, word for word, compiled with all languages."""
    text = (PACKAGE.parent / "docs" / "directory.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n", 1)[1].split("```", 1)[0]
    folder = content(tmp_path, example, "rides.yaml")
    vocabulary = load_vocabulary(folder / "locales")
    assert len(own_categories(folder)["rides"].names) >= 3
    assert vocabulary.languages >= set(SHIPPED)
    assert recognise("TRANSPORTE", vocabulary).args["category"] == "rides"
