"""Live news for open pages: changes are gathered and sent a few times a second as server-sent events."""

import asyncio
from collections.abc import Callable

from outreach.simulator.messages import Message

BEAT = 0.25  # seconds between two news
MOST = 120  # texts in one news; a flood shows its newest


class Events:
    """Pages subscribe; while none does, a change costs one truth test."""

    def __init__(self, tell: Callable[[list[Message]], str]) -> None:
        self.tell = tell  # renders changed texts to one line of JSON
        self.subscribers: set[asyncio.Queue[str]] = set()
        self.changed: dict[str, Message] = {}
        self.task: asyncio.Task[None] | None = None

    def note(self, message: Message) -> None:
        if not self.subscribers:
            return
        self.changed.pop(message.sid, None)
        self.changed[message.sid] = message
        if len(self.changed) > MOST:
            del self.changed[next(iter(self.changed))]

    def start(self) -> None:
        self.task = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        if self.task:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        for queue in self.subscribers:
            queue.put_nowait("")

    def subscribe(self) -> asyncio.Queue[str]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        self.subscribers.add(queue)
        return queue

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            if not self.changed or not self.subscribers:
                continue
            news, self.changed = self.tell(list(self.changed.values())), {}
            self.send(news)

    def send(self, news: str) -> None:
        """One line of JSON to every open page."""
        for queue in self.subscribers:
            if queue.qsize() < 20:  # a page that does not read misses news, and sees all on its next load
                queue.put_nowait(news)
