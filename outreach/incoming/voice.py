"""Our words in one language: a reply text filled, the name of a kind of help. What a family hears, and a page shows."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.resources.own_categories import kind_name, own_categories
from outreach.settings import Settings
from outreach.wording.fields import Value, fill
from outreach.wording.library import reply_library
from outreach.wording.replies import CATEGORY_NAMES, REPLIES


@dataclass(frozen=True)
class Voice:
    """How the service speaks to whoever reads `language`."""

    session: Session
    settings: Settings
    language: str

    def say(self, key: str, **values: Value) -> str:
        """One of our reply texts, filled."""
        given: dict[str, Value] = {
            "service": self.settings.service_name,
            "phone": self.settings.office_phone,
            **values,
        }
        return fill(self._wording(f"reply:{key}", REPLIES[key]), given, self.language)

    def category(self, name: str) -> str:
        """The name of a kind of help; of one that the deployment added, as its file has it."""
        english = CATEGORY_NAMES.get(name)
        if english is None or name in own_categories(self.settings.content):
            return kind_name(self.settings.content, name, self.language)
        return self._wording(f"category:{name}", english)

    def _wording(self, context: str, english: str) -> str:
        """An answer in English helps more than silence, so a reply without translation goes in English."""
        library = reply_library(self.session, self.settings.content / "locales")
        return library.find(self.language, context, english).text or english
