"""Texts per second from a full outbox to the carrier, against the bare SDK with as many requests in flight."""

import time
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

from sqlalchemy import text

from benchmarks import bare_sdk
from benchmarks.community import analyze, fill_contacts, launch_campaign
from benchmarks.deployment import Deployment, Memory, Options, deploy
from outreach import clock, queues
from outreach.campaigns.runs import fire
from outreach.outgoing.dispatch import IN_FLIGHT
from outreach.outgoing.outbox import dispatch_call

WARM_UP = 512  # texts for each worker, before anything is measured
MOST_BARE = 10_000  # texts that are enough to know the limit
WAKE_SECONDS = 0.25  # as the scheduler and the jobs themselves call for hands, only more often
SLOWEST = 20  # texts a second; what is slower has failed

DUE = "SELECT EXISTS (SELECT 1 FROM messages WHERE status IN ('queued', 'held'))"
IN_HAND = "SELECT EXISTS (SELECT 1 FROM messages WHERE status IN ('sending', 'unknown'))"
TAKEN = "SELECT count(*) FROM messages WHERE source_id = :run AND sent_at IS NOT NULL"


def measure(options: Options) -> dict[str, object]:
    """`workers` real worker processes send `size` texts of a real run at a carrier `latency` milliseconds away."""
    with deploy(options) as deployment:
        limit = _measure_bare(deployment, options)
        if options.callbacks:
            deployment.start_web()
        workers = [deployment.start("worker", "bulk", "default") for _ in range(options.workers)]
        fill_contacts(deployment.work, min(WARM_UP, options.size) * options.workers)
        _send(deployment, _fire_quietly(deployment))
        fill_contacts(deployment.work, options.size)
        run = _fire_quietly(deployment)
        analyze(deployment.work)
        deployment.phones.control("reset", {})
        with Memory(workers) as memory:
            seconds = _send(deployment, run)
        stats = deployment.phones.stats()
        with deployment.work.database.reading() as session:
            taken = session.scalar(text(TAKEN), {"run": run})
    if not stats["taken"] == taken == options.size or stats["duplicates"]:
        raise RuntimeError(f"{options.size} texts, {stats['taken']} at the carrier, {taken} recorded")
    figure = stats["per_second"]
    return {
        "figure": round(figure),
        "unit": "texts/s",
        "limit": round(limit),
        "limit_is": f"bare SDK, {IN_FLIGHT} requests in flight, {options.workers} processes",
        "ratio": round(figure / limit, 3),
        "recorded_per_second": round(options.size / seconds),
        "ms_per_text": round(seconds / options.size * 1000, 3),
        "worker_mb": {"first": memory.first, "last": memory.last, "most": memory.most},
        "callbacks": options.callbacks,
    }


def _measure_bare(deployment: Deployment, options: Options) -> float:
    """Texts a second at the carrier, from the first to the last, by as many processes as there will be workers."""
    each = max(1, min(options.size, MOST_BARE) // options.workers)
    context = get_context("spawn")
    status_url = f"{deployment.web_url}/twilio/status"
    ready: Barrier = context.Barrier(options.workers + 1)
    processes = [
        context.Process(
            target=bare_sdk.send,
            args=(
                ready,
                deployment.phones.url,
                number,
                min(WARM_UP, each),
                each,
                status_url,
            ),
        )
        for number in range(options.workers)
    ]
    for process in processes:
        process.start()
    ready.wait(120)
    deployment.phones.control("reset", {})
    ready.wait(120)
    for process in processes:
        process.join(each / SLOWEST + 60)
    return float(deployment.phones.stats()["per_second"])


def _fire_quietly(deployment: Deployment) -> int:
    """A due run, its recipients fixed, and nobody called: the workers listen to another database of Redis."""
    work = deployment.work
    run = launch_campaign(work)
    with queues.connect(f"{deployment.environment['REDIS_URL'].removesuffix('/0')}/1") as elsewhere:
        elsewhere.flushdb()
        fire(work.database, elsewhere, run, clock.now())
    return run


def _send(deployment: Deployment, run: int) -> float:
    """Call the workers until every text of the run is recorded as taken; how many seconds that took."""
    work = deployment.work
    with work.database.reading() as session:
        size = session.scalar(text("SELECT count(*) FROM messages WHERE source_id = :run"), {"run": run}) or 0
    started = time.perf_counter()
    while _is_open(deployment):
        if time.perf_counter() - started > 120 + size / SLOWEST:
            raise RuntimeError(f"{size} texts did not leave in time")
        queues.wake(work.redis, dispatch_call(urgent=False))
        time.sleep(WAKE_SECONDS)
    return time.perf_counter() - started


def _is_open(deployment: Deployment) -> bool:
    with deployment.work.database.reading() as session:
        return bool(session.scalar(text(DUE))) or bool(session.scalar(text(IN_HAND)))
