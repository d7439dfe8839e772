"""Drafts by machine: asked of a server with LibreTranslate's API, kept as drafts, and never with a lost field."""

from collections.abc import Iterator

import pytest

from outreach.wording.machine import LibreTranslate, MachineError, draft
from tests.support.translation_server import TranslationServer, run_translation_server

ENGLISH = "{sender}: Free eye check on {date}. Text TALK & we call. See https://example.org/a?b=1 or call 211."


@pytest.fixture
def server() -> Iterator[TranslationServer]:
    with run_translation_server() as running:
        yield running


def test_fields_keywords_numbers_and_links_come_back_untouched(server: TranslationServer) -> None:
    text = draft(LibreTranslate(server.url), ENGLISH, "es")
    for kept in ("{sender}", "{date}", "TALK", "211", "https://example.org/a?b=1", " & "):
        assert text.count(kept) == 1, kept
    assert text.startswith("[es]{sender}[es]: Free eye check")


def test_the_server_is_asked_as_it_wants_to_be(server: TranslationServer) -> None:
    server.key = "a key"
    draft(LibreTranslate(server.url + "/", "a key"), ENGLISH, "es")
    [asked] = server.asked
    assert asked["q"].startswith('<span translate="no">{sender}</span>: Free eye check')
    assert (asked["source"], asked["target"], asked["format"], asked["api_key"]) == ("en", "es", "html", "a key")


@pytest.mark.parametrize(("language", "code"), [("pt_BR", "pt-BR"), ("zh_Hans", "zh"), ("vi", "vi")])
def test_a_language_goes_by_the_servers_own_name(server: TranslationServer, language: str, code: str) -> None:
    draft(LibreTranslate(server.url), "Hello", language)
    assert server.asked[0]["target"] == code


def test_a_draft_that_lost_a_field_is_none(server: TranslationServer) -> None:
    server.loses = "{date}"
    with pytest.raises(MachineError, match=r"lost \{date\}; write this text yourself"):
        draft(LibreTranslate(server.url), ENGLISH, "es")


@pytest.mark.parametrize(
    ("language", "status", "key", "says"),
    [
        ("ht", 200, None, "does not know Haitian Creole"),
        ("es", 500, None, r"refuses \(500\)"),
        ("es", 200, "another key", r"refuses \(403\)"),
    ],
)
def test_what_goes_wrong_is_said(
    server: TranslationServer, language: str, status: int, key: str | None, says: str
) -> None:
    server.status, server.key = status, key
    with pytest.raises(MachineError, match=says):
        draft(LibreTranslate(server.url), ENGLISH, language)


def test_a_server_that_is_away_is_said() -> None:
    with pytest.raises(MachineError, match="does not answer"):
        draft(LibreTranslate("http://127.0.0.1:9"), ENGLISH, "es")


def test_the_key_stays_out_of_what_is_printed() -> None:
    assert "secret" not in repr(LibreTranslate("http://127.0.0.1:9", "secret"))
