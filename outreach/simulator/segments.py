"""How many parts a text takes on the air: what the carrier counts and bills (GSM 03.38, 3GPP TS 23.038)."""

from functools import lru_cache

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")


@lru_cache(maxsize=4096)  # a campaign sends one body to thousands
def count_segments(body: str) -> int:
    """Parts of `body` on the air; 1 for an empty text. One character outside GSM-7 turns all into UCS-2."""
    if all(character in BASIC or character in EXTENDED for character in body):
        return _parts([2 if character in EXTENDED else 1 for character in body], alone=160, joined=153)
    return _parts([2 if ord(character) > 0xFFFF else 1 for character in body], alone=70, joined=67)


def _parts(widths: list[int], alone: int, joined: int) -> int:
    """Fill parts one character at a time: an escape pair or a surrogate pair never straddles two."""
    if sum(widths) <= alone:
        return 1
    parts, room = 1, joined
    for width in widths:
        if width > room:
            parts, room = parts + 1, joined
        room -= width
    return parts
