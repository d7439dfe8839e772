"""Packs that coordinators write: read strictly, kept apart by partner, and released language by language."""

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.campaigns.launch import LaunchError, launch
from outreach.campaigns.models import OwnPack
from outreach.campaigns.own_packs import (
    OwnPackError,
    PackConflictError,
    archive,
    change,
    create,
    create_from,
    find_own,
    find_pack,
    list_own,
    own_id,
    packs_for,
    restore,
)
from outreach.campaigns.pack_writing import reword
from outreach.campaigns.packs import Kind, Pack, PackError, packs_at
from outreach.campaigns.plan import Plan, Request, make_plan
from outreach.campaigns.recipients import Recipients
from outreach.languages import LANGUAGES
from outreach.runtime import Runtime
from outreach.staff.accounts import add_staff, find_or_add_partner
from outreach.staff.models import AuditEntry, Role, Staff
from outreach.wording.acceptance import accept_language
from outreach.wording.catalog import ReviewState
from outreach.wording.library import read_library
from outreach.wording.models import Text
from outreach.wording.record import find_wording
from outreach.wording.review import approve, submit, write
from tests.admin.office import open_office
from tests.cli.conftest import outreach
from tests.support.campaigns import find_campaign, messages, tick
from tests.support.factories import NOON
from tests.support.sending import ON_SQLITE, make_family

DOCUMENT = """\
# our own
title: Swimming lessons
topic: parenting
kind: broadcast
summary: Invites families to the pool.
fields:
  place: {type: text, label: Where, sample: City Pool}
timeline:
  - step: invitation
    when: at launch
    text: "{sender}: Free swimming lessons for children at {place}. Text STOP to stop."
"""
ENGLISH = "{sender}: Free swimming lessons for children at {place}. Text STOP to stop."
SPANISH = "{sender}: Clases de natación gratis para niños en {place}. Envíe STOP para no recibir más."


def person(work: Runtime, name: str, partner: str | None = None, role: Role = Role.COORDINATOR) -> Staff:
    with work.database.writing() as session:
        found = find_or_add_partner(session, partner) if partner else None
        staff = add_staff(session, f"{name}@example.org", role, "twelve letters", partner=found, languages=["es"])
        staff.partner  # noqa: B018 - read while the session is open
        return staff


def make(work: Runtime, by: Staff | None = None, document: str = DOCUMENT) -> str:
    with work.database.writing() as session:
        return own_id(create(session, work.settings, document, by=by))


def seen(work: Runtime, staff: Staff | None) -> list[str]:
    with work.database.reading() as session:
        return [pack for pack in packs_for(session, work.settings, staff) if pack.startswith("own/")]


def read(work: Runtime, pack_id: str) -> Pack:
    with work.database.reading() as session:
        pack = find_pack(session, work.settings, pack_id)
        assert pack
        return pack


def test_a_pack_is_written_and_read_like_a_shipped_one(work: Runtime) -> None:
    ana = person(work, "ana")
    pack = read(work, make(work, ana))
    assert (pack.title, pack.topic, pack.kind) == ("Swimming lessons", "parenting", Kind.BROADCAST)
    assert pack.steps[0].context == f"{pack.id}:invitation"
    assert (pack.folder, pack.name) == ("own", pack.id.removeprefix("own/"))
    assert pack.document == DOCUMENT
    with work.database.reading() as session:
        packs = packs_for(session, work.settings, ana)
        assert list(packs) == [*packs_at(work.settings.content / "campaigns"), pack.id]
        assert [entry.action for entry in session.scalars(select(AuditEntry))] == ["pack.created"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title: Swimming", "titel: Swimming", "own/new.yaml, line 2: unknown key 'titel'"),
        ("topic: parenting", "topic: swimming", "own/new.yaml, line 3: topic 'swimming' is none of coping_skills,"),
        ("{place}", "{pool}", "own/new.yaml, line 11: step 'invitation': {pool} is not a field"),
        ("Text STOP to stop.", "Text YES to come.", "own/new.yaml, line 11: step 'invitation':"),
        ("summary: Invites", "summary: &a Invites\nguidance: [*a] #", "a pack has no aliases (*name)"),
        ("summary: Invites", "summary: " + "[" * 3000, "not readable as YAML"),
        ("# our own", "#" * 40_000, "own/new.yaml, line 1: a pack has at most 40000 characters"),
    ],
)
def test_a_pack_with_a_mistake_is_refused_with_its_line(work: Runtime, old: str, new: str, says: str) -> None:
    assert old in DOCUMENT
    with work.database.writing() as session:
        with pytest.raises(PackError) as caught:
            create(session, work.settings, DOCUMENT.replace(old, new, 1), by=None)
        assert any(says in str(problem) for problem in caught.value.problems), caught.value.problems
        assert session.scalars(select(OwnPack)).all() == []


def test_a_copy_of_a_shipped_pack_keeps_the_translations_of_what_it_leaves_alone(work: Runtime) -> None:
    shipped = packs_at(work.settings.content / "campaigns")["coping_skills/worried_child"]
    first, *others = shipped.steps
    with work.database.writing() as session:
        row = create_from(session, work.settings, shipped, by=None)
        assert (row.based_on, row.document) == (shipped.id, shipped.document)
        reworded = reword(shipped, first.name, "{sender}: Every child worries. Text STOP to stop.")
        change(session, work.settings, own_id(row), reworded, by=None, version=1)
    pack = read(work, own_id(row))
    assert pack.steps[0].english == "{sender}: Every child worries. Text STOP to stop."
    with work.database.reading() as session:
        library = read_library(session, work.settings.content / "locales")
        assert library.find("es", pack.steps[0].context, pack.steps[0].english).state is ReviewState.MISSING
        for mine, original in zip(pack.steps[1:], others, strict=True):
            translated = library.find("es", original.context, original.english)
            if translated.text:  # while its English stands
                assert library.find("es", mine.context, mine.english) == translated


def test_a_change_is_a_version_and_two_at_once_do_not_overwrite_each_other(work: Runtime) -> None:
    pack_id = make(work)
    other = DOCUMENT.replace("Swimming lessons\n", "Swimming\n")
    with work.database.writing() as session:
        row = change(session, work.settings, pack_id, other, by=None, version=1)
        assert (row.title, row.version) == ("Swimming", 2)
        assert change(session, work.settings, pack_id, other, by=None, version=1).version == 2
        with pytest.raises(PackConflictError) as caught:
            change(session, work.settings, pack_id, DOCUMENT, by=None, version=1)
        with pytest.raises(PackError):
            change(session, work.settings, pack_id, "title: [", by=None, version=2)
    assert (caught.value.stored, caught.value.typed, caught.value.version) == (other, DOCUMENT, 2)
    with work.database.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry
        assert (entry.action, entry.details) == ("pack.changed", {"version": 2, "steps": []})


def test_a_partner_sees_its_own_packs_and_everybodys(work: Runtime) -> None:
    ana, bea, boss = person(work, "ana", "Lincoln"), person(work, "bea", "Garfield"), person(work, "boss")
    lincolns, everybodys = make(work, ana), make(work, boss)
    assert (seen(work, ana), seen(work, bea)) == ([lincolns, everybodys], [everybodys])
    assert seen(work, boss) == seen(work, None) == [lincolns, everybodys]
    with work.database.writing() as session:
        assert find_own(session, work.settings, lincolns, bea) is None
        found = find_own(session, work.settings, lincolns, ana)
        assert found
        assert found.pack
        with pytest.raises(OwnPackError, match="there is no pack"):
            change(session, work.settings, lincolns, DOCUMENT + "# more\n", by=bea, version=1)
        with pytest.raises(OwnPackError, match="there is no pack"):
            archive(session, lincolns, by=bea)
        with pytest.raises(OwnPackError, match="this pack is everybody's; make a copy"):
            change(session, work.settings, everybodys, DOCUMENT + "# more\n", by=bea, version=1)
        assert find_pack(session, work.settings, lincolns)  # what a campaign was made from has a title for everybody


def test_an_archived_pack_is_not_launched_and_can_be_taken_out_again(work: Runtime) -> None:
    pack_id = make(work)
    with work.database.writing() as session:
        archive(session, pack_id, by=None)
        assert [stored.row.id for stored in list_own(session, work.settings, None)] == []
        assert [own_id(stored.row) for stored in list_own(session, work.settings, None, archived=True)] == [pack_id]
    assert seen(work, None) == []
    assert read(work, pack_id).title == "Swimming lessons"
    with work.database.writing() as session:
        restore(session, pack_id, by=None)
    assert seen(work, None) == [pack_id]


@ON_SQLITE
def test_a_pack_that_cannot_be_read_any_more_is_listed_with_its_problems(work: Runtime) -> None:
    pack_id = make(work)
    with work.database.writing() as session:
        session.scalars(select(OwnPack)).one().document = DOCUMENT.replace("parenting", "gone")
    assert seen(work, None) == []
    with work.database.reading() as session:
        (stored,) = list_own(session, work.settings, None)
    assert stored.pack is None
    assert [(problem.file, problem.line) for problem in stored.problems] == [(f"{pack_id}.yaml", 3)]


@ON_SQLITE
@pytest.mark.parametrize("pack_id", ["own/", "own/0", "own/x", "own/99", "own/²", "own/1/2", f"own/{2**40}", "no/pack"])
def test_an_id_of_no_pack_finds_none(work: Runtime, pack_id: str) -> None:
    with work.database.reading() as session:
        assert find_pack(session, work.settings, pack_id) is None
        assert find_own(session, work.settings, pack_id, None) is None


# The gate


def plan(work: Runtime, pack_id: str, **choices: str) -> Plan:
    with work.database.writing() as session:
        request = Request(
            packs_for(session, work.settings, None)[pack_id],
            Recipients.read("everyone", tuple(LANGUAGES)),
            {"place": "City Pool"},
            choices=choices,
        )
        return make_plan(session, work.settings, read_library(session, work.settings.content / "locales"), request)


def launch_it(work: Runtime, planned: Plan) -> int:
    with work.database.writing() as session:
        return launch(session, work.redis, work.settings, planned).id


def refused(work: Runtime, pack_id: str, says: str) -> None:
    planned = plan(work, pack_id)
    (problem,) = planned.problems
    assert problem.startswith(says)
    with pytest.raises(LaunchError):
        launch_it(work, planned)


def write_spanish(work: Runtime, context: str, text: str = SPANISH) -> None:
    with work.database.writing() as session:
        found = find_wording(session, context, "es")
        write(session, context, "es", ENGLISH, text, by=None, version=found.version if found else 0)


def submit_spanish(work: Runtime, context: str) -> None:
    with work.database.writing() as session:
        found = find_wording(session, context, "es")
        assert found
        submit(session, context, "es", by=None, version=found.version)


def approve_spanish(work: Runtime, context: str, by: Staff) -> None:
    with work.database.writing() as session:
        found = find_wording(session, context, "es")
        assert found
        approve(session, context, "es", ENGLISH, by=by, version=found.version)


def test_own_wording_leaves_when_it_is_reviewed_and_not_before(work: Runtime) -> None:
    make_family(work, 0, language="en")
    make_family(work, 1, language="es")
    rosa = person(work, "rosa")
    context = f"{make(work)}:invitation"
    pack_id = context.partition(":")[0]
    with work.database.writing() as session:
        accept_language(session, "es", accepted_by="a test")  # of shipped wording: it lets no draft through
    with clock.frozen(NOON):
        refused(work, pack_id, "Spanish, 1 family: the wording is missing")
        write_spanish(work, context)
        refused(work, pack_id, "Spanish, 1 family: the wording is a draft that nobody has reviewed")
        submit_spanish(work, context)
        refused(work, pack_id, "Spanish, 1 family: the wording waits for somebody here to review")
        (problem,) = plan(work, pack_id, en="es").problems[:1]
        assert problem == "en cannot fall back to es: that wording is not ready"
        approve_spanish(work, context, rosa)
        campaign_id = launch_it(work, plan(work, pack_id))
        assert find_campaign(work, campaign_id).pack == pack_id
        # What runs keeps its texts, whatever is written now.
        write_spanish(work, context, SPANISH.replace("Clases", "Cursos"))
        with work.database.writing() as session:
            change(session, work.settings, pack_id, DOCUMENT.replace("Free s", "S"), by=None, version=1)
        tick(work, NOON)
    with work.database.reading() as session:
        left = [session.get_one(Text, message.text_id).body for message in messages(work) if message.text_id]
        assert sorted(left) == [
            "Riverside: Clases de natación gratis para niños en City Pool. Envíe STOP para no recibir más.",
            "Riverside: Free swimming lessons for children at City Pool. Text STOP to stop.",
        ]


def test_a_reviewed_text_goes_while_a_newer_one_is_worked_on_and_the_plan_says_so(work: Runtime) -> None:
    make_family(work, 1, language="es")
    context = f"{make(work)}:invitation"
    pack_id = context.partition(":")[0]
    write_spanish(work, context)
    submit_spanish(work, context)
    approve_spanish(work, context, person(work, "rosa"))
    assert not plan(work, pack_id).wordings["es"].newer
    write_spanish(work, context, SPANISH.replace("Clases", "Cursos"))
    planned = plan(work, pack_id)
    assert planned.problems == ()
    assert planned.wordings["es"].newer
    assert "Clases" in planned.wordings["es"].steps[0].text


def test_a_draft_can_be_seen_in_the_preview(work: Runtime) -> None:
    make_family(work, 1, language="es")
    context = f"{make(work)}:invitation"
    write_spanish(work, context)
    (step,) = plan(work, context.partition(":")[0]).wordings["es"].steps
    assert (step.state, step.text) == (ReviewState.DRAFT, SPANISH.format(sender="Riverside", place="City Pool"))


def test_a_changed_english_makes_its_translations_stale(work: Runtime) -> None:
    make_family(work, 1, language="es")
    context = f"{make(work)}:invitation"
    pack_id = context.partition(":")[0]
    write_spanish(work, context)
    submit_spanish(work, context)
    approve_spanish(work, context, person(work, "rosa"))
    with work.database.writing() as session:
        change(session, work.settings, pack_id, DOCUMENT.replace("Free s", "S"), by=None, version=1)
    assert plan(work, pack_id).problems[0].startswith("Spanish, 1 family: the wording is stale")
    with work.database.writing() as session:  # taken back: what was reviewed for it counts again
        change(session, work.settings, pack_id, DOCUMENT, by=None, version=2)
    assert plan(work, pack_id).problems == ()


def test_the_command_line_previews_and_launches_it_by_its_id(work: Runtime) -> None:
    make_family(work, 0, language="en")
    pack_id = make(work)
    (shown,) = outreach("campaigns", "preview", pack_id, "--language", "en", "--json").json
    assert shown["text"] == "Riverside: Free swimming lessons for children at City Pool. Text STOP to stop."
    done = outreach("campaigns", "launch", pack_id, "--to", "everyone", "--set", "place=City Pool")
    assert (done.status, done.err.splitlines()[0]) == (0, "1 family, 1 text, 1 segment, $0.01")
    assert find_campaign(work, int(done.out)).title == "Swimming lessons"


def test_its_page_is_found_by_its_own_staff_and_not_by_another_partners(environment: dict[str, str]) -> None:
    with open_office(environment) as office:
        with office.work.database.writing() as session:
            lincoln = find_or_add_partner(session, "Lincoln")
            row = create(session, office.work.settings, DOCUMENT, by=None)
            row.partner = lincoln
        pack_id = own_id(row)
        ana = office.visit(Role.COORDINATOR)
        with office.work.database.writing() as session:
            session.get_one(Staff, ana.id).partner_id = lincoln.id
        assert "Swimming lessons" in ana.open("/campaigns/new/").text
        assert "Swimming lessons" in ana.open(f"/campaigns/new/{pack_id}").text
        with office.work.database.writing() as session:
            session.get_one(Staff, ana.id).partner = find_or_add_partner(session, "Garfield")
        assert "Swimming lessons" not in ana.open("/campaigns/new/").text
        assert ana.open(f"/campaigns/new/{pack_id}").status == 404
