"""Puts a backup back: laid out and checked beside what is there, then moved into place."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.operating import archive, manifest
from assistant.operating.backup import INDEX, PARTS, USERS
from assistant.operating.manifest import Manifest
from assistant.operating.serving import replacing
from corpus.errors import FixConfiguration, GiveUp
from index.lock import writing

_STAGING = ".restoring-"
ASIDE = "before-restore-"
_JOURNAL = "journal.json"
_NEW = "new"
# Disk that is left free, in bytes.
RESERVE = 200_000_000
MOST_FILES = 1_000_000
_LOCK_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place: files by the first part of their name, and where what was there
    before is now, None where there was nothing."""

    manifest: Manifest
    counts: dict[str, int]
    aside: Path | None


def restore(home: Path, source: Path, replace: bool = False,
            most_bytes: int | None = None) -> Restored:
    """Put a backup into ``home``. With ``replace`` what is there is moved aside, not removed.
    ``most_bytes`` is how much may be unpacked; by default what the disk has room for.

    Raises ``FixConfiguration`` for a home that holds something, or is being served (``TryAgain``),
    ``GiveUp`` for a backup that is damaged or was tampered with. The home is then as it was.
    """
    try:
        with replacing(home), writing(home, _LOCK_WAIT_S):
            finish(home)
            there = held(home)
            if there and not replace:
                raise FixConfiguration(f"The home {home} is not empty ({', '.join(there)}).",
                                       "Name another with --home, or give --replace: what is "
                                       "there is then moved aside.")
            staging = home / f"{_STAGING}{os.urandom(4).hex()}"
            try:
                (staging / _NEW).mkdir(parents=True, mode=0o700)
                told, counts = _laid_out(source, staging / _NEW, most_bytes)
                aside = _swap(home, staging)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
            return Restored(told, counts, aside)
    except OSError as error:
        raise FixConfiguration(f"The backup can't be put into {home} ({error.strerror}).",
                               "Free some space, or choose another home; nothing was changed."
                               ) from error


def held(home: Path) -> list[str]:
    """What a home holds that a backup could take the place of."""
    return [name for name in (*PARTS, USERS) if _is_something(home / name)]


def _is_something(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(path.iterdir()))


def cut_off(home: Path) -> bool:
    """Whether a restore was killed while it moved things into place."""
    return any(home.glob(f"{_STAGING}*/{_JOURNAL}"))


def finish(home: Path) -> None:
    """End what a restore that was killed had begun: to its end where it was moving things into
    place, else as if it had not been. To be called while nobody serves the home."""
    for staging in home.glob(f"{_STAGING}*"):
        journal = staging / _JOURNAL
        if journal.exists():
            told = json.loads(journal.read_text("utf-8"))
            _move(home, staging / _NEW, home / told["aside"], told["old"], told["new"], [])
        shutil.rmtree(staging, ignore_errors=True)


def _laid_out(source: Path, folder: Path,
              most_bytes: int | None) -> tuple[Manifest, dict[str, int]]:
    """Unpack a backup and hold it against what it says of itself."""
    room = max(0, shutil.disk_usage(folder).free - RESERVE)
    left = room if most_bytes is None else min(room, most_bytes)
    digests: dict[str, tuple[int, str]] = {}
    told: Manifest | None = None
    with archive.reading(source) as members:
        for member in members:
            twice = member.name in digests or (told and member.name == manifest.NAME)
            if twice or len(digests) >= MOST_FILES:
                raise GiveUp("The backup holds a file twice, or too many.", archive.DAMAGED)
            if member.name == manifest.NAME:
                told = manifest.read(_content(member))
                continue
            _check_part(member.name)
            left -= member.size
            if left < 0:
                raise GiveUp("The backup holds more than there is room for.",
                             "Free some space; nothing was changed.")
            digests[member.name] = _unpacked(member, folder / member.name)
    if told is None:
        raise GiveUp("The backup is not whole: it says nothing of itself.", archive.DAMAGED)
    wanted = {name: (one.size, one.sha256) for name, one in told.files.items()}
    wrong = sorted(name for name in wanted.keys() | digests.keys()
                   if wanted.get(name) != digests.get(name))
    if wrong:
        raise GiveUp(f"{len(wrong)} of the backup's files are not as they were when it was made, "
                     f"such as {wrong[0]}.", archive.DAMAGED)
    counts: dict[str, int] = {}
    for name in digests:
        part = name.partition("/")[0]
        counts[part] = counts.get(part, 0) + 1
    return told, counts


def _content(member: archive.Member) -> bytes:
    if member.size > manifest.SIZE_LIMIT:
        raise GiveUp("What the backup says of itself is too long.", archive.DAMAGED)
    return member.content.read(member.size)


def _check_part(name: str) -> None:
    part, _, rest = name.partition("/")
    single = part in (USERS, "feedback.jsonl", "installation")
    if part not in (*PARTS, USERS) or single == bool(rest):
        raise GiveUp(f"The backup holds {name[:100]!a}, which is no part of a home.",
                     archive.DAMAGED)


def _unpacked(member: archive.Member, target: Path) -> tuple[int, str]:
    """Write a member's content; its size and SHA-256."""
    hashed = archive.Hashed(member.content)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with archive.new_file(target) as file:
            archive.copy(hashed, file, member.size)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise GiveUp(f"The backup holds {member.name[:100]!a} twice.",
                     archive.DAMAGED) from error
    return member.size, hashed.sha256


def _swap(home: Path, staging: Path) -> Path | None:
    """Move what is there aside and what was unpacked into its place. From the moment the journal
    is there a kill leads forward (``finish``), an error back."""
    new = sorted(path.name for path in (staging / _NEW).iterdir())
    keeps = {INDEX, USERS} - set(new)
    old = [name for name in held(home) if name not in keeps]
    aside = home / f"{ASIDE}{datetime.now(UTC):%Y%m%d-%H%M%S}"
    # All that was unpacked is on the disk before anything is moved.
    os.sync()
    scratch = staging / f"{_JOURNAL}.new"
    scratch.write_text(json.dumps({"aside": aside.name, "old": old, "new": new}), "utf-8")
    scratch.replace(staging / _JOURNAL)
    moved: list[tuple[Path, Path]] = []
    try:
        _move(home, staging / _NEW, aside, old, new, moved)
    except OSError:
        for at, to in reversed(moved):
            at.rename(to)
        if aside.is_dir() and not any(aside.iterdir()):
            aside.rmdir()
        (staging / _JOURNAL).unlink()
        raise
    return aside if old else None


def _move(home: Path, unpacked: Path, aside: Path, old: list[str], new: list[str],
          moved: list[tuple[Path, Path]]) -> None:
    """Each move that has not been made yet; ``moved`` says where each thing is and was."""
    if old:
        aside.mkdir(exist_ok=True, mode=0o700)
    for name in old:
        if not (aside / name).exists() and (home / name).exists():
            (home / name).rename(aside / name)
            moved.append((aside / name, home / name))
    for name in new:
        if (unpacked / name).exists():
            if (home / name).is_dir():
                (home / name).rmdir()  # an empty one
            (unpacked / name).rename(home / name)
            moved.append((home / name, unpacked / name))


