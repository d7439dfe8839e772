"""A community of any size, made by SQL in seconds, and a campaign for it, launched as a person would."""

from sqlalchemy import text

from outreach import clock
from outreach.campaigns.launch import launch
from outreach.campaigns.packs import read_packs
from outreach.campaigns.plan import Request, make_plan
from outreach.campaigns.recipients import Recipients
from outreach.campaigns.wordings import LEAVE_OUT
from outreach.languages import LANGUAGES
from outreach.runtime import Runtime
from outreach.wording.catalog import read_translations

PACK = "screenings/vision"
VALUES = {"place": "Lincoln School gym", "date": "2099-12-05", "time": "10:00"}
FIRST_PHONE = 2_000_000
MOST = 8_000_000  # seven-digit numbers of one area code

# Of twenty contacts one said stop, one has not agreed; one of ten spoke about the topic, one in thirty against it.
MIXED = {
    "language": "CASE WHEN n % 10 < 1 THEN 'ht' WHEN n % 10 < 3 THEN 'pt_BR' WHEN n % 10 < 6 THEN 'es' ELSE 'en' END",
    "consent": "CASE n % 20 WHEN 7 THEN 'unsubscribed' WHEN 13 THEN 'pending' ELSE 'subscribed' END",
}
ALIKE = {"language": "'en'", "consent": "'subscribed'"}
CONTACTS = """
INSERT INTO contacts (phone, language, language_known, language_chosen, zones, consent, only_chosen_topics, created_at)
SELECT '+1617' || CAST({first} + n AS TEXT), {language}, true, false, 'America/New_York', {consent}, false, :now
FROM {series} WHERE true
"""
TOPICS = """
INSERT INTO contact_topics (contact_id, topic, consent)
SELECT id, 'screenings', CASE id % 3 WHEN 0 THEN 'unsubscribed' ELSE 'subscribed' END FROM contacts WHERE id % 10 = 0
"""
SERIES = {
    "postgresql": "generate_series(1, {size}) AS numbers(n)",
    "sqlite": "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT {size}) SELECT n FROM "
    "numbers)",
}


def phone(number: int) -> str:
    """The phone of the n-th contact, from 1."""
    return f"+1617{FIRST_PHONE + number}"


def fill_contacts(work: Runtime, size: int, *, mixed: bool = False) -> None:
    """That many contacts and no other: English and subscribed, or `mixed` in languages, consent and topics."""
    if not 0 < size <= MOST:
        raise ValueError(f"a size from 1 to {MOST}")
    dialect = work.database.engine.dialect.name
    series = SERIES[dialect].format(size=size)
    statement = CONTACTS.format(first=FIRST_PHONE, series=series, **(MIXED if mixed else ALIKE))
    with work.database.writing() as session:
        for table in ("receipts", "messages", "contact_topics", "contacts"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
        now = clock.now() if dialect == "postgresql" else clock.now().replace(tzinfo=None)
        session.execute(text(statement), {"now": now})
        if mixed:
            session.execute(text(TOPICS))
    analyze(work)


def analyze(work: Runtime) -> None:
    """What the database would do by itself a minute after so many rows came in."""
    with work.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        postgres = connection.dialect.name == "postgresql"
        connection.exec_driver_sql("VACUUM ANALYZE" if postgres else "ANALYZE")


def launch_campaign(work: Runtime) -> int:
    """Launch a shipped pack for everyone; its run is due and not yet fired. Returns the run's id."""
    content = work.settings.content
    choices = {"es": "en", "pt_BR": "en", "ht": LEAVE_OUT}
    request = Request(
        read_packs(content / "campaigns")[PACK], Recipients.read("everyone", tuple(LANGUAGES)), VALUES, choices=choices
    )
    with work.database.writing() as session:
        plan = make_plan(session, work.settings, read_translations(content / "locales"), request)
        campaign = launch(session, work.redis, work.settings, plan)
        return campaign.runs[0].id
