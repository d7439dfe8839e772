"""Running queued jobs in this process, with RQ's own worker."""

import warnings

from rq import Queue, SimpleWorker

from outreach.queues import QUEUES
from outreach.runtime import Runtime


def run_jobs(work: Runtime) -> None:
    """Until the queues are empty."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        SimpleWorker([Queue(name, connection=work.redis) for name in QUEUES], connection=work.redis).work(
            burst=True, logging_level="ERROR"
        )
