"""The reports of one or more folders: which files there are, what they hold, what can't be read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from corpus.digests import Digests
from corpus.errors import FixConfiguration, UnreadableReport
from corpus.metadata import sidecar
from corpus.model import Report, finding_id
from corpus.parse import report_from

# Files that are never reports: data, programs, and what a browser saves beside a page.
_IGNORED = frozenset({".toml", ".py", ".pyc", ".json", ".jsonl", ".css", ".js", ".png", ".jpg",
                      ".jpeg", ".gif", ".svg", ".webp", ".ico", ".woff", ".woff2", ".ttf"})
_SAVED_WITH_A_PAGE = "_files"
# Files that are parsed at a time; each may take the memory that a reader is allowed.
_AT_ONCE = 4
_ABOUT_THE_FOLDER = frozenset({"readme", "licence", "license"})


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that did not become a report, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """A file that may be a report. ``digest`` covers its content and all metadata files that
    speak of it, not its place: a moved file keeps it."""

    path: Path
    digest: str
    corrections: Path | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """Reports, parsed, and the files that were skipped. ``digests`` tells which report each file
    became (by ``Item.digest``), ``paths`` the same by path; ``kept`` are the ids of reports whose
    newest version can't be read, so that the version before it was kept."""

    reports: tuple[Report, ...]
    skipped: tuple[Skipped, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What was read last time: reports by ``Item.digest`` and by path."""

    by_digest: Callable[[str], Report | None] = lambda _: None
    by_path: Callable[[str], Report | None] = lambda _: None


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
                  and not any(part.startswith(".") or part.endswith(_SAVED_WITH_A_PAGE)
                              for part in path.relative_to(folder).parts))


def _may_be_file(path: Path) -> bool:
    """Whether a path is a file; a broken link and what can't be looked at are reported later."""
    try:
        return path.is_file() or (path.is_symlink() and not path.exists())
    except OSError:
        return True


def items(folders: Sequence[Path], corrections: Path | None = None,
          digests: Digests | None = None) -> list[Item]:
    """The files of these folders with what they hold. ``corrections`` is the folder of metadata
    corrections, each named by the digest of the file it corrects."""
    digests = digests or Digests()
    found: list[Item] = []
    for folder in folders:
        base = folder.resolve() if folder.is_dir() else folder.absolute()
        for path in files(folder):
            if path.stem.lower() in _ABOUT_THE_FOLDER and path != folder:
                continue
            place = base / path.relative_to(folder) if path != folder else base
            content = digests.of(place)
            corrected = corrections / f"{content}.toml" if corrections is not None else None
            parts = [place.suffix.lower(), content, digests.of(sidecar(place))]
            if corrected is not None:
                parts.append(digests.of(corrected))
            digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
            here = corrected if corrected is not None and corrected.is_file() else None
            found.append(Item(place, digest, here))
    return found


def fingerprint(folder: Path) -> str:
    """A digest of the reports of a folder by content: moving or touching a file keeps it."""
    return fingerprint_of(items([folder]))


def fingerprint_of(found: Sequence[Item]) -> str:
    """A digest of these files by content, whatever their order."""
    return hashlib.sha256("\0".join(sorted(item.digest for item in found)).encode()).hexdigest()


def read(folder: Path) -> Library:
    """Parse every report of a folder. A file that can't be read is skipped with its reason."""
    return read_items(items([folder]))


def read_items(found: Sequence[Item], before: Before | None = None) -> Library:
    """The reports of these files. What was parsed ``before`` and has not changed is not parsed
    again; where a changed file can't be read, the report that stood there before is kept.

    Two files with the same text are one report; two reports that come to the same id are told
    apart by a suffix made from their content.
    """
    before = before or Before()
    parsed: dict[str, tuple[Item, Report]] = {}
    skipped: list[Skipped] = []
    kept: set[str] = set()
    for item, reading in _read_ahead(found, before):
        try:
            report = reading()
        except UnreadableReport as error:
            earlier = before.by_path(str(item.path))
            note = " The version before it goes on answering." if earlier else ""
            skipped.append(Skipped(item.path, f"{error}{note}"))
            if earlier is None:
                continue
            report = earlier
            kept.add(report.source)
        digest = hashlib.sha256(report.text.encode("utf-8", "surrogatepass")).hexdigest()
        if digest in parsed:
            skipped.append(Skipped(item.path, f"{item.path.name}: it has the same text as "
                                   f"{parsed[digest][0].path.name}."))
            continue
        parsed[digest] = (item, report)
    return _library(parsed, skipped, kept)


def _read_ahead(found: Sequence[Item],
                before: Before) -> Iterator[tuple[Item, Callable[[], Report]]]:
    """Each file with what to call for its report, which raises what parsing it raised. Several
    are parsed at a time: most of it happens in processes of their own
    (``corpus/readers/guard.py``)."""
    with ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1), "parse") as pool:
        begun: list[tuple[Item, Callable[[], Report]]] = []
        for item in found:
            known = before.by_digest(item.digest)
            begun.append((item, partial(_at, known, item.path) if known else pool.submit(
                report_from, item.path, item.corrections).result))
        yield from begun


def _at(report: Report, path: Path) -> Report:
    """A report read before, at the place where its file is now."""
    return report if report.source == str(path) else replace(report, source=str(path))


def _library(parsed: dict[str, tuple[Item, Report]], skipped: list[Skipped],
             kept: set[str]) -> Library:
    """The reports with ids that differ. Content, never a file's name, decides which of two
    keeps the short id, so that moving files changes no id."""
    first: dict[str, str] = {}
    for digest in sorted(parsed):
        first.setdefault(parsed[digest][1].id, digest)
    reports: list[Report] = []
    digests: dict[str, str] = {}
    paths: dict[str, str] = {}
    for digest, (item, report) in parsed.items():
        here = report if first[report.id] == digest else _renamed(report, digest)
        reports.append(here)
        paths[str(item.path)] = here.id
        if report.source not in kept and here is report:
            digests[item.digest] = here.id
    held = tuple(r.id for r in reports if r.source in kept)
    return Library(tuple(reports), tuple(skipped), digests, paths, held)


def _renamed(report: Report, digest: str) -> Report:
    new = f"{report.id}-{digest[:6]}"
    findings = tuple(replace(f, report_id=new, id=finding_id(new, (), f.kind, f.id))
                     for f in report.findings)
    return replace(report, metadata=replace(report.metadata, id=new), findings=findings)
