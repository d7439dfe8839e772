"""The jobs that work uploaded directories off: safe to run at once, and again."""

import logging

from outreach import queues, runtime
from outreach.resources.own_categories import OwnCategoryError, all_rules
from outreach.resources.upkeep import uploads

log = logging.getLogger(__name__)


def sweep() -> None:
    """Find uploads whose wake-up was lost, and let old ones go."""
    work = runtime.current()
    with work.database.writing() as session:
        uploads.forget_old(session)
        if uploads.waiting_uploads(session):
            queues.wake_after_commit(session, work.redis, uploads.CALL)


def work_off() -> None:
    """Look at, or import, every upload that waits."""
    work = runtime.current()
    queues.awake(work.redis, uploads.CALL)
    try:
        rules = all_rules(work.settings.content)
    except OwnCategoryError as error:
        log.error("no directory is imported: %s", error)
        return
    with work.database.reading() as session:
        waiting = uploads.waiting_uploads(session)
    for upload_id in waiting:
        uploads.work_off(work.database, upload_id, rules)
