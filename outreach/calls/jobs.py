"""The job that looks up calls of which nothing was heard: safe to run at once, and twice."""

from outreach import runtime
from outreach.calls.lookup import due_calls, look_up


def sweep() -> None:
    work = runtime.current()
    if not work.settings.voice_number:
        return
    with work.database.reading() as session:
        due = due_calls(session)
    for call_id in due:
        if not look_up(work, call_id):  # the carrier is away: the others are asked about in the next sweep
            break
