"""Tags, topics and grades as people write them in files and filters, brought to one spelling."""

import re

_GRADE = re.compile(r"(?:grade|gr\.?)?\s*0*(\d{1,2})(?:\.0|st|nd|rd|th)?(?:\s+grade)?")


def read_tag(text: str) -> str:
    """The tag as stored: `Grade 3` is grade-3; empty when nothing is left."""
    return re.sub(r"[\s,;=\"]+", "-", text.strip().casefold()).strip("-")


def read_topic(text: str) -> str:
    """The topic as stored: `Health fairs` is health_fairs."""
    return re.sub(r"[\s_-]+", "_", text.strip().casefold()).strip("_")


def read_grade(text: str) -> str:
    """The grade as stored: `Grade 03`, `3rd` and `3.0` are 3, `k` is K; any other is put in capitals."""
    match = _GRADE.fullmatch(text.strip().casefold())
    return match[1] if match else " ".join(text.split()).upper()
