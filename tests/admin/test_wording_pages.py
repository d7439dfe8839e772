"""Wording at its pages: what waits, the list, one text from draft to review, conflicts told, nothing typed lost."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.admin.wording_queue import count_mine, review_queue
from outreach.campaigns.all_wording import wording_for
from outreach.campaigns.own_packs import change, packs_for
from outreach.campaigns.pack_writing import reword
from outreach.people.models import Contact
from outreach.staff.models import Role, Staff
from outreach.wording.acceptance import accept_language
from outreach.wording.models import Origin, Wording, WordingState
from outreach.wording.record import hold_or_add
from outreach.wording.texts import digest
from tests.admin.office import Office, open_office
from tests.admin.wording_desk import ADDRESS, BETTER, SHIPPED, VISION, hidden, own_text, press, stored, typed, visit


@pytest.fixture
def office(environment: dict[str, str]) -> Iterator[Office]:
    with open_office({**environment, "OUTREACH_LANGUAGES": "en,es,ht,ar"}) as office:
        yield office


def test_each_language_says_in_words_how_far_it_is_and_who_reads_it(office: Office) -> None:
    with office.work.database.writing() as session:
        for number, language in enumerate(("es", "es", "ht")):
            session.add(Contact(phone=f"+1617555{number:04d}", language=language, created_at=clock.now()))
        accept_language(session, "ht", accepted_by="principal@school.example.org")
    text = visit(office, Role.COORDINATOR, "Ana").open("/wording/").text
    assert re.search(
        r"Español Spanish Families 2 Complete: all \d+ texts are there. 0 reviewed, \d+ await native review\.", text
    )
    assert re.search(r"Haitian Creole Families 1 Complete: .*? await native review and are sent so\.", text)
    assert "No text waits for a review." in text


def test_the_list_is_narrowed_by_its_address_and_shows_fifty_rows(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "en", "ht")
    first = ana.open("/wording/texts")
    assert "Texts in Haitian Creole" in first.text, "the first language of hers that is translated"
    assert first.source.count('<a class="main"') == 50
    pages = re.search(r"Page 1 of (\d+), ", first.text)
    assert pages
    last = ana.open(f"/wording/texts?language=es&page={pages[1]}")
    assert f"Page {pages[1]} of {pages[1]}" in last.text
    assert 0 < last.source.count('<a class="main"') <= 50
    found = ana.open("/wording/texts?language=es&q=chequeo+gratis+de+la+vista&group=screenings")
    assert found.source.count('<a class="main"') == 1
    assert "Free vision screening" in found.text
    assert 'lang="es" dir="ltr">{sender}: Chequeo gratis' in found.source
    assert "No text is like this." in ana.open("/wording/texts?language=es&state=missing").text
    assert "Texts in Haitian Creole" in ana.open("/wording/texts?language=xx&state=odd&page=-1").text
    assert "Help" in ana.open("/wording/texts?language=ar&group=replies").text


def test_the_page_sets_language_and_direction_beside_the_english(office: Office) -> None:
    page = visit(office, Role.COORDINATOR, "Ana").open(f"/wording/text/ar/{VISION}")
    assert "{sender}: Free check of your child's eyes" in page.text
    assert re.search(r'<textarea[^>]*lang="ar" dir="rtl"', page.source)
    assert re.search(r'<div class="bubble" lang="ar" dir="rtl">', page.source)
    assert "Awaits review" in page.text
    assert "It is not sent before somebody reviews it." in page.text


def test_a_text_goes_from_draft_through_review_to_families(office: Office) -> None:
    ana, rosa = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.RESPONDER, "Rosa", "es")
    assert "It waits for review now, by somebody else who reads Spanish." in press(ana, "submit", text=BETTER).text
    assert "1 text waits for your review" in rosa.open("/wording/").text
    assert "1 text waits for somebody else's review" in ana.open("/wording/").text
    waiting = rosa.open(ADDRESS)
    assert "Written by Ana" in waiting.text
    assert "<textarea" not in waiting.source, "a responder reviews and does not write"
    assert "Reviewed. From now on families get this text" in press(rosa, "approve").text
    page = ana.open(ADDRESS)
    assert "Rosa reviewed it" in page.text
    assert re.search(r"Rosa reviewed it: families get it.*Ana sent it to review.*Ana wrote it", page.text)
    row = stored(office)
    assert row
    assert (row.state, row.released, row.reviewed_by_id) == (WordingState.REVIEWED, BETTER, rosa.id)


def test_the_bar_counts_what_waits_for_me_alone(office: Office) -> None:
    ana, rosa = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.RESPONDER, "Rosa", "es")
    remy = visit(office, Role.RESPONDER, "Remy", "ht")
    press(ana, "submit", text=BETTER)
    counts = {
        name: re.findall(r'Wording</span>\s*<span class="waits ">(\d+)', visitor.open("/").source)
        for name, visitor in {"rosa": rosa, "remy": remy, "ana": ana}.items()
    }
    assert counts == {"rosa": ["1"], "remy": [], "ana": []}


def test_the_bar_counts_as_the_queue_does_whoever_looks(office: Office) -> None:
    """Texts in and out of her languages, of other partners, of an English that has changed, and her own."""
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    own = own_text(office, "Clinic").partition("/es/")[2]
    _put_in_review(office, "reply:help", "es", ana.id)
    for context, language in (("reply:help", "ht"), ("category:food", "es"), ("category:food", "ht")):
        _put_in_review(office, context, language)
    for context in ("gone:text", own):
        _put_in_review(office, context, "es")
    people = [
        ana,
        visit(office, Role.RESPONDER, "Rosa", "es", "ht"),
        visit(office, Role.RESPONDER, "Cleo", "es", partner="Clinic"),
        visit(office, Role.RESPONDER, "Sam", "es", partner="School"),
        visit(office, Role.ADMIN, "Ida"),
        visit(office, Role.VIEWER, "Vic", "es"),
    ]
    work = office.work
    with work.database.writing() as session:
        one = session.scalars(select(Wording).where(Wording.context == "category:food", Wording.language == "ht")).one()
        one.english_digest = digest("Another English")
    with work.database.reading() as session:
        counted = {}
        for person in people:
            me = session.get_one(Staff, person.id)
            counted[me.name] = count_mine(session, work.settings, me)
            assert counted[me.name] == sum(one.mine for one in review_queue(session, work.settings, me)), me.name
    assert counted == {"Ana": 2, "Rosa": 4, "Cleo": 3, "Sam": 2, "Ida": 0, "Vic": 0}


def _put_in_review(office: Office, context: str, language: str, by: int | None = None) -> None:
    with office.work.database.writing() as session:
        english = wording_for(session, office.work.settings, None).texts
        said = english[context].english if context in english else "Nobody says this"
        wording = hold_or_add(session, context, language, said, "Un texto", Origin.PERSON)
        wording.state, wording.written_by_id = WordingState.IN_REVIEW, by


def test_a_text_that_stops_at_the_check_is_kept_as_a_draft_and_says_why(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    wrong = BETTER.replace("{time}, ", "").replace("HABLAR", "YES")
    page = press(ana, "submit", text=wrong)
    assert page.status == 422
    assert "Your text is saved as a draft. It cannot go to review before you mend what stands under it." in page.text
    assert "{time} is missing." in page.text
    assert "YES cannot be asked for as an answer" in page.text
    assert typed(page) == wrong
    row = stored(office)
    assert row
    assert (row.state, row.text) == (WordingState.DRAFT, wrong)


def test_a_text_that_is_too_long_does_not_go_to_review(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    page = press(ana, "submit", text=BETTER + " Nos vemos pronto, querida familia." * 4)
    assert page.status == 422
    assert re.search(r"\d segments with sample values .*longer than this text may be", page.text)


def test_the_writer_does_not_review_her_own_text(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    press(ana, "submit", text=BETTER)
    page = ana.open(ADDRESS)
    assert "You cannot review it: you wrote this text yourself; somebody else must review it." in page.text
    refused = press(ana, "approve")
    assert refused.status == 422
    assert "You wrote this text yourself; somebody else must review it." in refused.text
    assert getattr(stored(office), "state", None) is WordingState.IN_REVIEW


def test_an_admin_may_when_she_says_why(office: Office) -> None:
    ruth = visit(office, Role.ADMIN, "Ruth")
    press(ruth, "submit", text=BETTER)
    assert press(ruth, "approve", reason="no").status == 422
    assert "Reviewed." in press(ruth, "approve", reason="Dr. Ortiz read it on paper").text
    assert "Dr. Ortiz read it on paper" in ruth.open(ADDRESS).text


def test_a_text_is_sent_back_with_a_remark(office: Office) -> None:
    ana, rosa = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.RESPONDER, "Rosa", "es")
    press(ana, "submit", text=BETTER)
    empty = press(rosa, "send_back", remark="")
    assert empty.status == 422
    assert "Say in 3 to 400 characters what is wrong with it." in empty.text
    press(rosa, "send_back", remark="Nobody here says ojos")
    assert "It came back from review: “Nobody here says ojos”" in ana.open(ADDRESS).text


def test_a_reader_puts_her_name_to_a_shipped_translation(office: Office) -> None:
    rosa = visit(office, Role.RESPONDER, "Rosa", "es")
    page = rosa.open(ADDRESS)
    assert "Shipped with the program" in page.text
    assert "Reviewed. Your name stands beside this text." in press(rosa, "sign", read=hidden(page, "read")).text
    row = stored(office)
    assert row
    assert (row.origin, row.released) == (Origin.SHIPPED, SHIPPED)
    assert press(rosa, "sign", f"/wording/text/ht/{VISION}", read="something else").status == 422


def test_a_native_reader_goes_from_one_shipped_text_to_the_next(office: Office) -> None:
    rosa = visit(office, Role.RESPONDER, "Rosa", "es")
    address, read = ADDRESS, []
    for _ in range(3):
        page = rosa.open(address)
        read.append(address)
        press(rosa, "sign", address, page, read=hidden(page, "read"))
        found = re.search(r'href="([^"]+)">Next text that awaits native review', rosa.open(address).source)
        assert found
        address = found[1]
    assert len({*read, address}) == 4
    assert "Next text that awaits" not in rosa.open(f"/wording/text/ht/{VISION}").text, "she does not read it"


def test_an_answer_says_that_families_get_it_before_its_review(office: Office) -> None:
    page = visit(office, Role.COORDINATOR, "Ana", "es").open("/wording/text/es/reply:help")
    assert "Families get this answer all the same" in page.text


def test_a_text_is_taken_out_of_use_with_a_reason(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    page = press(ana, "withdraw", remark="It names the wrong school")
    assert "This text is out of use." in page.text
    assert "Ana took it out of use: “It names the wrong school”" in page.text
    assert "1 draft" in ana.open("/wording/").text
    again = press(ana, "withdraw", remark="Once more")
    assert "there is nothing to take out of use" in again.text


def test_two_who_write_at_once_are_told_and_lose_nothing(office: Office) -> None:
    ana, ben = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.COORDINATOR, "Ben", "es")
    opened = ana.open(ADDRESS)
    press(ben, "save", text=BETTER)
    mine = BETTER.replace("hijo", "niño")
    told = press(ana, "save", page=opened, text=mine)
    assert told.status == 409
    assert "Somebody else changed this text meanwhile" in told.text
    assert "As it stands now, by Ben" in told.text
    assert BETTER in told.text
    assert typed(told) == mine
    assert getattr(stored(office), "text", None) == BETTER
    assert "The draft is saved." in press(ana, "save", page=told, text=mine).text
    assert getattr(stored(office), "text", None) == mine


def test_a_reviewer_approves_what_she_read_and_nothing_newer(office: Office) -> None:
    ana, rosa = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.RESPONDER, "Rosa", "es")
    press(ana, "submit", text=BETTER)
    read = rosa.open(ADDRESS)
    press(ana, "submit", text=BETTER.replace("hijo", "niño"))
    assert press(rosa, "approve", page=read).status == 409
    assert getattr(stored(office), "state", None) is WordingState.IN_REVIEW


def test_english_that_changed_under_the_writer_is_told(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    told = press(ana, "save", text=BETTER, english="0" * 64)
    assert told.status == 422
    assert "The English changed after you opened this page" in told.text
    assert typed(told) == BETTER
    assert stored(office) is None


def test_the_check_answers_as_the_text_is_typed_and_by_a_button(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana", "es")
    fancy = BETTER.replace("No pedimos", "“No” pedimos").replace("{place}", "")
    part = ana.send(f"{ADDRESS}/check", text=fancy)
    assert part.text.startswith("To mend 1 thing to mend before it can go")
    assert "{place} is missing." in part.text
    assert 'Saving writes plainly: “ becomes ", ” becomes ".' in part.text
    assert "<html" not in part.source
    page = press(ana, "check", text=fancy)
    assert "{place} is missing." in page.text
    assert typed(page) == fancy
    assert stored(office) is None, "checking keeps nothing"
    sound = ana.send(f"{ADDRESS}/check", text=BETTER)
    assert re.search(r"Sound The checks find nothing that stops it, 3 segments\..*UCS-2. é? ?á", sound.text)


def test_letters_that_cost_without_need_are_named_with_what_to_write(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana")
    part = ana.send(f"/wording/text/ht/{VISION}/check", text="{sender}: Tés je gratis pou timoun ÿo.")
    assert "Advice. Nothing is kept back because of it." in part.text
    assert "ÿ makes this text dearer; write y." in part.text.replace("Ÿ", "ÿ")


def test_an_older_translation_is_shown_when_the_english_has_changed(office: Office) -> None:
    ana, rosa = visit(office, Role.COORDINATOR, "Ana", "es"), visit(office, Role.RESPONDER, "Rosa", "es")
    address = own_text(office)
    spanish = "{sender}: Clases de natación gratis, {place}. Para parar: STOP."
    press(ana, "submit", address, text=spanish)
    with office.work.database.writing() as session:
        pack = next(pack for pack in packs_for(session, office.work.settings, None).values() if "own/" in pack.id)
        english = "{sender}: Free swimming lessons and lunch at {place}. Text STOP to stop."
        change(session, office.work.settings, pack.id, reword(pack, "invitation", english), by=None, version=1)
    page = ana.open(address)
    assert "Out of date" in page.text
    assert typed(page) == spanish
    assert "The English it was made from{sender}: Free swimming lessons at {place}." in page.text
    assert "your review" not in rosa.open("/wording/").text, "it waits for its writer"
    assert press(rosa, "approve", address).status == 422


def test_an_unknown_button_is_refused(office: Office) -> None:
    ana = visit(office, Role.COORDINATOR, "Ana")
    assert press(ana, "explode").status == 400
    assert press(ana, "save", text=BETTER, version="x").status == 409
