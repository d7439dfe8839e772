"""A pack that calls each family by its name, with its translations: no shipped pack does."""

import shutil
from pathlib import Path

from outreach.setting_values import PACKAGE

HELLO = "screenings/hello"
WELCOME = "parenting/welcome"
VALUES = {"date": "2099-12-05"}
ENGLISH = "{sender}: Hello {name}, the eye check for your child is on {date}. Text STOP to stop."
DOCUMENT = f"""\
title: Hello
topic: screenings
kind: broadcast
personal: [name]
summary: Calls each family by its name.
fields:
  date: {{type: date, label: Day, sample: 2026-12-05}}
timeline:
  - step: greeting
    when: at launch
    text: "{ENGLISH}"
"""
SERIES_ENGLISH = "{sender}: Welcome, {name}! We text you a tip each week. Text STOP to stop."
SERIES_DOCUMENT = f"""\
title: Welcome
topic: parenting
kind: series
personal: [name]
summary: Greets each family by its name.
timeline:
  - step: welcome
    when: at launch
    text: "{SERIES_ENGLISH}"
"""
TRANSLATED = {
    "es": "{sender}: Hola, {name}: el examen de la vista de su hijo es el {date}. Para parar: STOP.",
    "pt_BR": "{sender}: Olá, {name}, o exame de vista do seu filho é em {date}. Para parar, envie STOP.",
    "ht": "{sender}: Bonjou {name}, y ap tcheke je pitit ou {date}. Voye STOP pou sispann.",
    "fr": "{sender} : Bonjour {name}, l'examen des yeux de votre enfant est le {date}. Pour arrêter : STOP.",
    "vi": "{sender}: Xin chào {name}, con quý vị sẽ được kiểm tra mắt vào {date}. Nhắn STOP để ngừng.",
    "zh_Hans": "{sender}：{name}，您好！{date}为您的孩子检查眼睛。不想再收，请回复 STOP。",
    "ar": "{sender}: مرحبا {name}، فحص عيون طفلكم يوم {date}. لإيقاف الرسائل أرسلوا STOP.",
    "so": "{sender}: Salaan {name}, indhaha ilmahaaga waxaa la baarayaa {date}. Si aad u joojiso, u dir STOP.",
    "km": "{sender}៖ សួស្តី {name} ការពិនិត្យភ្នែកកូនអ្នកគឺ{date}។ ចង់ឈប់ទទួល សូមផ្ញើ STOP។",
}
SERIES_TRANSLATED = {
    "es": "{sender}: ¡Le damos la bienvenida, {name}! Cada semana le enviamos un consejo. Para parar: STOP."
}
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


def make_content(folder: Path) -> Path:
    """campaigns/ with these two packs alone, and the shipped locales/ with their translations beside them."""
    shutil.copytree(PACKAGE.parent / "locales", folder / "locales")
    for pack, document in ((HELLO, DOCUMENT), (WELCOME, SERIES_DOCUMENT)):
        path = folder / "campaigns" / f"{pack}.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(document, encoding="utf-8")
    for language, text in TRANSLATED.items():
        entries = [_entry(f"{HELLO}:greeting", ENGLISH, text)]
        if language in SERIES_TRANSLATED:
            entries.append(_entry(f"{WELCOME}:welcome", SERIES_ENGLISH, SERIES_TRANSLATED[language]))
        path = folder / "locales" / language / "LC_MESSAGES" / "personal.po"
        path.write_text("\n".join([HEAD, *entries]), encoding="utf-8")
    return folder


def _entry(context: str, english: str, text: str) -> str:
    return f'# awaiting native review\nmsgctxt "{context}"\nmsgid "{english}"\nmsgstr "{text}"\n'
