"""Which language a family asks to be written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.incoming.entries import Kind
from outreach.incoming.reading import Reading
from outreach.incoming.vocabulary import Hit, catalog_code


@dataclass(frozen=True, slots=True)
class LanguageWish:
    """`to` is a catalog code, None when a family refuses a language and names no other; `hit` is what said so."""

    to: str | None
    hit: Hit


class Languages:
    """The languages named in a text, and what is said of them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.names = _longest_at_each_place(reading.of("language", Kind.NAME))
        self._said = reading.vocabulary.find_with_languages(reading.tokens, self.names) if self.names else []
        guards = [hit for hit in self._said if hit.entry.route == "language" and hit.entry.kind is Kind.GUARD]
        self.names = [name for name in self.names if not any(name.span.overlaps(guard.span) for guard in guards)]

    def find_bare(self) -> LanguageWish | None:
        """The text is the name of a language and nothing else."""
        spans = [name.span for name in self.names]
        if not self.names or not self._reading.is_covered(spans):
            return None
        return LanguageWish(self.names[0].entry.detail, self.names[0])

    def find_asked(self, contact_language: str | None) -> LanguageWish | None:
        """The text asks for a language, or says which one is not spoken."""
        set_apart = self._set_apart()
        if set_apart is not None:
            return LanguageWish(set_apart.entry.detail, set_apart)
        refusals = self._kind(Kind.REFUSAL)
        refused = [name for name in self.names if any(name.span.overlaps(hit.span) for hit in refusals)]
        open_names = [name for name in self.names if name not in refused]
        for ask in self._kind(Kind.ASK):
            inside = [name for name in open_names if name.span.overlaps(ask.span)]
            if inside:
                return LanguageWish(inside[0].entry.detail, ask)
        if not refused:
            return None
        if open_names:
            return LanguageWish(open_names[0].entry.detail, open_names[0])
        return LanguageWish(_language_instead(refused, refusals, contact_language), refusals[0])

    def _set_apart(self) -> Hit | None:
        """The one name that is all its clause says, where others are spoken of: "why is this in Spanish?? English"."""
        alone = [name for name in self.names if self._reading.is_clause(name)]
        return alone[0] if len(alone) == 1 < len(self.names) else None

    def _kind(self, kind: Kind) -> list[Hit]:
        return [hit for hit in self._said if hit.entry.route == "language" and hit.entry.kind is kind]


def _language_instead(refused: Sequence[Hit], refusals: Sequence[Hit], contact_language: str | None) -> str | None:
    """ "No hablo inglés" asks for Spanish: the language it is said in, else the one we have stored."""
    not_these = {name.entry.detail for name in refused}
    said_in = [hit.entry.language for hit in refusals]
    return next((code for code in (*said_in, catalog_code(contact_language)) if code not in not_these), None)


def _longest_at_each_place(names: Sequence[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for name in sorted(names, key=lambda hit: (hit.span.start, -len(hit.span))):
        if not kept or name.span.start >= kept[-1].span.end:
            kept.append(name)
    return kept
