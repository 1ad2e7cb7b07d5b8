"""Conversations, kept in the home folder for whoever had them, a folder for each owner."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.conversation import (
    SUFFIX,
    UNREADABLE,
    Head,
    Turns,
    damaged,
    first_line,
    head_of,
    is_id,
    new_id,
    packed,
    read_head,
    titled,
    unpacked,
    write,
)
from corpus.errors import FixConfiguration, GiveUp, TryAgain, remedy

logger = logging.getLogger(__name__)

FOLDER = "conversations"
# So many conversations are kept for one owner; the ones that were left alone longest go first.
KEPT = 200
# The longest conversation that is kept, in bytes: some hundred ordinary answers.
SIZE_LIMIT = 8_000_000
# How long to wait for another thread or process that writes.
WAIT_S = 10.0
# So many deleted conversations can be brought back while the program runs.
UNDOABLE = 10


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as it was read: ``own`` says that it is the reader's, else they get a copy."""

    head: Head
    turns: tuple[dict[str, Any], ...]
    own: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """An owner's conversations, the last changed first, and how many files can't be read."""

    heads: tuple[Head, ...]
    unreadable: int


class Conversations:
    """The conversations of one home. Safe to use from several threads and processes at once.

    An owner is any secret or name that the caller vouches for; only its hash is kept. What is
    not an owner's own can be opened by its id alone and never be listed, renamed or deleted.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / FOLDER
        self._deleted: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def listing(self, owner: str) -> Listing:
        """What is kept for an owner. Raises ``FixConfiguration`` where it can't be looked at."""
        heads, unreadable = self._heads(self._folder(owner))
        heads.sort(key=lambda head: head.changed, reverse=True)
        return Listing(tuple(heads), unreadable)

    def find(self, owner: str, identifier: str) -> Kept:
        """A conversation by its id, whoever had it.

        Raises ``GiveUp`` where there is none, or none that this version can read.
        """
        if not is_id(identifier):
            raise _gone()
        own = self._folder(owner) / f"{identifier}{SUFFIX}"
        try:
            path = own if owner and own.is_file() else self._anywhere(identifier)
            head, turns = unpacked(path.read_bytes())
        except FileNotFoundError as error:
            raise _gone() from error
        except UNREADABLE as error:
            logger.warning("%s can't be read (%s)", own.name, type(error).__name__)
            raise damaged() from error
        return Kept(head, turns, path == own)

    def keep(self, owner: str, title: str, turns: Turns, known: Head | None = None,
             begins: bool = True) -> Head | None:
        """Keep a conversation whole, over what is ``known`` of it; a new one without that.

        Where another tab or process wrote to it meanwhile, the turns become a conversation of
        their own. Where it was deleted, they do so only if a question ``begins``; else nothing is
        kept and None is returned. Raises ``GiveUp`` where it is too long, ``FixConfiguration``
        where the home can't be written, ``TryAgain`` while another process writes for too long.
        """
        with self._writing(owner) as folder:
            head = self._next(folder, known, begins, titled(title), len(turns))
            if head is None:
                return None
            content = packed(head, turns)
            if len(content) > SIZE_LIMIT:
                raise GiveUp("This conversation has become too long to be kept any further.",
                             "Begin a new one to have what comes next kept.")
            write(folder / f"{head.id}{SUFFIX}", content)
            if known is None or head.id != known.id:
                self._prune(folder)
            return head

    def rename(self, owner: str, identifier: str, title: str) -> Head:
        """Give one's own conversation another title, shortened where it is long.

        Raises ``GiveUp`` for a blank title or where it is gone, else like ``keep``.
        """
        if not (named := titled(title)):
            raise GiveUp("A conversation needs a title.", "Type one, or cancel.")
        with self._writing(owner) as folder:
            path = self._own(folder, identifier)
            content = path.read_bytes()
            head = replace(head_of(content), title=named, named=True)
            write(path, first_line(head) + content.partition(b"\n")[2])
            return head

    def delete(self, owner: str, identifier: str) -> Head:
        """Take one's own conversation off the disk; while the program runs, ``restore`` brings it
        back. Raises like ``rename``."""
        with self._writing(owner) as folder:
            path = self._own(folder, identifier)
            content = path.read_bytes()
            head = head_of(content)
            path.unlink()
            self._deleted[folder.name, identifier] = content
            while len(self._deleted) > UNDOABLE:
                self._deleted.popitem(last=False)
            return head

    def restore(self, owner: str, identifier: str) -> Head:
        """Undo ``delete``. Raises ``GiveUp`` where that is no longer possible, else like
        ``keep``."""
        with self._writing(owner) as folder:
            content = self._deleted.pop((folder.name, identifier), None)
            if content is None:
                raise GiveUp("This conversation can no longer be brought back.")
            write(folder / f"{identifier}{SUFFIX}", content)
            return head_of(content)

    def broken(self) -> list[Path]:
        """The files of all owners that can't be read, from end to end."""
        found = []
        for path in sorted(self.path.glob(f"*/*{SUFFIX}")):
            try:
                unpacked(path.read_bytes())
            except FileNotFoundError:
                continue  # deleted meanwhile
            except UNREADABLE:
                found.append(path)
        return found

    def _next(self, folder: Path, known: Head | None, begins: bool, title: str,
              questions: int) -> Head | None:
        """The head to write: of the known conversation, of a new one, or none at all."""
        try:
            held = read_head(folder / f"{known.id}{SUFFIX}") if known is not None else None
        except FileNotFoundError:
            if not begins:
                return None
            held = None
        except UNREADABLE:
            held = None
        now, stamp = _now(), secrets.token_hex(8)
        order = 1 + max((head.order for head in self._heads(folder)[0]), default=0)
        if held is None or known is None or held.stamp != known.stamp:
            return Head(new_id(), title, now, now, questions, stamp, order=order)
        return replace(held, changed=now, questions=questions, stamp=stamp, order=order,
                       title=held.title if held.named else title)

    def _prune(self, folder: Path) -> None:
        heads, _ = self._heads(folder)
        # By order and not by time: after a clock was set back, what is of today looks oldest.
        heads.sort(key=lambda head: (head.order, head.changed), reverse=True)
        for head in heads[KEPT:]:
            (folder / f"{head.id}{SUFFIX}").unlink(missing_ok=True)

    def _heads(self, folder: Path) -> tuple[list[Head], int]:
        """What a folder holds, and how many files of it can't be read."""
        heads, unreadable = [], 0
        for path in self._files(folder):
            try:
                heads.append(read_head(path))
            except FileNotFoundError:
                continue  # deleted meanwhile
            except UNREADABLE as error:
                logger.warning("%s is passed over (%s)", path.name, type(error).__name__)
                unreadable += 1
        return heads, unreadable

    def _folder(self, owner: str) -> Path:
        digest = hashlib.sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()
        return self.path / digest

    def _anywhere(self, identifier: str) -> Path:
        """The file of a conversation, whoever had it."""
        for folder in self.path.iterdir():
            if (path := folder / f"{identifier}{SUFFIX}").is_file():
                return path
        raise FileNotFoundError(identifier)

    def _own(self, folder: Path, identifier: str) -> Path:
        path = folder / f"{identifier}{SUFFIX}"
        if not is_id(identifier) or not path.is_file():
            raise _gone()
        return path

    def _files(self, folder: Path) -> list[Path]:
        try:
            return [path for path in folder.iterdir() if path.suffix == SUFFIX]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise FixConfiguration(f"{folder} can't be read ({error.strerror}).",
                                   "Make it readable, or move it away.") from error

    @contextmanager
    def _writing(self, owner: str) -> Iterator[Path]:
        if not owner:
            raise GiveUp("Nothing is kept for nobody.")
        folder = self._folder(owner)
        try:
            # It holds what a person asked: for nobody else on this computer.
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(exist_ok=True, mode=0o700)
            with FileLock(folder / "writing.lock", timeout=WAIT_S):
                for left in folder.glob("*.part"):
                    left.unlink(missing_ok=True)  # of a process that was killed
                yield folder
        except Timeout as error:
            raise TryAgain("Another process is writing there, so this could not be kept.",
                           "Try again.") from error
        except OSError as error:
            raise FixConfiguration(
                f"This could not be kept: {folder} can't be written ({error.strerror}).",
                remedy(error, "Choose another folder with --home or FINDINGS_HOME.")) from error


def _gone() -> GiveUp:
    return GiveUp("This conversation is not here: it was deleted, or the link is not whole.",
                  "Ask for the link again, or begin a new conversation.")
