"""The files of a backup: a .tar.zst or .tar.gz file, or a folder; written whole or not at all,
and read without trusting what is in it."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tarfile
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

import zstandard

from corpus.errors import FixConfiguration, GiveUp

CHUNK = 1 << 20
# More memory than this for a window, in bytes, no backup of ours asks for.
_WINDOW = 1 << 27
_LONGEST_NAME, _LONGEST_PART = 1000, 255
DAMAGED = "Use another backup; nothing was changed."


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes, none at the end."""
        ...


class Hashed:
    """Reads, and takes the SHA-256 of what is read on the way."""

    def __init__(self, content: Readable) -> None:
        self._content, self._digest = content, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes, none at the end."""
        chunk = self._content.read(size)
        self._digest.update(chunk)
        return chunk

    @property
    def sha256(self) -> str:
        """The digest of what has been read, in hex."""
        return self._digest.hexdigest()


@dataclass(frozen=True)
class Member:
    """A file of a backup: its name below the home, its size in bytes, and its content."""

    name: str
    size: int
    content: Readable


class Writer(Protocol):
    """Takes the files of a backup."""

    def add(self, name: str, size: int, content: Readable) -> None:
        """Take ``size`` bytes of a content under a name. Raises ``EOFError`` where there are
        fewer."""
        ...


class _Tar:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, size: int, content: Readable) -> None:
        told = tarfile.TarInfo(name)
        told.size, told.mode = size, 0o600
        self._tar.addfile(told, cast("IO[bytes]", _Whole(content)))


class _Whole:
    """Says itself that a content is too short: what tarfile says can't be told from a full
    disk."""

    def __init__(self, content: Readable) -> None:
        self._content = content

    def read(self, size: int) -> bytes:
        chunk = self._content.read(size)
        while len(chunk) < size:
            more = self._content.read(size - len(chunk))
            if not more:
                raise EOFError
            chunk += more
        return chunk


class _Folder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, size: int, content: Readable) -> None:
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with new_file(target) as file:
            copy(content, file, size)


def new_file(path: Path) -> BinaryIO:
    """A new file that nobody else on this computer may read. Raises ``OSError``."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def copy(content: Readable, to: IO[bytes], size: int) -> None:
    """Copy exactly ``size`` bytes. Raises ``EOFError`` where there are fewer."""
    left = size
    while left:
        chunk = content.read(min(CHUNK, left))
        if not chunk:
            raise EOFError
        to.write(chunk)
        left -= len(chunk)


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """Write a backup to ``target``, which appears at the end and not before.

    Raises ``FixConfiguration`` where it is there already or can't be written.
    """
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FixConfiguration(f"{target} is there already.", "Name another file or folder.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with ExitStack() as stack:
            stack.callback(_gone, part)
            target.parent.mkdir(parents=True, exist_ok=True)
            kind = _kind(target)
            if kind == "folder":
                part.mkdir(mode=0o700)
                yield _Folder(part)
            else:
                file = stack.enter_context(new_file(part))
                with _packing(file, kind) as packed, tarfile.open(
                        fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                    yield _Tar(tar)
                file.flush()
                os.fsync(file.fileno())
            if target.is_dir():
                target.rmdir()
            part.replace(target)
    except OSError as error:
        raise FixConfiguration(f"The backup can't be written to {target} ({error.strerror}).",
                               "Free some space, or name another file.") from error


def _gone(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)


def _kind(path: Path) -> str:
    """What a backup is by its name. Raises ``FixConfiguration`` for what it can't be."""
    name = path.name.lower()
    if name.endswith((".tar.zst", ".tzst")):
        return "zstd"
    if name.endswith((".tar.gz", ".tgz")):
        return "gzip"
    if path.is_dir() or not path.suffix:
        return "folder"
    raise FixConfiguration(f"{path.name} says nothing of what it should be.",
                           "End it in .tar.zst or .tar.gz, or name a folder.")


@contextmanager
def _packing(file: IO[bytes], kind: str) -> Iterator[IO[bytes]]:
    if kind == "zstd":
        with zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as packed:
            yield packed
    else:
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as plain:
            yield cast("IO[bytes]", plain)


@contextmanager
def reading(source: Path) -> Iterator[Iterator[Member]]:
    """The members of a backup, in order. Each content is to be read before the next is asked for.

    Raises ``FixConfiguration`` where it isn't there, ``GiveUp`` where it is damaged or holds
    what no backup holds: a name that leads elsewhere, a link, a device.
    """
    if not source.exists():
        raise FixConfiguration(f"There is no {source}.", "Name the backup's file or folder.")
    try:
        with ExitStack() as stack:
            if source.is_dir():
                yield _of_folder(source)
                return
            kind = _kind(source)
            file = stack.enter_context(source.open("rb"))
            packed = stack.enter_context(_unpacking(file, kind))
            yield _of_tar(stack.enter_context(tarfile.open(fileobj=packed, mode="r|")))
    except (tarfile.TarError, zstandard.ZstdError, zlib.error, EOFError, gzip.BadGzipFile,
            UnicodeDecodeError) as error:
        raise GiveUp(f"{source} is damaged, or no backup.", DAMAGED) from error


@contextmanager
def _unpacking(file: IO[bytes], kind: str) -> Iterator[IO[bytes]]:
    if kind == "zstd":
        with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
                file, read_across_frames=True, closefd=False) as packed:
            yield packed
    else:
        with gzip.GzipFile(fileobj=file) as plain:
            yield cast("IO[bytes]", plain)


def _of_tar(tar: tarfile.TarFile) -> Iterator[Member]:
    for told in tar:
        check_name(told.name)
        if told.isdir():
            continue
        content = tar.extractfile(told) if told.isreg() and not told.issparse() else None
        if content is None:
            raise GiveUp(f"{_shown(told.name)} in the backup is no ordinary file.", DAMAGED)
        yield Member(told.name, told.size, content)


def _of_folder(folder: Path) -> Iterator[Member]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        check_name(name)
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise GiveUp(f"{_shown(name)} in the backup is no ordinary file.", DAMAGED)
        if path.is_file():
            with path.open("rb") as content:
                yield Member(name, os.fstat(content.fileno()).st_size, content)


def check_name(name: str) -> None:
    """Raises ``GiveUp`` for a name that may lead out of the folder it is put in, or that a system
    reads in a way of its own."""
    parts = name.split("/")
    fine = (len(name) <= _LONGEST_NAME and not name.startswith("/") and "\\" not in name
            and all(part and part not in (".", "..") and len(part.encode("utf-8", "replace"))
                    <= _LONGEST_PART for part in parts)
            and not any(unicodedata.category(c) in ("Cc", "Cs") for c in name))
    if not fine or (len(parts[0]) == 2 and parts[0][1] == ":"):
        raise GiveUp(f"{_shown(name)} in the backup is no name of a file in a home.", DAMAGED)


def _shown(name: str) -> str:
    return ascii(name[:100])
