"""Briefings in the home folder: a file each, under the key of the browser that they belong to."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from assistant.paper.paper import Paper
from corpus.errors import FindingsError, FixConfiguration, GiveUp, TryAgain, remedy
from prompts import wording

logger = logging.getLogger(__name__)

FOLDER = "briefings"
FORMAT = 1
PAPERS_LIMIT = 100
# A briefing of many long findings has under a megabyte.
BYTES_LIMIT = 8_000_000
# So many deleted briefings of one browser can be brought back.
DELETED_KEPT = 10
WAIT_S = 10.0
_KEY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Summary:
    """A briefing in a list: its key, title, number of items, and when it was last changed."""

    key: str
    title: str
    items: int
    changed: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The briefings of one browser, the latest first, and the files that can't be read."""

    papers: tuple[Summary, ...]
    broken: tuple[str, ...] = ()


class Papers:
    """The briefings of one home. Safe to use from several threads and processes at once.

    ``owner`` is any secret or name that the caller vouches for; only its hash is kept.
    Methods raise ``GiveUp`` for what is none or isn't there, ``FixConfiguration`` where the home
    can't be used, ``TryAgain`` while another process writes for too long.
    """

    def __init__(self, home: Path) -> None:
        self._root = home / FOLDER
        self._known: dict[Path, tuple[tuple[int, int], Summary]] = {}

    def listing(self, owner: str) -> Listing:
        """What this browser has; a file that can't be read is named and left alone."""
        papers, broken = [], []
        for path in self._files(self._folder(owner)):
            try:
                papers.append(self._summary(path))
            except FindingsError:
                broken.append(path.name)
        papers.sort(key=lambda one: (one.changed, one.key), reverse=True)
        return Listing(tuple(papers), tuple(broken))

    def load(self, owner: str, key: str) -> Paper:
        """A briefing."""
        return _read(self._path(owner, key))

    def create(self, owner: str, paper: Paper) -> Paper:
        """Keep a new briefing. Raises ``GiveUp`` where there are too many."""
        folder = self._folder(owner)
        with self._writing(folder):
            if len(self._files(folder)) >= PAPERS_LIMIT:
                raise GiveUp(_say("many", limit=PAPERS_LIMIT))
            _write(self._path(owner, paper.key), paper)
        return paper

    def change(self, owner: str, key: str, change: Callable[[Paper], Paper]) -> Paper:
        """Change a briefing and keep it, with no other change between; the new one."""
        path = self._path(owner, key)
        with self._writing(path.parent):
            before = _read(path)
            after = change(before)
            if after is not before:
                _write(path, after)
        return after

    def delete(self, owner: str, key: str) -> None:
        """Take a briefing out of the list; ``restore`` brings it back."""
        path = self._path(owner, key)
        with self._writing(path.parent):
            if not path.exists():
                raise GiveUp(_say("no_paper"))
            last = path.replace(path.with_suffix(".deleted"))
            # The one just deleted stays, whatever a clock that was set back says of the others.
            gone = sorted((one for one in path.parent.glob("*.deleted") if one != last),
                          key=lambda one: one.stat().st_ctime_ns)
            for old in gone[:max(0, len(gone) + 1 - DELETED_KEPT)]:
                old.unlink()

    def restore(self, owner: str, key: str) -> None:
        """Bring a deleted briefing back."""
        path = self._path(owner, key)
        gone = path.with_suffix(".deleted")
        with self._writing(path.parent):
            if not gone.exists():
                raise GiveUp(str(wording("paper")["problems"]["no_undo"]))
            if len(self._files(path.parent)) >= PAPERS_LIMIT:
                raise GiveUp(_say("many", limit=PAPERS_LIMIT))
            gone.replace(path)

    def broken(self) -> list[Path]:
        """The files of all browsers that can't be read."""
        found = []
        for path in sorted(self._root.glob("*/*.json")):
            try:
                _read(path)
            except FindingsError:
                if path.exists():
                    found.append(path)
        return found

    def _summary(self, path: Path) -> Summary:
        try:
            stat = path.stat()
        except OSError as error:
            raise GiveUp(_say("no_paper")) from error
        stamp = (stat.st_mtime_ns, stat.st_size)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            paper = _read(path)
            known = stamp, Summary(paper.key, paper.title, len(paper.items), paper.changed)
            self._known[path] = known
        return known[1]

    def _folder(self, owner: str) -> Path:
        if not owner:
            raise GiveUp(_say("owner"))
        return self._root / hashlib.sha256(owner.encode()).hexdigest()[:32]

    def _path(self, owner: str, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise GiveUp(_say("no_paper"))
        return self._folder(owner) / f"{key}.json"

    def _files(self, folder: Path) -> list[Path]:
        try:
            return sorted(folder.glob("*.json"))
        except OSError as error:
            raise FixConfiguration(_say("unreadable", why=error.strerror),
                                   "Make the home folder readable.") from error

    @contextmanager
    def _writing(self, folder: Path) -> Iterator[None]:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(folder / "lock", timeout=WAIT_S):
                yield
        except Timeout as error:
            raise TryAgain(_say("busy"), "Try again.") from error
        except OSError as error:
            raise FixConfiguration(_say("unwritable", folder=folder, why=error.strerror),
                                   remedy(error, "Choose another with --home or FINDINGS_HOME.")) \
                from error


def _read(path: Path) -> Paper:
    try:
        if path.stat().st_size > BYTES_LIMIT:
            raise ValueError("larger than any briefing")
        data = json.loads(path.read_bytes())
        if data.pop("format") != FORMAT or data["key"] != path.stem:
            raise ValueError("no briefing of this version of the program")
        return Paper.model_validate(data)
    except FileNotFoundError as error:
        raise GiveUp(_say("no_paper")) from error
    except OSError as error:
        raise FixConfiguration(_say("unreadable", why=error.strerror),
                               "Make the home folder readable.") from error
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError,
            RecursionError) as error:
        # Its words may be a reader's own, so they stay out of the log.
        logger.warning("the briefing %s can't be read (%s)", path.name, type(error).__name__)
        raise GiveUp(_say("broken", file=path.name),
                     "Other briefings are not affected; the file is left as it is.") from error


def _write(path: Path, paper: Paper) -> None:
    """Write beside, then replace: a kill at any moment leaves the old file or the new one."""
    data = {"format": FORMAT, **paper.model_dump(mode="json")}
    content = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
    if len(content) > BYTES_LIMIT:
        raise GiveUp(_say("large"))
    # Made readable for nobody else on this computer.
    number, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _say(key: str, **values: object) -> str:
    return str(wording("paper")["problems"][key]).format(**values)
