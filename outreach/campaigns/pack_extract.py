"""Babel extractor for packs: each step's English, under the context that finds its translations.

Registered as the extraction method "outreach_packs", so that `pybabel extract` knows it too.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from outreach.campaigns.packs import Pack, read_pack

Extracted = tuple[int, str, tuple[str, str], list[str]]


def extract_pack(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """The texts of one pack: (line, function, (context, English), comments for translators). Raises PackError.

    The signature is Babel's; a pack needs none of its options.
    """
    del keywords, comment_tags, options
    yield from pack_texts(read_pack(Path(fileobj.name)))


def pack_texts(pack: Pack) -> Iterator[Extracted]:
    fields = {**pack.given, **pack.fields}
    for step in pack.steps:
        samples = ", ".join(
            f"{{{name}}} = {field.sample}" for name, field in fields.items() if f"{{{name}}}" in step.english
        )
        comments = [f"{pack.title}, {step.when_words}"] + ([f"Samples: {samples}"] if samples else [])
        yield step.line, "pgettext", (step.context, step.english), comments
