"""What of a translator's file may be kept: each line is held against our own texts, and refused with what to do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from outreach.wording.catalog import ReviewState
from outreach.wording.exchange.entries import Entry, Exchange, without_state

Check = Callable[[str, str, str], Sequence[str]]  # context, English, translation: what is wrong


@dataclass(frozen=True)
class Refusal:
    """A line that is not kept: what is wrong with it, and what to do."""

    entry: Entry
    problem: str
    remedy: str

    @property
    def rejected(self) -> Entry:
        """The entry as it goes back to who sent it, with the reason among its notes."""
        return replace(self.entry, notes=(f"refused: {self.problem}; {self.remedy}", *self.entry.notes))


@dataclass(frozen=True)
class Intake:
    """What a file brings. `accepted` holds new texts only, none of them reviewed."""

    accepted: tuple[Entry, ...]
    unchanged: int
    unfinished: int  # left empty, or still marked as stale
    refused: tuple[Refusal, ...]


def take(exchange: Exchange, ours: Mapping[str, Entry], check: Check, *, marks_stale: bool) -> Intake:
    """Hold every entry against ours, by context. Pure: nothing is kept yet."""
    accepted: list[Entry] = []
    refused: list[Refusal] = []
    unchanged = unfinished = 0
    seen: set[str] = set()
    for entry in (_trimmed(each) for each in exchange.entries if not each.obsolete):
        present = ours.get(entry.context)
        refusal = _refuse(entry, present, seen)
        seen.add(entry.context)
        if present and not refusal and _unfinished(entry, present, marks_stale):
            unfinished += 1
        elif present and not refusal and _unchanged(entry, present):
            unchanged += 1
        elif refusal or (refusal := _refuse_overtaken(entry, present) or _refuse_text(entry, check)):
            refused.append(refusal)
        else:
            accepted.append(_kept(entry))
    return Intake(tuple(accepted), unchanged, unfinished, tuple(refused))


def _trimmed(entry: Entry) -> Entry:
    """Without the space that a cell or an editor adds at either end, where the English has none."""
    if entry.english != entry.english.strip():
        return entry
    return replace(entry, forms=tuple(form.strip() for form in entry.forms))


def _refuse(entry: Entry, present: Entry | None, seen: set[str]) -> Refusal | None:
    """Whether it is about a text of ours as that text is now."""
    if not entry.context or present is None:
        return Refusal(entry, "no text of ours has this context", "leave contexts as the export has them")
    if entry.context in seen:
        return Refusal(entry, "this context stands in the file before", "leave one of the two")
    if (entry.english, entry.plural) != (present.english, present.plural):
        now = f"it is now: {present.english}"
        return Refusal(entry, f"the English is not ours, or has changed; {now}", "export again and translate that text")
    return None


def _unfinished(entry: Entry, present: Entry, marks_stale: bool) -> bool:
    """An empty text never removes one of ours. A stale one counts once its mark is gone, or its text is another."""
    if entry.empty:
        return True
    return entry.state is ReviewState.STALE and (marks_stale or entry.forms == present.forms)


def _unchanged(entry: Entry, present: Entry) -> bool:
    """Whether it is our text, or the one that the translator was given and left so, whatever we made of it since."""
    if entry.state is not ReviewState.STALE and present.state is ReviewState.STALE:
        return False  # she looked at it again and lets it stand
    return entry.forms == present.forms or entry.exported == entry.mark


def _refuse_overtaken(entry: Entry, present: Entry | None) -> Refusal | None:
    """Two people changed the same text: the one here must not lose hers unseen."""
    if present is None or not entry.exported or entry.exported == present.mark or entry.forms == present.forms:
        return None
    now = f"it was changed here since the export, and is now: {' / '.join(present.forms)}"
    return Refusal(entry, now, "compare the two; export again and put the better one there")


def _refuse_text(entry: Entry, check: Check) -> Refusal | None:
    problems = list(dict.fromkeys(_problems(entry, check)))
    return Refusal(entry, "; ".join(problems), "mend the translation and import it again") if problems else None


def _problems(entry: Entry, check: Check) -> Iterator[str]:
    for number, form in enumerate(entry.forms):
        yield from check(entry.context, entry.plural if number else entry.english, form)


def _kept(entry: Entry) -> Entry:
    """As it may be kept: a text from outside awaits its review here, whatever the file says about itself."""
    return replace(entry, state=ReviewState.AWAITING, reviewer="", comments=without_state(entry.comments))
