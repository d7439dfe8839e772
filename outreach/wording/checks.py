"""Whether a translation still says what the English says: every brace of one stands in the other."""

from collections import Counter

from outreach.wording.fields import placeholders


def check_translation(english: str, translated: str) -> list[str]:
    """What is wrong with a translation, in words; empty when nothing is."""
    try:
        asked, given = Counter(placeholders(english)), Counter(placeholders(translated))
    except ValueError:
        return ["its braces do not pair"]
    missing = [f"{{{name}}} is missing" for name in asked if name not in given]
    extra = [f"{{{name}}} is not in the English" for name in given if name not in asked]
    return missing + extra
