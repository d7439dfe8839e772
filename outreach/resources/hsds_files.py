"""The first step of an import: whatever was handed over (folder, file, zip) as named byte strings."""

import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LARGEST = 1 << 30  # bytes unpacked: a zip that claims more is refused
SUFFIXES = (".csv", ".json")


class ResourceImportError(Exception):
    """What was handed over cannot be imported; the text says why, in words for the person who did."""


@dataclass(frozen=True, slots=True)
class HsdsFile:
    name: str
    content: bytes


def open_files(path: Path) -> list[HsdsFile]:
    """The CSV or JSON files at `path`, by name; CSV wins where both lie side by side (they repeat each
    other).

    A zip is read in memory, never unpacked to disk. Raises ResourceImportError when there is nothing to read.
    """
    if not path.exists():
        raise ResourceImportError(f"there is no file or folder {path.name!r}")
    try:
        files = _read_folder(path) if path.is_dir() else _read_one(path)
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise ResourceImportError(f"cannot read {path.name!r}: {type(error).__name__}") from error
    if not files:
        raise ResourceImportError(f"{path.name!r} holds no CSV and no JSON file")
    tables = [file for file in files if file.name.lower().endswith(".csv")]
    if not tables:
        return files
    # datapackage.json tells which table a file holds when its name does not.
    return tables + [file for file in files if file.name == "datapackage.json"]


def table_names(files: list[HsdsFile]) -> dict[str, str]:
    """File name to table name, as datapackage.json has it; empty without one or with one that cannot be
    read."""
    package = next((file for file in files if file.name == "datapackage.json"), None)
    if package is None:
        return {}
    try:
        resources = json.loads(decode(package.content)[0])["resources"]
        return {PurePosixPath(str(entry["path"])).name: str(entry["name"]) for entry in resources}
    except (ValueError, KeyError, TypeError):
        return {}


def decode(content: bytes) -> tuple[str, str | None]:
    """Text of a file, and a remark when it was not UTF-8: Windows' Latin-1, or UTF-16 with its mark."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), "UTF-16"
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "Latin-1 (Windows-1252)"


def _read_folder(folder: Path) -> list[HsdsFile]:
    paths = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES)
    return [HsdsFile(path.name, path.read_bytes()) for path in paths]


def _read_one(path: Path) -> list[HsdsFile]:
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            return _read_zip(archive)
    if path.suffix.lower() not in SUFFIXES:
        raise ResourceImportError(f"{path.name!r} is neither CSV, JSON nor zip")
    return [HsdsFile(path.name, path.read_bytes())]


def _read_zip(archive: zipfile.ZipFile) -> list[HsdsFile]:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and PurePosixPath(member.filename).suffix.lower() in SUFFIXES
        and not member.filename.startswith("__MACOSX/")
    ]
    if sum(member.file_size for member in members) > LARGEST:
        raise ResourceImportError("the zip holds more than a gigabyte")
    if any(member.flag_bits & 1 for member in members):
        raise ResourceImportError("the zip is locked with a password")
    files = [HsdsFile(PurePosixPath(member.filename).name, archive.read(member)) for member in members]
    return sorted(files, key=lambda file: file.name)
