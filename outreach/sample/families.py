"""Sample families as a school would export them: a CSV, imported like any other. All numbers are 555-01xx fiction."""

import csv
import random
from pathlib import Path

AREA_CODES = (
    "617", "857", "781", "339", "508", "774", "978", "351", "413", "401",
    "203", "475", "860", "959", "603", "802", "207", "212", "646", "718",
)  # fmt: skip
MOST = len(AREA_CODES) * 100

# Language, how many of a hundred families read it, first names, family names.
COMMUNITY = (
    ("English", 34, "Emma Liam Olivia Noah Ava James Grace Henry", "Sullivan Murphy Carter Johnson Reed Brooks"),
    ("Spanish", 30, "María José Lucía Carlos Ana Luis Rosa Miguel", "Rivera Morales Santos Peña Guzmán Ortiz"),
    ("Portuguese", 18, "João Ana Paulo Beatriz Carla Rafael Lúcia Tiago", "Silva Oliveira Costa Pereira Souza Lima"),
    ("Haitian Creole", 18, "Marie Jean Rose Wilner Nadège Esther Jude", "Joseph Pierre Baptiste Charles Louis Estimé"),
)  # fmt: skip
ZIPS = ("02139", "02141", "02138", "02143", "02145", "02128", "02150", "02149", "01902", "02124")
SCHOOLS = ("Lincoln School", "Garfield School", "Harbor High School")
COLUMNS = (
    "phone",
    "language",
    "name",
    "zip",
    "household",
    "school",
    "grade",
    "tags",
    "consent",
    "consent_source",
)
FORM = "enrollment form, signed"
AGREED = {"consent": "yes", "consent_source": FORM}


def write_families(path: Path, count: int, *, everyone_agrees: bool = False) -> None:
    """Write `count` families (at most MOST), the same ones each time; a few have not agreed, unless all are to."""
    if count > MOST:
        raise ValueError(f"there are {MOST} fictional numbers")
    dice = random.Random(20)  # noqa: S311 - sample data
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(count):
            row = _family(number, dice)
            writer.writerow({**row, **AGREED} if everyone_agrees else row)


def sample_phone(number: int) -> str:
    """The n-th fictional phone, E.164."""
    return f"+1{AREA_CODES[number // 100]}55501{number % 100:02d}"


def _family(number: int, dice: random.Random) -> dict[str, str]:
    # The first dozen go round the languages, so that a small wall of phones shows them all.
    weights = [share for _, share, _, _ in COMMUNITY]
    language, _, first, last = COMMUNITY[number % 4] if number < 12 else dice.choices(COMMUNITY, weights)[0]
    grade = dice.choice(["K", *map(str, range(1, 13))])
    agreed = "yes" if number < 12 or dice.random() > 0.06 else dice.choice(["", "no"])
    return {
        "phone": sample_phone(number),
        "language": language,
        "name": f"{dice.choice(first.split())} {dice.choice(last.split())}",
        "zip": ZIPS[0] if number < 12 else dice.choice(ZIPS),
        "household": f"H{number:05d}",
        "school": dice.choice(SCHOOLS),
        "grade": grade,
        "tags": "fair-volunteers" if dice.random() < 0.05 else "",
        "consent": agreed,
        "consent_source": FORM if agreed == "yes" else "",
    }
