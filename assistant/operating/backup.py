"""A copy of what can't be made again, taken while the program serves."""

from __future__ import annotations

import io
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from assistant import conversations, feedback, runs
from assistant.conversation import SUFFIX
from assistant.operating import archive, manifest
from assistant.operating.locks import held
from assistant.operating.manifest import File
from assistant.paper import store as papers
from assistant.service import library_of
from assistant.settings import SHIPPED_REPORTS, Settings
from corpus.errors import FixConfiguration, TryAgain
from index import generation
from index.lock import writing
from index.wanted import CORRECTIONS, UPLOADS

INDEX = "index"
# Which of several installations that share an index this is.
INSTALLATION = "installation"
USERS = "users.toml"
# What a backup holds of a home, by its first name; a users file may go by any.
PARTS = (UPLOADS, CORRECTIONS, conversations.FOLDER, papers.FOLDER, feedback.FILE, runs.FOLDER,
         INSTALLATION, INDEX)
# Files that SQLite makes and removes as it likes.
_PASSING = ("-wal", "-shm", "-journal")
_SETTLED_S = 2.0
_TRIES = 20
_INDEX_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Made:
    """What was copied: files by the first part of their name, and bytes in all."""

    counts: dict[str, int]
    size: int


class _Copying:
    """Files on their way into a backup, with their digests."""

    def __init__(self, writer: archive.Writer) -> None:
        self._writer = writer
        self.files: dict[str, File] = {}

    def take(self, path: Path, name: str) -> None:
        """Copy a file as it is at this moment; one that has gone meanwhile is left out."""
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return
        with os.fdopen(handle, "rb") as file:
            told = os.fstat(file.fileno())
            if stat.S_ISREG(told.st_mode):
                self._put(name, told.st_size, file)

    def say(self, name: str, content: bytes) -> None:
        """Write a file of the backup's own."""
        self._writer.add(name, len(content), io.BytesIO(content))

    def _put(self, name: str, size: int, file: IO[bytes]) -> None:
        hashed = archive.Hashed(file)
        try:
            self._writer.add(name, size, hashed)
        except EOFError as error:
            raise TryAgain(f"{name} changed while it was copied.", "Try again.") from error
        self.files[name] = File(size=size, sha256=hashed.sha256)


def back_up(settings: Settings, target: Path, with_index: bool = False) -> Made:
    """Copy what can't be made again to ``target``: a ``.tar.zst`` or ``.tar.gz`` file, or a folder
    that isn't there. Each part is copied under the lock that its writers take.

    Raises ``FixConfiguration`` where the home isn't there, or the target is or can't be written;
    ``TryAgain`` while others write for too long.
    """
    home = settings.home_path
    if not home.is_dir():
        raise FixConfiguration(f"There is no home {home}.", "Name it with --home.")
    if with_index and settings.chroma:
        raise FixConfiguration("The index is on the Chroma server.",
                               "Leave --index out, and back the server's own folder up.")
    with archive.writing(target) as writer:
        copying = _Copying(writer)
        _uploads(home, copying)
        _of_owners(home / conversations.FOLDER, SUFFIX, "writing.lock", copying)
        _of_owners(home / papers.FOLDER, ".json", "lock", copying)
        if (home / feedback.FILE).exists():
            with held(home / "feedback.lock"):
                copying.take(home / feedback.FILE, feedback.FILE)
        for path in _below(home / runs.FOLDER):
            copying.take(path, path.relative_to(home).as_posix())
        copying.take(home / INSTALLATION, INSTALLATION)
        users = _users(settings, copying)
        if with_index:
            _index(home, copying)
        told = manifest.made_now(_library(settings), users, with_index, copying.files)
        copying.say(manifest.NAME, told.model_dump_json(indent=1).encode())
    counts: dict[str, int] = {}
    for name in copying.files:
        part = name.partition("/")[0]
        counts[part] = counts.get(part, 0) + 1
    return Made(counts, sum(one.size for one in copying.files.values()))


def _uploads(home: Path, copying: _Copying) -> None:
    """Uploads and corrections that belong together. Their writers take no lock: each puts a whole
    file in place and then its correction, so that both are copied once that has been quiet for a
    while, and once more where it wasn't."""
    folders = home / UPLOADS, home / CORRECTIONS
    for _ in range(_TRIES):
        before = _stamps(folders)
        if before and abs(time.time() - max(before.values()) / 1e9) < _SETTLED_S:
            time.sleep(_SETTLED_S / 4)
            continue
        with TemporaryDirectory(prefix=".copying-", dir=home) as scratch:
            linked = [(path, Path(scratch) / str(number)) for number, path in enumerate(
                path for folder in folders for path in _below(folder))]
            for path, link in linked:
                with suppress(FileNotFoundError):
                    _hold(path, link)
            if _stamps(folders) != before:
                continue
            for path, link in linked:
                copying.take(link, path.relative_to(home).as_posix())
            return
    raise TryAgain("Reports are being added without a pause.", "Try again.")


def _hold(path: Path, link: Path) -> None:
    """Keep a file as it is now under another name, without copying it where that can be."""
    try:
        os.link(path, link, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:
        # Another disk, or one without links.
        link.write_bytes(path.read_bytes())


def _stamps(folders: tuple[Path, ...]) -> dict[Path, int]:
    """When entries of these folders last came or went, in nanoseconds."""
    return {folder: folder.stat().st_mtime_ns for folder in folders if folder.is_dir()}


def _of_owners(folder: Path, suffix: str, lock: str, copying: _Copying) -> None:
    """What each owner has, whose folder is locked while it is copied."""
    for own in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not own.is_dir() or own.is_symlink():
            continue
        with held(own / lock):
            for path in sorted(own.glob(f"*{suffix}")):
                copying.take(path, path.relative_to(folder.parent).as_posix())


def _below(folder: Path) -> Iterator[Path]:
    """Files below a folder, hidden ones and locks left out."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and not path.name.endswith(".new") \
                and not any(part.startswith(".") for part in parts):
            yield path


def _users(settings: Settings, copying: _Copying) -> str:
    """Copy the users file, wherever it is; its name in the backup, "" where there is none."""
    path = settings.users_path
    if path is None or not (path := path.expanduser()).is_file():
        return ""
    with held(path.with_name(f".{path.name}.lock")):
        copying.take(path, USERS)
    return USERS


def _index(home: Path, copying: _Copying) -> None:
    """The generation in force. Nothing in it is ever written again, its databases included, and
    what it says of itself holds for its files byte by byte."""
    with writing(home, _INDEX_WAIT_S):
        found = generation.current(home)
        if found is None:
            return
        for path in _below(found[0]):
            if not path.name.endswith(_PASSING):
                copying.take(path, path.relative_to(home).as_posix())
        copying.take(home / INDEX / "current", f"{INDEX}/current")


def _library(settings: Settings) -> str:
    library = library_of(settings)
    return manifest.SHIPPED if library == SHIPPED_REPORTS else str(library)
