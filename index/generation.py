"""Generations of the index: each is built whole in a folder of its own, then pointed to."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.errors import FixConfiguration

FORMAT = 5
# In the folder of a generation that mirrors one on a server: which.
MIRROR = "edition.json"
_POINTER = "current"
# Files that SQLite makes and removes as it likes.
_PASSING = ("-wal", "-shm", "-journal")
# Whoever opens Chroma writes a row into this one.
_RESTLESS = "chroma/chroma.sqlite3"
# What questions are answered from. Reading it once costs a second for each 1.6 GB, and a search
# among all vectors reads them anyway: so it is checked whenever an index is opened.
SERVED = frozenset({"catalogue.sqlite", "vectors.npy"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made of. ``library`` is the folder or passages file it mirrors,
    ``reports`` maps each report's id to the hash of its text and metadata, ``digests`` and
    ``paths`` map the files they were read from, by content and by place, to report ids, ``code``
    is the digest of the parser, ``kept`` are reports whose newest version can't be read,
    ``files`` maps the generation's files to their sizes in bytes, ``sums`` to their SHA-256."""

    format: int
    fingerprint: str
    model: str
    library: str
    passages_file: bool
    reports: dict[str, str]
    findings: int
    skipped: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    code: str = ""
    kept: tuple[str, ...] = ()
    files: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)


def folder(home: Path, name: str) -> Path:
    """The folder of a generation."""
    return home / "index" / name


def current(home: Path) -> tuple[Path, Manifest] | None:
    """The generation in force, or None when there is none that this version can read."""
    name, _, digest = stamp(home).partition(" ")
    try:
        path = folder(home, name)
        content = (path / "manifest.json").read_bytes()
        manifest = manifest_from(json.loads(content))
    except (OSError, ValueError):
        return None
    if manifest is None or (digest and digest != hashlib.sha256(content).hexdigest()):
        return None
    return (path, manifest) if _has_parts(path) else None


def _has_parts(path: Path) -> bool:
    # A mirror of a server's index has its vectors there.
    return (path / "catalogue.sqlite").is_file() and (
        (path / "chroma").is_dir() or (path / MIRROR).is_file())


def finished(home: Path, fingerprint: str) -> tuple[Path, Manifest] | None:
    """A whole generation of this fingerprint that is not in force: the process ended before it
    could be, or the library has become again what it was before."""
    for path in sorted((home / "index").glob(f"{fingerprint[:16]}-*")):
        try:
            manifest = manifest_from(json.loads((path / "manifest.json").read_bytes()))
        except (OSError, ValueError):
            continue
        if manifest is not None and manifest.fingerprint == fingerprint and manifest.sums \
                and _has_parts(path) and whole(path, manifest):
            return path, manifest
    return None


def whole(path: Path, manifest: Manifest) -> bool:
    """Whether every file of a generation is as it was published."""
    return shortened(path, manifest) is None and altered(path, manifest) is None


def manifest_from(values: Any) -> Manifest | None:
    """A manifest from its JSON; None for one that this version can't read."""
    try:
        if values["format"] != FORMAT:
            return None
        return Manifest(**{**values, "skipped": tuple(values["skipped"]),
                           "kept": tuple(values["kept"])})
    except (TypeError, KeyError):
        return None


def shortened(path: Path, manifest: Manifest) -> str | None:
    """The first file of a generation that is missing or cut short, None when all are whole.

    Opening such files could give wrong neighbours, or end the process inside Chroma.
    """
    for name, size in manifest.files.items():
        try:
            if (path / name).stat().st_size < size:
                return f"{name} is cut short"
        except OSError:
            return f"{name} is missing"
    return None


def altered(path: Path, manifest: Manifest,
            names: Collection[str] | None = None) -> str | None:
    """The first of these files, all where none are named, whose content is not what was
    published: a size does not show that. None when all are sound."""
    for name, known in manifest.sums.items():
        if names is None or name in names:
            try:
                if _digest(path / name) != known:
                    return f"{name} is not as it was written"
            except OSError as error:
                return f"{name} can't be read: {error.strerror}"
    return None


def altered_chroma(path: Path) -> str | None:
    """The first file of a generation's Chroma that is not what was published, None when all are
    sound."""
    try:
        manifest = manifest_from(json.loads((path / "manifest.json").read_bytes()))
    except (OSError, ValueError):
        manifest = None
    if manifest is None:
        return "manifest.json can't be read"
    return altered(path, manifest,
                   [name for name in manifest.sums if name.startswith("chroma/")])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged(detail: Exception | str) -> FixConfiguration:
    """The error for an index whose files can't be used."""
    return FixConfiguration(f"The index is damaged ({str(detail)[:200]}).",
                            "Run 'findings index --rebuild'; the reports are not touched.")


def stamp(home: Path) -> str:
    """What names the generation in force, empty when there is none: tells a reader to open anew.
    No time is asked for, which a clock that is set back would spoil."""
    try:
        return (home / "index" / _POINTER).read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""


def building(home: Path, model: str, fingerprint: str) -> tuple[Path, list[Path]]:
    """The folder to build in, which a build that was cut off may have begun, and the folders of
    other builds with the same model. Builds with another model are cleared away."""
    prefix = f"building-{hashlib.sha256(model.encode()).hexdigest()[:8]}-"
    target = folder(home, prefix + fingerprint[:16])
    target.mkdir(parents=True, exist_ok=True)
    others = [path for path in sorted((home / "index").glob("building-*")) if path != target]
    for other in others:
        if not other.name.startswith(prefix):
            shutil.rmtree(other, ignore_errors=True)
    return target, [other for other in others if other.name.startswith(prefix)]


def discard_builds(home: Path) -> None:
    """Forget builds that were cut off; the generation in force stays."""
    for path in (home / "index").glob("building-*"):
        shutil.rmtree(path, ignore_errors=True)


def publish(home: Path, building: Path, manifest: Manifest) -> Path:
    """Make a finished build the generation in force, in one step, and clear away older ones.

    The one before stays until the next build, for processes that still read it.
    """
    target = folder(home, f"{manifest.fingerprint[:16]}-{os.urandom(3).hex()}")
    try:
        files = {path.relative_to(building).as_posix(): path
                 for path in sorted(building.rglob("*"))
                 if path.is_file() and path.name != "manifest.json"
                 and not path.name.startswith(".") and not path.name.endswith(_PASSING)}
        told = asdict(replace(
            manifest, files={name: path.stat().st_size for name, path in files.items()},
            sums={name: _digest(path) for name, path in files.items() if name != _RESTLESS}))
        _write(building / "manifest.json", json.dumps(told, indent=1))
        building.replace(target)
    except OSError as error:
        raise unstored(home, error) from error
    put_in_force(home, target)
    return target


def put_in_force(home: Path, target: Path) -> None:
    """Point to a whole generation and clear away all but it and the one before."""
    before = current(home)
    try:
        _write(home / "index" / _POINTER, f"{target.name} {_digest(target / 'manifest.json')}")
    except OSError as error:
        raise unstored(home, error) from error
    kept = {target.name} | ({before[0].name} if before else set())
    for old in (home / "index").iterdir():
        if old.name not in kept and old.is_dir():
            shutil.rmtree(old, ignore_errors=True)


def unstored(home: Path, error: OSError | sqlite3.Error) -> FixConfiguration:
    """The error for an index that can't be written."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return FixConfiguration(f"The index can't be stored in {home} ({reason}).",
                            "Free some space or choose another folder with --home. What has been "
                            "done is kept.")


def _write(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.new")
    with scratch.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    scratch.replace(path)

