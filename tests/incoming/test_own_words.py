"""Words of a deployment's own: what is refused, two people, and that running processes learn of them."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from outreach.incoming import words_in_force as held
from outreach.incoming.intent import Route, recognise
from outreach.incoming.models import OwnWord, OwnWordKind
from outreach.incoming.own_words import Draft, OwnWordError, let_in, propose, refuse_word, why_not_add, withdraw
from outreach.incoming.vocabulary import Vocabulary, load_vocabulary
from outreach.incoming.words_in_force import words_in_force
from outreach.runtime import Runtime
from outreach.setting_values import PACKAGE
from outreach.staff.accounts import add_staff
from outreach.staff.models import Role, Staff

LOCALES = PACKAGE.parent / "locales"
PANTRY = Draft("es", "resource", "food", OwnWordKind.WORD, "la bodega de Don Chuy")
ANYWHERE = Draft("en", "callback", None, OwnWordKind.PHRASE, "coach Bee tent")
BYE = Draft("en", "stop", None, OwnWordKind.WORD, "hasta nunca amigos")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return load_vocabulary(LOCALES)


def staff(session: Session, name: str, role: Role = Role.COORDINATOR, *languages: str) -> Staff:
    made = add_staff(session, f"{name}@school.example.org", role, "a long enough password", name=name, phone=None)
    made.languages = list(languages or ("en", "es"))
    session.flush()
    return made


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (replace(PANTRY, text="comida"), "already means that"),
        (replace(PANTRY, text="ALTO"), 'already means stop: the whole text is the stop word "alto" (es)'),
        (replace(PANTRY, text="quiero morir"), "already means crisis"),
        (replace(PANTRY, text="dentista"), "already means resource (dental)"),
        (replace(BYE, text="gracias"), "courtesy"),
        (replace(BYE, text="thank you!", kind=OwnWordKind.WORD), "Leave out the sign !"),
        (replace(PANTRY, text="(pan|agua)"), "Leave out the sign ("),
        (replace(PANTRY, text="pan*"), "Leave out the sign *"),
        (replace(PANTRY, text="  "), "Write one word or a few"),
        (replace(PANTRY, text="x" * 81), "80 characters at most"),
        (replace(ANYWHERE, text="Bee"), "single word"),
        (replace(PANTRY, route="language", detail="es"), "Choose what it means"),
        (replace(PANTRY, language="ru"), "no words in this language"),
    ],
)
def test_what_may_not_be_added_says_why(draft: Draft, why: str, shipped: Vocabulary) -> None:
    assert why in str(why_not_add(draft, shipped))


@pytest.mark.parametrize("draft", [PANTRY, ANYWHERE, BYE, replace(PANTRY, language="km", text="តូបលោកយាយ")])
def test_what_may_be_added_is_understood_then_and_not_before(draft: Draft, shipped: Vocabulary) -> None:
    assert why_not_add(draft, shipped) is None
    with_it = shipped.with_own([draft.entry])
    written = f"so where is the {draft.text.upper()} today?" if draft.kind is OwnWordKind.PHRASE else f"{draft.text}!!"
    assert recognise(written, shipped).route is Route.UNKNOWN
    found = recognise(written, with_it)
    assert found.route == draft.route
    assert "own" in found.reason
    assert recognise("STOP", with_it).route is Route.STOP


def test_an_own_word_takes_no_meaning_from_a_shipped_one(shipped: Vocabulary) -> None:
    more = shipped.with_own([PANTRY.entry, ANYWHERE.entry])
    for text in ("comida 02139", "i want to die", "stop texting me", "español", "necesito un abogado de inmigración"):
        assert recognise(text, more) == recognise(text, shipped)
    collides = "already means callback"
    assert collides in str(why_not_add(replace(PANTRY, text="coach bee tent"), more))


def test_a_second_person_who_reads_the_language_lets_a_word_in(work: Runtime) -> None:
    with work.database.writing() as session:
        rosa, luis = staff(session, "rosa"), staff(session, "luis")
        stranger = staff(session, "mai", Role.COORDINATOR, "vi")
        vocabulary = words_in_force(session, LOCALES)
        word = propose(session, vocabulary, PANTRY, rosa)
        with pytest.raises(OwnWordError, match="You wrote this text yourself"):
            let_in(session, vocabulary, word, rosa)
        with pytest.raises(OwnWordError, match="Spanish is not among the languages"):
            let_in(session, vocabulary, word, stranger)
        with pytest.raises(OwnWordError, match="added before"):
            propose(session, vocabulary, replace(PANTRY, text="La Bodega de don chuy", route="help", detail=None), luis)
        let_in(session, vocabulary, word, luis)
        with pytest.raises(OwnWordError, match="meanwhile"):
            let_in(session, vocabulary, word, luis)


def test_an_admin_alone_may_let_in_a_stop_word_and_says_why(work: Runtime) -> None:
    with work.database.writing() as session:
        admin, rosa = staff(session, "ruth", Role.ADMIN), staff(session, "rosa")
        vocabulary = words_in_force(session, LOCALES)
        word = propose(session, vocabulary, BYE, admin)
        with pytest.raises(OwnWordError, match="at least 10 characters"):
            let_in(session, vocabulary, word, admin, "because")
        let_in(session, vocabulary, word, admin, "three families wrote it this week")
        for person, reason in ((rosa, "it was a mistake of ours"), (admin, "oops")):
            with pytest.raises(OwnWordError, match="by an admin only"):
                withdraw(session, word, person, reason)
        withdraw(session, word, admin, "it was a mistake of ours")
        with pytest.raises(OwnWordError, match="may not add words"):
            propose(session, vocabulary, PANTRY, staff(session, "vera", Role.VIEWER))


def test_a_running_process_understands_within_a_minute_and_forgets_as_soon(
    work: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert held.LOOK_AGAIN < 60
    monkeypatch.setattr(held, "LOOK_AGAIN", 0.0)

    def understood() -> Route:
        with work.database.reading() as session:
            return recognise(PANTRY.text, words_in_force(session, LOCALES)).route

    assert understood() is Route.UNKNOWN
    with work.database.writing() as session:
        vocabulary = words_in_force(session, LOCALES)
        word_id = propose(session, vocabulary, PANTRY, staff(session, "rosa")).id
        let_in(session, vocabulary, session.get_one(OwnWord, word_id), staff(session, "luis"))
    assert understood() is Route.RESOURCE
    with work.database.writing() as session:
        withdraw(session, session.get_one(OwnWord, word_id), staff(session, "ana"))
    assert understood() is Route.UNKNOWN
    with work.database.writing() as session:
        again = propose(session, words_in_force(session, LOCALES), PANTRY, staff(session, "eva"))
        refuse_word(session, again, staff(session, "ivo"))
    assert understood() is Route.UNKNOWN


def test_a_word_that_a_newer_release_takes_for_something_else_is_left_out(
    work: Runtime, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "LOOK_AGAIN", 0.0)
    with work.database.writing() as session:
        vocabulary, rosa, luis = words_in_force(session, LOCALES), staff(session, "rosa"), staff(session, "luis")
        for draft in (PANTRY, ANYWHERE):
            let_in(session, vocabulary, propose(session, vocabulary, draft, rosa), luis)
        session.query(OwnWord).filter(OwnWord.text == PANTRY.text).update({"text": "alto"})
    with work.database.reading() as session:
        now = words_in_force(session, LOCALES)
    assert recognise("alto", now).route is Route.STOP
    assert recognise("where is coach bee tent", now).route is Route.CALLBACK
    assert "left out" in caplog.text
