"""What every process says on stderr: one line an event, for people or, with OUTREACH_LOG_FORMAT=json, for machines.

Log calls name ids and counts only. Should a phone number slip through all the same, it is blacked out here.
"""

import copy
import json
import logging
import re
import sys
from typing import Any, TextIO

from pythonjsonlogger.core import RESERVED_ATTRS, merge_record_extra
from pythonjsonlogger.json import JsonFormatter

from outreach.settings import DEFAULT_LOG_LEVEL, Settings

OURS = "outreach"
# Below WARNING these tell addresses, statements and arguments, and phone numbers with them.
LIBRARIES = ("twilio", "rq", "urllib3", "sqlalchemy", "alembic")
NAMES = {"levelname": "level", "name": "logger", "message": "event"}
BLACKED_OUT = "[phone]"

_GAP = r"[\s.()\-\u2010-\u2015]"
# +16175550100, +1 (617) 555-0100, %2B16175550100; and ten digits as the US writes them, with a 1 before or without.
_PHONE = re.compile(
    rf"(?:(?<![0-9A-Za-z])\+|%2B){_GAP}{{0,2}}[0-9](?:{_GAP}{{0,2}}[0-9]){{7,14}}(?![0-9])"
    rf"|(?<![0-9A-Za-z+])(?:1{_GAP}?)?\(?[2-9][0-9]{{2}}\)?{_GAP}{{0,2}}[2-9][0-9]{{2}}{_GAP}?[0-9]{{4}}(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_PLAIN = logging.Formatter()


def set_up(settings: Settings | None) -> None:
    """Log to stderr as these settings say, or by the defaults. May be called again, as a process learns its settings.

    Our own loggers follow OUTREACH_LOG_LEVEL; those of all libraries start at WARNING.
    """
    level = settings.log_level if settings else DEFAULT_LOG_LEVEL
    handler = _Stderr()
    handler.setLevel(level)
    handler.setFormatter(_json_lines() if settings and settings.log_format == "json" else _TextLines())
    handler.addFilter(_not_chatter)
    handler.addFilter(BlackOut())
    root = logging.getLogger()
    for before in [one for one in root.handlers if isinstance(one, _Stderr)]:
        root.removeHandler(before)
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, logging.getLevelName(level)))
    logging.getLogger(OURS).setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def _not_chatter(record: logging.LogRecord) -> bool:
    """Levels alone do not do it: RQ sets one for its worker by itself."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] == OURS


def black_out(words: str) -> str:
    """The same words without anything that looks like a phone number."""
    return _PHONE.sub(BLACKED_OUT, words)


class BlackOut(logging.Filter):
    """Takes phone numbers out of the message, its fields, and the text of an exception and its causes."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = black_out(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _PLAIN.formatException(record.exc_info)
        record.exc_info = None  # else it would be told once more, as it is
        record.exc_text = black_out(record.exc_text) if record.exc_text else None
        record.stack_info = black_out(record.stack_info) if record.stack_info else None
        for name, value in fields_of(record).items():
            setattr(record, name, _clean(value))
        return True


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra`."""
    return merge_record_extra(record, {}, reserved=RESERVED_ATTRS)


def _clean(value: Any) -> Any:
    """Numbers and truths are ids and counts; all else is looked at as it would be written."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {black_out(str(name)): _clean(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(part) for part in value]
    return black_out(str(value))


class _Stderr(logging.StreamHandler[TextIO]):
    """The standard error of the moment. Works on a copy: what other handlers do with the record is theirs."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr

    def handle(self, record: logging.LogRecord) -> bool:
        return super().handle(copy.copy(record))


class _TextLines(logging.Formatter):
    """For people: the event, then its fields."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        told = [f"{name}={value if _is_word(value) else _json(value)}" for name, value in fields_of(record).items()]
        return " ".join([super().formatMessage(record), *told])


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not re.search(r'[\s"=]', value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _json_lines() -> logging.Formatter:
    """For machines: ts (UTC), level, logger, event, then the fields; a traceback stands in exc_info."""
    return JsonFormatter(
        ["levelname", "name", "message"],
        rename_fields=NAMES,
        timestamp="ts",
        defaults={"ts": None},  # filled in later; here so that it stands first
        json_ensure_ascii=False,
    )
