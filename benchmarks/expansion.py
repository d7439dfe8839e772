"""Rows per second as a run's recipients are fixed, against the bare INSERT … SELECT of the same rows."""

import time

from sqlalchemy import text

from benchmarks.community import analyze, fill_contacts, launch_campaign
from benchmarks.deployment import Options, deploy, in_new_process
from outreach import clock
from outreach.campaigns.runs import fire
from outreach.outgoing.outbox import SELECTED
from outreach.runtime import Runtime
from outreach.settings import Settings

# The columns of SELECTED in their order. Consent decides which rows enter the index of due texts, as in a real run.
BARE = """
INSERT INTO messages ({columns})
SELECT 'run', :run, '', id, phone, :text_id, language, 'campaign', 'screenings', 4,
       CASE consent WHEN 'subscribed' THEN 'queued' ELSE 'skipped' END, NULL, :now, :now, 0, :now
FROM contacts WHERE true ON CONFLICT DO NOTHING
"""


def measure(options: Options) -> dict[str, object]:
    """Fix the recipients of a real campaign for `size` contacts in four languages, one in seven not to be texted."""
    with deploy(options) as deployment:
        work = deployment.work
        fill_contacts(work, options.size, mixed=True)
        run = launch_campaign(work)
        bare = _insert_bare(work, run)
        _wipe(work)
        (made, seconds), peak = in_new_process(fire_run, deployment.environment, run)
    if made != options.size:
        raise RuntimeError(f"{made} of {options.size} recipients were fixed")
    return {
        "figure": round(made / seconds),
        "unit": "rows/s",
        "limit": round(options.size / bare),
        "limit_is": "bare INSERT … SELECT of the same rows, one statement",
        "ratio": round(bare / seconds, 3),
        "seconds": round(seconds, 2),
        "limit_seconds": round(bare, 2),
        "peak_mb": peak,
    }


def fire_run(environment: dict[str, str], run: int) -> tuple[int, float]:
    """Fire it as a worker does. Rows made, and seconds until the last was committed."""
    work = Runtime(Settings.from_env(environment))
    started = time.perf_counter()
    made = fire(work.database, work.redis, run, clock.now())
    seconds = time.perf_counter() - started
    work.close()
    return made, seconds


def _insert_bare(work: Runtime, run: int) -> float:
    with work.database.reading() as session:
        text_id = session.scalar(text("SELECT min(id) FROM texts"))
    postgres = work.database.engine.dialect.name == "postgresql"
    values = {"run": run, "text_id": text_id, "now": clock.now() if postgres else clock.now().replace(tzinfo=None)}
    started = time.perf_counter()
    with work.database.writing() as session:
        session.execute(text(BARE.format(columns=", ".join(SELECTED))), values)
    return time.perf_counter() - started


def _wipe(work: Runtime) -> None:
    """An empty table again, so that both insert into the same."""
    postgres = work.database.engine.dialect.name == "postgresql"
    with work.database.writing() as session:
        session.execute(text("TRUNCATE messages CASCADE" if postgres else "DELETE FROM messages"))
    analyze(work)
