"""What a text costs: look-alikes made plain, then encoding and segments; previews and sending ask here."""

from dataclasses import dataclass
from math import ceil
from unicodedata import is_normalized, normalize

import regex

GSM = "GSM-7"
UCS = "UCS-2"


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """`units` are septets (GSM-7) or UTF-16 units (UCS-2), headers excluded.

    `culprits` are the characters that force UCS-2, each once, in the order they appear.
    """

    encoding: str
    units: int
    segments: int
    culprits: tuple[str, ...]


# GSM 03.38: the basic set costs one septet a character, the extension an escape and a septet.
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "^{}\\[~]|€\f"
_GSM = frozenset(_BASIC + _EXTENSION)
_FOREIGN = regex.compile(f"[^{regex.escape(_BASIC + _EXTENSION)}]")
_EXTENDED = regex.compile(f"[{regex.escape(_EXTENSION)}]")

_SEPTETS_ALONE, _SEPTETS_PART = 160, 153  # 140 octets; a part gives 6 of them to its header
_UNITS_ALONE, _UNITS_PART = 70, 67


def count_segments(text: str) -> SegmentCount:
    """Count as Twilio bills: one segment alone, or parts that each carry a header.

    An extension pair ('€' is two septets) never straddles two parts, and neither does a whole
    grapheme cluster (a family emoji of 11 units), so a part may end early. An empty text counts as
    one segment, as Twilio's own calculator says. CRLF is two characters.
    """
    if _FOREIGN.search(text):
        return _count_ucs(text)
    pairs = len(_EXTENDED.findall(text))
    septets = len(text) + pairs
    if septets <= _SEPTETS_ALONE:
        return SegmentCount(GSM, septets, 1, ())
    if not pairs:
        return SegmentCount(GSM, septets, ceil(septets / _SEPTETS_PART), ())
    sizes = [2 if char in _EXTENSION else 1 for char in text]
    return SegmentCount(GSM, septets, _pack(sizes, _SEPTETS_PART), ())


# Scripts without marks or pairs, where every character stands alone: no need to look for clusters.
_SIMPLE = regex.compile(
    r"[\x00-\u02ff\u0370-\u0482\u061f-\u064a\u0660-\u066f\u1e00-\u1fff\u2010-\u2027\u3001-\u3029"
    r"\u3041-\u3096\u30a0-\u33ff\u4e00-\u9fff\uff01-\uff9d]*"
)
# Since Unicode 15.1 a cluster reaches over a subscript consonant (Khmer, Devanagari); the calculator
# and the phones that join parts still break there.
_BEFORE_CONSONANT = regex.compile(r"(?V1)(?<=[\p{M}\u200d])(?=[\p{Lo}--[\u0e33\u0eb3]])")

_CLUSTER = regex.compile(r"\r|\X")  # the calculator takes CRLF apart
_ASTRAL = regex.compile(r"[\U00010000-\U0010ffff]")


def _count_ucs(text: str) -> SegmentCount:
    culprits = tuple(char for char in dict.fromkeys(text) if char not in _GSM)
    units = _utf16(text)
    if units <= _UNITS_ALONE:
        return SegmentCount(UCS, units, 1, culprits)
    if _SIMPLE.fullmatch(text):
        return SegmentCount(UCS, units, ceil(units / _UNITS_PART), culprits)
    return SegmentCount(UCS, units, _pack(_cluster_sizes(text), _UNITS_PART), culprits)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cluster_sizes(text: str) -> list[int]:
    """UTF-16 units of what must stay in one part. A cluster no part can hold is cut between code points."""
    clusters = [cluster for stretch in _BEFORE_CONSONANT.split(text) for cluster in _CLUSTER.findall(stretch)]
    size = _utf16 if _ASTRAL.search(text) else len
    sizes = [size(cluster) for cluster in clusters]
    if max(sizes) <= _UNITS_PART:
        return sizes
    pieces = (cluster if size(cluster) > _UNITS_PART else [cluster] for cluster in clusters)
    return [size(piece) for some in pieces for piece in some]


def _pack(sizes: list[int], part: int) -> int:
    """Parts needed when each is filled in order and no size is split."""
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts


# What Twilio's Smart Encoding would swap, done here so that what was previewed is what is sent.
_PLAIN: dict[str, str] = {
    '"': "«»“”„‟″˝ʺˮ❝❞〝〞",
    "'": "‘’‚‛′ʹʻʼʽˈˊˋ´`❛❜",
    "-": "‐‑‒–—―−⁃•",
    "...": "…",
    "1/4": "¼",
    "1/2": "½",
    "3/4": "¾",
    "/": "÷⁄∕",
    "*": "∗⁎✱",
    "<": "‹",
    ">": "›",
    "!!": "‼",
    " ": "\t\u00a0\u1680\u2028\u2029\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B))),
    "": "\u00ad\u200b\u2060\ufeff",
}
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}  # full-width ASCII
_TO_PLAIN = {ord(fancy): plain for plain, all_fancy in _PLAIN.items() for fancy in all_fancy} | _WIDE
_FANCY = regex.compile(f"[{regex.escape(''.join(map(chr, _TO_PLAIN)))}]")
# These scripts have wide marks and zero-width word breaks of their own, and are UCS-2 with or without.
_OWN_MARKS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Khmer}\p{Thai}\p{Lao}\p{Myanmar}\p{Tibetan}]")


def to_plain(text: str) -> str:
    """Make look-alikes plain, so that one curly quote does not double the price of a text.

    NFC ('é' in one code point: a decomposed Vietnamese text costs a third more), LF for CRLF, straight
    quotes, hyphens, ordinary spaces, three dots, nothing invisible. Accented letters stay, and so do
    the joiners U+200C and U+200D that Arabic script, Indic scripts and emoji need. Chinese, Japanese,
    Korean, Khmer and their neighbours keep their marks: they need UCS-2 anyway. Safe to apply twice.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and "`" not in text and "\t" not in text:
        return text
    text = _compose(text)
    if _FANCY.search(text) and not _OWN_MARKS.search(text):
        text = _compose(text.translate(_TO_PLAIN))
    return text


def _compose(text: str) -> str:
    return text if is_normalized("NFC", text) else normalize("NFC", text)
