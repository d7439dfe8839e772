"""What one process works with: settings, database, Redis and the carrier, made once and closed once."""

from dataclasses import dataclass
from functools import cached_property

from redis import Redis

from outreach import queues
from outreach.carriers.carrier import Carrier
from outreach.carriers.twilio import Twilio
from outreach.carriers.twilio_voice import TwilioVoice
from outreach.carriers.voice import Voice
from outreach.db import Database
from outreach.settings import Settings


@dataclass(eq=False)  # one a process: it is itself and nothing else
class Runtime:
    """Settings and the connections they lead to; each is opened when first used."""

    settings: Settings

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database_url)

    @cached_property
    def redis(self) -> Redis:
        self.settings.require("REDIS_URL")
        return queues.connect(self.settings.redis_url or "")

    @cached_property
    def carrier(self) -> Carrier:
        return Twilio(self.settings)

    @cached_property
    def voice(self) -> Voice:
        """ValueError when no number to call from is set: see Settings.voice_number."""
        return TwilioVoice(self.settings)

    def close(self) -> None:
        if "database" in self.__dict__:
            self.database.close()
        if "redis" in self.__dict__:
            self.redis.close()


_current: Runtime | None = None


def current() -> Runtime:
    """This process's runtime; the first call makes it from the environment."""
    global _current
    if _current is None:
        _current = Runtime(Settings.from_env())
    return _current


def use(runtime: Runtime | None) -> None:
    """Work with this runtime from now on: the web app's, a test's."""
    global _current
    _current = runtime
