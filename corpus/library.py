"""The folder of reports: which files it holds, what they are, and which can't be read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import FixConfiguration, UnreadableReport
from corpus.metadata import sidecar
from corpus.model import Report, finding_id
from corpus.parse import report_from

_IGNORED = frozenset({".toml", ".py", ".pyc", ".json", ".jsonl", ".css", ".js"})

_ABOUT_THE_FOLDER = frozenset({"readme", "licence", "license"})


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that did not become a report, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Library:
    """The reports of a folder, parsed, and the files that were skipped."""

    folder: Path
    reports: tuple[Report, ...]
    skipped: tuple[Skipped, ...]


def files(folder: Path) -> list[Path]:
    """Every file of a folder that might be a report, in a stable order.

    Raises ``FixConfiguration`` when the folder is missing or can't be listed.
    """
    if not folder.exists():
        raise FixConfiguration(f"There is no folder {folder}.", "Check the path and try again.")
    if folder.is_file():
        return [folder]
    try:
        found = [path for path in folder.rglob("*") if _may_be_file(path)]
    except OSError as error:
        raise FixConfiguration(f"The folder {folder} can't be read ({error.strerror}).",
                               "Check its permissions.") from error
    return sorted(path for path in found
                  if path.suffix.lower() not in _IGNORED and not path.name.startswith(".")
                  and not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _may_be_file(path: Path) -> bool:
    """Whether a path is a file; a broken link and what can't be looked at are reported later."""
    try:
        return path.is_file() or (path.is_symlink() and not path.exists())
    except OSError:
        return True


def fingerprint(folder: Path) -> str:
    """A digest of the reports of a folder by content: moving or touching a file keeps it."""
    digest = hashlib.sha256()
    for path in files(folder):
        digest.update(path.suffix.lower().encode() + b"\0")
        for file in (path, sidecar(path)):
            digest.update(_content_digest(file) + b"\0")
    return digest.hexdigest()


def _content_digest(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except FileNotFoundError:
        return b"absent"
    except OSError as error:
        return f"unreadable {error.errno}".encode()


def read(folder: Path) -> Library:
    """Parse every report of a folder. A file that can't be read is skipped with its reason.

    Two files with the same text are one report; two reports that come to the same id are told
    apart by a suffix made from their content.
    """
    base = folder.resolve() if folder.is_dir() else folder.absolute()
    parsed: dict[str, tuple[Path, Report]] = {}
    skipped: list[Skipped] = []
    for path in files(folder):
        if path.stem.lower() in _ABOUT_THE_FOLDER and path != folder:
            continue
        try:
            report = report_from(base / path.relative_to(folder) if path != folder else base)
        except UnreadableReport as error:
            skipped.append(Skipped(path, str(error)))
            continue
        digest = hashlib.sha256(report.text.encode("utf-8", "surrogatepass")).hexdigest()
        if digest in parsed:
            skipped.append(Skipped(path, f"{path.name}: it has the same text as "
                                   f"{parsed[digest][0].name}."))
            continue
        parsed[digest] = (path, report)
    return Library(folder, _told_apart(parsed), tuple(skipped))


def _told_apart(parsed: dict[str, tuple[Path, Report]]) -> tuple[Report, ...]:
    """The reports with ids that differ. Content, never a file's name, decides which of two
    keeps the short id, so that moving files changes no id."""
    first: dict[str, str] = {}
    for digest in sorted(parsed):
        first.setdefault(parsed[digest][1].id, digest)
    return tuple(report if first[report.id] == digest else _renamed(report, digest)
                 for digest, (_, report) in parsed.items())


def _renamed(report: Report, digest: str) -> Report:
    new = f"{report.id}-{digest[:6]}"
    findings = tuple(replace(f, report_id=new, id=finding_id(new, (), f.kind, f.id))
                     for f in report.findings)
    return replace(report, metadata=replace(report.metadata, id=new), findings=findings)
