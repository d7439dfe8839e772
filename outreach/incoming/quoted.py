"""Words that are not the family's own: phone signatures, quoted lines, and "Liked" reactions to our texts.

Our own texts say "Reply STOP": a quotation of them must never opt a family out.
"""

from __future__ import annotations

import re

_SIGNATURES = (
    r"sent (from|via|using|with) (my |a |the )?\S.{0,60}",
    r"get outlook for .{0,30}",
    r"enviado (desde|con|do|de|pelo|via) (mi |meu |minha |o |a )?\S.{0,60}",
    r"(envoyé|envoye) (de|depuis|avec|à partir de) (mon |ma )?\S.{0,60}",
    r"voye (soti )?(nan|sou|ak) \S.{0,60}",
    r"(đã )?(được )?gửi từ \S.{0,60}",
    r"(发自|發自|来自|從|从)\s?(我的)?\s?(iphone|ipad|手机|手機|华为|小米|samsung|android).{0,30}",
    r"(مرسل|أرسلت|أُرسلت|تم الإرسال|ارسلت) من .{0,60}",
    r"(waxaa )?laga soo diray .{0,60}",
    r"(បាន)?ផ្ញើពី.{0,60}",
)
# Only at the end and on its own line: "sent from school" in the middle of a text is the family's own.
_SIGNATURE = re.compile(r"(?:(?<=\n)|(?<=\n--)|(?<=\n-))[ \t\-—_]*(?:" + "|".join(_SIGNATURES) + r")\s*\Z", re.I)
_DEVICE_SIGNATURE = re.compile(
    r"\s*[-—]*\s*\b(sent from my|enviado desde mi|enviado do meu|envoyé de mon|gửi từ)"
    r" (iphone|ipad|galaxy|samsung|android|phone|telefono|celular|teléfono|téléphone)[^\n]{0,30}\s*\Z",
    re.I,
)
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|\|).*$", re.M)
_QUOTE_HEADER = re.compile(r"^(?:on|el|em|le) [^\n]{5,80}(?:wrote|escribió|escreveu|a écrit)\s*:[ \t]*$", re.I | re.M)
_FORWARDED = re.compile(r"\n[ \t]*-{2,}[ \t]*(?:original message|forwarded message|mensaje original)[\s\S]*\Z", re.I)

_REACTIONS = (
    (r"liked|le gust[oó]|gostou de|a aim[eé]|(?:te |le )?gusta", "👍"),
    (r"loved|le encant[oó]|amou|a ador[eé]", "❤"),
    (r"disliked|no le gust[oó]|n[aã]o gostou de|n'a pas aim[eé]", "👎"),
    (r"laughed at|emphasi[sz]ed|questioned|se ri[oó] de|enfatiz[oó]|riu de|a ri de|pregunt[oó] sobre", "💬"),
)
_QUOTATION = r"\s*[“”\"«][\s\S]*[“”\"»]\s*\Z"
_REACTION = [(re.compile(rf"\A\s*(?:{verb}){_QUOTATION}", re.I), emoji) for verb, emoji in _REACTIONS]
_REACTED = re.compile(
    r"\A\s*(?:reacted|reaccionó|reagiu|a réagi)(?: with| con| com| avec)?\s+(\S{1,8})\s+(?:to|a|à)" + _QUOTATION,
    re.I,
)


def keep_own_words(text: str) -> str:
    """The text without signature, quoted lines and forwarded copies; a reaction becomes its emoji.

    `Liked “Health fair. Reply STOP to end”` gives `👍`.
    """
    reacted = _REACTED.match(text)
    if reacted:
        return reacted[1]
    for verb, emoji in _REACTION:
        if verb.match(text):
            return emoji
    text = _FORWARDED.sub("", text)
    text = _QUOTE_HEADER.sub("", _QUOTED_LINE.sub("", text))
    return _SIGNATURE.sub("", _DEVICE_SIGNATURE.sub("", text))
