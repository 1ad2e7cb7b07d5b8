"""Generations of the index: each is built whole in a folder of its own, then pointed to."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from corpus.errors import FixConfiguration

FORMAT = 5
_POINTER = "current"
# Files that SQLite makes and removes as it likes.
_PASSING = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made of. ``library`` is the folder or passages file it mirrors,
    ``reports`` maps each report's id to the hash of its text and metadata, ``digests`` and
    ``paths`` map the files they were read from, by content and by place, to report ids, ``code``
    is the digest of the parser, ``kept`` are reports whose newest version can't be read,
    ``files`` maps the generation's files to their sizes in bytes."""

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


def folder(home: Path, name: str) -> Path:
    """The folder of a generation."""
    return home / "index" / name


def current(home: Path) -> tuple[Path, Manifest] | None:
    """The generation in force, or None when there is none that this version can read."""
    try:
        name = (home / "index" / _POINTER).read_text("utf-8").strip()
        path = folder(home, name)
        values = json.loads((path / "manifest.json").read_text("utf-8"))
        if values.get("format") != FORMAT:
            return None
        values["skipped"] = tuple(values["skipped"])
        values["kept"] = tuple(values["kept"])
        manifest = Manifest(**values)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if not (path / "catalogue.sqlite").is_file() or not (path / "chroma").is_dir():
        return None
    return path, manifest


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


def damaged(detail: Exception | str) -> FixConfiguration:
    """The error for an index whose files can't be used."""
    return FixConfiguration(f"The index is damaged ({str(detail)[:200]}).",
                            "Run 'findings index --rebuild'; the reports are not touched.")


def stamp(home: Path) -> float:
    """When the pointer last changed, 0 when there is none: tells a reader to open anew."""
    try:
        return (home / "index" / _POINTER).stat().st_mtime
    except OSError:
        return 0.0


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
    before = current(home)
    name = f"{manifest.fingerprint[:16]}-{os.urandom(3).hex()}"
    target = folder(home, name)
    try:
        sizes = {path.relative_to(building).as_posix(): path.stat().st_size
                 for path in sorted(building.rglob("*"))
                 if path.is_file() and path.name != "manifest.json"
                 and not path.name.endswith(_PASSING)}
        told = asdict(replace(manifest, files=sizes))
        _write(building / "manifest.json", json.dumps(told, indent=1))
        building.replace(target)
        _write(home / "index" / _POINTER, name)
    except OSError as error:
        raise FixConfiguration(f"The index can't be stored in {home} ({error.strerror}).",
                               "Free some space or choose another folder with --home.") from error
    kept = {target.name, _POINTER} | ({before[0].name} if before else set())
    for old in (home / "index").iterdir():
        if old.name not in kept and old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
    return target


def _write(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.new")
    with scratch.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    scratch.replace(path)

