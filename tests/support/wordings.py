"""Wordings in every language with what shipped ones seldom hold: links, phone numbers, times, days, amounts."""

from pathlib import Path
from typing import NamedTuple

from outreach.setting_values import PACKAGE
from outreach.wording.catalog import read_catalog

SHOES = (
    "{sender}: Free shoes on December 5 at 3:30 PM, {place}. Call 617-555-0142 or see https://example.org/fair. "
    "Text TALK with questions. Text STOP to stop."
)
LUNCH = (
    "{sender}: Lunch costs $2.50, or nothing if you ask. It takes 15 minutes. Text FOOD and your ZIP code, "
    "like FOOD 02139. Text STOP to stop."
)
COMING = (
    "{sender}: Will your family come on June 12? Text 1 if you will come, 2 if you cannot. Questions? "
    "Call (617) 555-0100 or write to fair@example.org."
)

SAMPLES = {
    "es": {
        SHOES: "{sender}: Zapatos gratis el 5 de diciembre a las 3:30 p.m., {place}. Llame al 617-555-0142 o vea "
        "https://example.org/fair. ¿Preguntas? Escriba HABLAR. Para parar: STOP.",
        LUNCH: "{sender}: El almuerzo cuesta $2.50, o nada si lo pide. Toma 15 minutos. Escriba COMIDA y su ZIP code, "
        "por ejemplo COMIDA 02139. Para parar: STOP.",
        COMING: "{sender}: ¿Viene su familia el 12 de junio? Responda 1 si viene, 2 si no puede. ¿Preguntas? Llame al "
        "(617) 555-0100 o escriba a fair@example.org.",
    },
    "pt_BR": {
        SHOES: "{sender}: Sapatos grátis em 5 de dezembro às 3:30 PM, {place}. Ligue 617-555-0142 ou veja "
        "https://example.org/fair. Dúvidas? Envie FALAR. Para parar: STOP.",
        LUNCH: "{sender}: O almoço custa $2,50, ou nada se pedir. Leva 15 minutos. Envie COMIDA e seu ZIP code, por "
        "exemplo COMIDA 02139. Para parar: STOP.",
        COMING: "{sender}: Sua família vem em 12 de junho? Responda 1 se vier, 2 se não puder. Dúvidas? Ligue "
        "(617) 555-0100 ou escreva para fair@example.org.",
    },
    "ht": {
        SHOES: "{sender}: Soulye gratis 5 desanm a 3:30 apremidi, {place}. Rele 617-555-0142 oswa gade "
        "https://example.org/fair. Kesyon? Voye PALE. Pou sispann: STOP.",
        LUNCH: "{sender}: Manje midi koute $2.50, oswa anyen si ou mande. Li pran 15 minit. Voye MANJE ak ZIP code ou, "
        "tankou MANJE 02139. Pou sispann: STOP.",
        COMING: "{sender}: Fanmi ou ap vini 12 jen? Voye 1 si w ap vini, 2 si ou pa kapab. Kesyon? Rele "
        "(617) 555-0100 oswa ekri fair@example.org.",
    },
    "fr": {
        SHOES: "{sender}: Chaussures gratuites le 5 décembre à 15 h 30, {place}. Appelez le 617-555-0142 ou voyez "
        "https://example.org/fair. Des questions? Envoyez APPEL. Pour ne plus rien recevoir: STOP.",
        LUNCH: "{sender}: Le repas coûte 2,50 $, ou rien si vous demandez. Il faut 15 minutes. Envoyez NOURRITURE et "
        "votre ZIP code, par exemple NOURRITURE 02139. Pour ne plus rien recevoir: STOP.",
        COMING: "{sender}: Votre famille viendra-t-elle le 12 juin? Envoyez 1 si vous venez, 2 si vous ne pouvez pas. "
        "Des questions? Appelez le (617) 555-0100 ou écrivez à fair@example.org.",
    },
    "vi": {
        SHOES: "{sender}: Giày miễn phí ngày 5 tháng 12 lúc 3:30 CH, {place}. Gọi 617-555-0142 hoặc xem "
        "https://example.org/fair. Có câu hỏi? Nhắn TALK. Muốn ngừng, nhắn STOP.",
        LUNCH: "{sender}: Bữa trưa giá $2.50, hoặc miễn phí nếu quý vị hỏi. Mất 15 phút. Nhắn THỰC PHẨM và mã ZIP, "
        "ví dụ THỰC PHẨM 02139. Muốn ngừng, nhắn STOP.",
        COMING: "{sender}: Gia đình quý vị có đến ngày 12 tháng 6 không? Nhắn 1 nếu đến, 2 nếu không đến được. Có câu "
        "hỏi? Gọi (617) 555-0100 hoặc viết cho fair@example.org.",
    },
    "zh_Hans": {
        SHOES: "{sender}：12月5日下午3:30免费领鞋，{place}。请致电617-555-0142或看https://example.org/fair。"
        "有问题请回复TALK。不想再收到请回复STOP。",
        LUNCH: "{sender}：午餐$2.50，如果您提出可以免费。需要15分钟。请回复“食物”和您的邮编，例如“食物”02139。"
        "不想再收到请回复STOP。",
        COMING: "{sender}：您全家6月12日来吗？来请回复1，不能来请回复2。有问题请致电(617) 555-0100"
        "或写信到fair@example.org。",
    },
    "ar": {
        SHOES: "{sender}: أحذية مجانية يوم 5 ديسمبر الساعة 3:30 م، {place}. اتصلوا بالرقم \u2068617-555-0142\u2069 أو "
        "انظروا \u2068https://example.org/fair\u2069. لأي سؤال أرسلوا TALK. للتوقف أرسلوا STOP.",
        LUNCH: "{sender}: سعر الغداء $2.50 أو مجانا إذا طلبتم. يستغرق 15 دقيقة. أرسلوا «طعام» والرمز البريدي، "
        "مثل «طعام» 02139. للتوقف أرسلوا STOP.",
        COMING: "{sender}: هل تأتي عائلتكم يوم 12 يونيو؟ أرسلوا 1 إذا كنتم ستأتون، و2 إذا لم تستطيعوا. لأي سؤال "
        "اتصلوا بالرقم \u2068(617) 555-0100\u2069 أو اكتبوا إلى fair@example.org.",
    },
    "so": {
        SHOES: "{sender}: Kabo bilaash ah 5 Diseembar saacadda 3:30 GD, {place}. Wac 617-555-0142 ama fiiri "
        "https://example.org/fair. Su'aalo? Soo dir WAC. Si aad u joojiso: STOP.",
        LUNCH: "{sender}: Qadadu waa $2.50, ama bilaash haddii aad weydiiso. Waxay qaadanaysaa 15 daqiiqo. Soo dir "
        "CUNTO iyo ZIP code kaaga, sida CUNTO 02139. Si aad u joojiso: STOP.",
        COMING: "{sender}: Qoyskaagu ma imanayaa 12 Juun? Soo dir 1 haddaad imanayso, 2 haddaadan imaan karin. "
        "Su'aalo? Wac (617) 555-0100 ama u qor fair@example.org.",
    },
    "km": {
        SHOES: "{sender}៖ ស្បែកជើងឥតគិតថ្លៃ ថ្ងៃទី 5 ធ្នូ ម៉ោង 3:30 PM, {place}។ ទូរស័ព្ទ 617-555-0142 ឬមើល "
        "https://example.org/fair ។ មានសំណួរ សូមផ្ញើ TALK។ ដើម្បីឈប់ សូមផ្ញើ STOP។",
        LUNCH: "{sender}៖ អាហារថ្ងៃត្រង់តម្លៃ $2.50 ឬឥតគិតថ្លៃបើអ្នកសុំ។ ចំណាយពេល 15 នាទី។ សូមផ្ញើ FOOD និងលេខ "
        "ZIP ដូចជា FOOD 02139។ ដើម្បីឈប់ សូមផ្ញើ STOP។",
        COMING: "{sender}៖ តើគ្រួសារអ្នកនឹងមកថ្ងៃទី 12 មិថុនា ទេ? សូមផ្ញើ 1 បើមក, 2 បើមិនអាច។ មានសំណួរ? ទូរស័ព្ទ "
        "(617) 555-0100 ឬសរសេរទៅ fair@example.org ។",
    },
}


class Worded(NamedTuple):
    """One wording in one language, beside its English."""

    language: str
    english: str
    text: str
    context: str


def sample_wordings() -> list[Worded]:
    """The samples above."""
    return [
        Worded(language, english, text, "sample")
        for language, texts in SAMPLES.items()
        for english, text in texts.items()
    ]


def shipped_wordings(locales: Path = PACKAGE.parent / "locales") -> list[Worded]:
    """Every shipped translation, beside the English it was made from."""
    return [
        Worded(path.parent.parent.name, str(entry.id), str(entry.string), str(entry.context))
        for path in sorted(locales.glob("*/LC_MESSAGES/*.po"))
        for entry in read_catalog(path, path.parent.parent.name)
        if entry.id and entry.string and not entry.fuzzy
    ]
