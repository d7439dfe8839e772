"""Plural forms: a catalog's own Plural-Forms header says which form is which, and ours may order them otherwise.

Babel writes Arabic with form 4 for 100 and form 5 for 11, gettext's own tools the other way round.
"""

import gettext
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from babel.messages.plurals import get_plural

_HEADER = re.compile(r"\s*nplurals\s*=\s*(\d)\s*;\s*plural\s*=\s*([^;]{1,500}?)\s*;?\s*")
_JOINT = re.compile(r'"\s*\n\s*"')  # where a long header goes on in the next line of a PO file
_IN_FILE = re.compile(r'(?:^msgstr "|\\n)Plural-Forms:([^"\\]*)\\n', re.MULTILINE)
_MOST = 1000  # no text of ours counts further; French has a form of its own for millions


class PluralError(ValueError):
    """A Plural-Forms header is missing, cannot be read, or does not fit the language."""


@dataclass(frozen=True)
class PluralRule:
    """`count` forms; `index(n)` is the form for n things."""

    count: int
    index: Callable[[int], int]


def read_rule(header: str) -> PluralRule:
    """A header such as "nplurals=2; plural=(n != 1);". Raises PluralError."""
    match = _HEADER.fullmatch(header)
    if match is None:
        raise PluralError(f"Plural-Forms {header.strip()!r} cannot be read")
    try:
        rule = PluralRule(int(match[1]), gettext.c2py(match[2]))
        fits = all(0 <= rule.index(number) < rule.count for number in range(_MOST))
    except (ValueError, ArithmeticError, RecursionError):
        fits = False
    if not fits:
        raise PluralError(f"Plural-Forms {header.strip()!r} cannot be read")
    return rule


def house_header(language: str) -> str:
    """The header that we write."""
    count, expression = get_plural(language)[:2]
    return f"nplurals={count}; plural={expression};"


def form_order(header: str, language: str) -> tuple[int, ...]:
    """For each form in the house's order, its number in a file with this header. Raises PluralError.

    The two must tell the same numbers apart; how they number the forms is their own affair.
    """
    theirs, ours = read_rule(header), read_rule(house_header(language))
    found: dict[int, set[int]] = {number: set() for number in range(ours.count)}
    for number in range(_MOST):
        found[ours.index(number)].add(theirs.index(number))
    order = tuple(min(forms) for forms in found.values() if len(forms) == 1)
    if len(order) < ours.count or len(set(order)) < ours.count:
        raise PluralError(f"Plural-Forms {header.strip()!r} does not fit {language}: {house_header(language)} does")
    return order


def in_house_order(forms: Sequence[str], header: str, language: str) -> tuple[str, ...]:
    """The forms of a file as we number them; one that the file lacks is empty. Raises PluralError."""
    return tuple(forms[number] if number < len(forms) else "" for number in form_order(header, language))


def header_in(po: str) -> str:
    """The Plural-Forms header of a PO file's text, also where it is wrapped; empty when it has none."""
    match = _IN_FILE.search(_JOINT.sub("", po))
    return match[1].strip() if match else ""
