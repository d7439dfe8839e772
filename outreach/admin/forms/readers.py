"""The families of one language in a draft: how many, what they would read, and why not if they would not."""

from dataclasses import dataclass

from outreach.campaigns.plan import PlannedStep
from outreach.campaigns.wordings import LanguageWording, StepText
from outreach.people.audience import LanguageCount
from outreach.wording.catalog import ReviewState


@dataclass(frozen=True)
class Readers:
    """The families of one language: how many, and what they would read."""

    count: LanguageCount
    wording: LanguageWording | None  # in their own language
    sent: LanguageWording | None  # what they get; None: nothing
    choice: str | None
    left_out: bool
    texts: tuple[tuple[PlannedStep, StepText], ...]

    @property
    def code(self) -> str:
        return self.count.language

    @property
    def unreached(self) -> int:
        """Families of this language who may not or cannot be texted."""
        return sum(self.count.skipped.values())

    @property
    def ready(self) -> bool:
        return self.wording is not None and self.wording.ready

    @property
    def why_not(self) -> str:
        """What is wrong with the wording in this language, for the person who decides about its families."""
        if self.wording is None:
            return "There is no wording in this language."
        if self.wording.state is ReviewState.AWAITING and not self.wording.problems:
            return "The wording awaits review by a native speaker. An admin can accept it on the Languages page."
        if self.wording.state is ReviewState.MISSING:
            return "There is no wording in this language."
        if self.wording.state is ReviewState.STALE:
            return "The English changed after this was translated."
        if self.wording.state is ReviewState.DRAFT:
            return "The wording is a draft. Send it to review on its page."
        if self.wording.state is ReviewState.IN_REVIEW:
            return "The wording waits for somebody here to review it."
        return "; ".join(self.wording.problems)
