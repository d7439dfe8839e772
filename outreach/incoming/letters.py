"""Letters made comparable: the first thing done to a family's text, one script at a time."""

from __future__ import annotations

import unicodedata

# Marks that go when a word is compared without accents. Khmer vowels and the Devanagari signs are marks
# too, but they carry the word: only Latin, Greek and Arabic marks are listed.
_MARKS = {
    *map(chr, range(0x0300, 0x0370)),
    *map(chr, range(0x064B, 0x0660)),
    "\u0670",
    *map(chr, range(0x06D6, 0x06EE)),
}
# Vietnamese tones. Two typing habits put the tone on different vowels (hoà, hòa): we move it to the end.
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

_SAME_LETTER = str.maketrans(
    {
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ٱ": "ا",
        "ک": "ك",
        "ء": "",
        "ـ": "",
        "đ": "d",
        "ł": "l",
        "ø": "o",
        "ı": "i",
        "œ": "oe",
        "æ": "ae",
    }
)
_BARRED_D = "đ"

_TRADITIONAL = (
    "訂發殺請學費電話幫還沒來麼個們會說講語這嗎裡裏醫療諮詢兒"
    "飯錢煩體壓務職業員房屋無買衛診齒視鏡驗門關懷師聯絡繫給繼續"
    "簡訊號碼爾報單參與時點見樂對討論資機構輔導壞媽爸點過總絕"
    "難離婚親歲嬰餵補貼賬帳斷熱氣網衝擊傷害藥燒準備開將貧"
    "養歡認識謝遠選簽證綠庭暫護養專寫讀問題從嚴憂鬱讓連戶應嚇"
    "勞動麵車輛夠誰樣傳輸滾騷擾錯誤別廣誰東蓋衣褲寒遞聽龍華"
)
_SIMPLIFIED = (
    "订发杀请学费电话帮还没来么个们会说讲语这吗里里医疗咨询儿"
    "饭钱烦体压务职业员房屋无买卫诊齿视镜验门关怀师联络系给继续"
    "简讯号码尔报单参与时点见乐对讨论资机构辅导坏妈爸点过总绝"
    "难离婚亲岁婴喂补贴账账断热气网冲击伤害药烧准备开将贫"
    "养欢认识谢远选签证绿庭暂护养专写读问题从严忧郁让连户应吓"
    "劳动面车辆够谁样传输滚骚扰错误别广谁东盖衣裤寒递听龙华"
)
_TO_SIMPLIFIED = str.maketrans(dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)))


def simplify(text: str) -> str:
    """The text with the traditional Chinese letters of our vocabulary written simplified (訂 as 订)."""
    return text.translate(_TO_SIMPLIFIED)


def without_marks(word: str) -> str:
    """A word without accents, Arabic short vowels, hamzas and look-alike letters: "Adiós" gives "adios"."""
    letters = unicodedata.normalize("NFD", word.translate(_SAME_LETTER))
    kept = "".join(letter for letter in letters if letter not in _MARKS)
    return unicodedata.normalize("NFC", kept.translate(_SAME_LETTER))


def with_marks(word: str) -> str:
    """A word with its accents, the tone last, so that "hủy" and "huỷ" are the same word.

    An Arabic word comes back as `without_marks` gives it: nobody types its vowels.
    """
    letters = unicodedata.normalize("NFD", word)
    if not any(letter in _MARKS or letter == _BARRED_D for letter in letters) or is_arabic(word):
        return without_marks(word)
    tones = "".join(letter for letter in letters if letter in _TONES)
    return "".join(letter for letter in letters if letter not in _TONES) + tones


def is_arabic(word: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in word)


def arabic_stems(word: str) -> list[str]:
    """An Arabic word without the small words written onto its front: "والطعام" gives "الطعام" and "طعام".

    Conjunctions, prepositions and the article are taken off in that order, as long as three letters stay.
    """
    found = [word]
    for openings in (("و", "ف"), ("ب", "ل", "ك"), ("ال",), ("ل",)):
        for stem in list(found):
            for opening in openings:
                rest = stem.removeprefix(opening)
                if rest != stem and len(rest) >= 3 and rest not in found:
                    found.append(rest)
    return found[1:]
