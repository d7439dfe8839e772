"""How gunicorn serves for `outreach web`: it logs as all our processes do, and its processes count together."""

import gc
from typing import Any

from gunicorn import glogging  # type: ignore[import-untyped]

from outreach import logs
from outreach.settings import Settings

loglevel = "warning"


class Logger(glogging.Logger):  # type: ignore[misc]
    """gunicorn's own words, through our handler and in our format."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        logs.set_up(Settings.from_env())
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True


logger_class = Logger


def post_worker_init(_worker: object) -> None:
    """The application is loaded and lives for good: collections need not walk it while a webhook waits."""
    gc.collect()
    gc.freeze()


def child_exit(_server: object, worker: Any) -> None:
    """A web process has ended: what it held at that moment counts no more; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead  # after the variable it reads is set

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
