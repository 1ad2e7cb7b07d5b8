"""An index that several machines share through a Chroma server; each answers from its mirror."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from corpus.errors import FindingsError, FixConfiguration
from index import generation
from index.embedding import Embedder
from index.generation import Manifest
from index.keeping import AnotherModel, Followed, Keeper
from index.lock import writing
from index.shared import edition as editions
from index.shared import held, lease, mirror, record
from index.shared.access import Access
from index.shared.edition import Edition
from index.shared.publishing import Publishing
from index.shared.record import Incomplete
from index.shared.server import Server
from index.sync import Changes, Progress
from index.wanted import Wanted

logger = logging.getLogger(__name__)
_INSTALLATION = "installation"
_WAIT_S = 60.0


class Shared:
    """``home`` holds uploads and corrections and may be on a shared drive; ``folder`` holds the
    mirror and should be a disk of this machine's own. Nothing but ``sync`` and ``follow`` asks
    the server."""

    is_shared = True

    def __init__(self, home: Path, folder: Path, access: Access,
                 lease_s: float = lease.LEASE_S) -> None:
        self.folder = folder
        self.server = Server(access)
        self._home, self._lease_s = home, lease_s
        self._known = False
        self._sound = ""
        self._seen: Edition | None = None
        self._following = threading.Lock()

    @property
    def place(self) -> str:
        """Where the index is stored, in words."""
        access = self.server.access
        return f"the Chroma server at {access.address}, under the name {access.name!r}"

    def mirrored(self) -> Edition | None:
        """The edition that this machine answers from."""
        return held.mirrored(self.folder, self.server.access.place)

    def in_force(self) -> Edition | None:
        """The edition in force on the server; None where there is none that can be read."""
        if not self._known:
            self.server.version()
            self._known = True
        newest = editions.newest(self.server)
        self._seen = newest if newest is not None and editions.readable(newest) else None
        return self._seen

    def look(self) -> None:
        """See which edition is in force, without taking it up."""
        self.in_force()

    def held(self, embedder: Embedder) -> Manifest | None:
        """What the mirror is made of, where it can answer."""
        found = generation.current(self.folder)
        return found[1] if found is not None and self.mirrored() is not None \
            and found[1].model == embedder.fingerprint else None

    def library(self) -> Path | None:
        """The library of the edition that was last seen."""
        edition = self._seen or self.mirrored()
        return None if edition is None else Path(edition.library)

    def fingerprint(self, source: Path, embedder: Embedder) -> str:
        """A digest of a library as it is now, of the parser and of the model."""
        return self._wanted(source).fingerprint(embedder)

    def in_step(self, source: Path, embedder: Embedder) -> bool:
        """Whether the mirror's library is ``source`` as it is now, and is kept here."""
        edition, told = self.mirrored(), self.held(embedder)
        return told is not None and edition is not None and self._keeps(edition) \
            and told.fingerprint == self.fingerprint(source, embedder)

    def keeper(self) -> Keeper | None:
        """Who keeps the library, where that is not this installation."""
        edition = self._seen or self.mirrored()
        if edition is None or (self._keeps(edition) and Path(edition.library).exists()):
            return None
        return Keeper(edition.host, edition.library)

    def follow(self, embedder: Embedder) -> Followed:
        """Bring the mirror in step with the edition in force."""
        with self._following:
            newest = self.in_force()
            if newest is None:
                return Followed.NOTHING
            if self._mirrors(newest):
                return Followed.SAME
            _check_model(newest, embedder)
            with writing(self.folder, _WAIT_S):
                if self._mirrors(newest):
                    return Followed.SAME
                self._fetched(newest)
            return Followed.TAKEN

    def sync(self, source: Path, embedder: Embedder, progress: Progress = lambda a, b: None,
             wait: float = 0.0, rebuild: bool = False, claim: bool = False) -> Changes:
        """Bring the index on the server in step with a library, and the mirror with it.

        Raises ``TryAgain`` while another process indexes, on whatever machine, or when the server
        can't be reached; else as ``index.sync.sync`` does. The edition in force then stays.
        """
        self.look()
        with writing(self.folder, wait), \
                lease.held(self.server, wait, self._lease_s) as lock, self._storing():
            before = self.in_force()
            if before is not None and not claim and not self._keeps(before):
                _check_model(before, embedder)
                if not self._mirrors(before):
                    self._fetched(before)
                return _unchanged(self._manifest())
            usable = self._brought(before, embedder)
            wanted = self._wanted(source)
            if before is not None and usable and not rebuild and self._keeps(before) \
                    and before.fingerprint == wanted.fingerprint(embedder) \
                    and self._whole(before):
                return _unchanged(self._manifest())
            with ExitStack() as stack:
                here, local = (
                    held.opened(self.folder, embedder.fingerprint, self.server.access.place),
                    held.opened(self._home, embedder.fingerprint, None))
                for one in (here, local):
                    if one is not None:
                        stack.enter_context(closing(one))
                found = wanted.read((here.path, here.manifest) if here is not None
                                    and not rebuild else None)
                done = Publishing(self.server, lock, self.folder, self._number(before), before,
                                  here, local, rebuild).build(
                    wanted, found, self._own(), embedder, progress)
            self._seen = self.mirrored()
            return done

    def close(self) -> None:
        """Release the connections."""
        self.server.close()

    def _brought(self, before: Edition | None, embedder: Embedder) -> bool:
        """Bring the mirror in step with the edition in force before it is built on; whether that
        can be used. One that is not whole on the server is made good by the edition to come."""
        if before is None or before.model != embedder.fingerprint:
            return False
        if self._mirrors(before):
            return True
        try:
            self._fetched(before)
        except Incomplete as error:
            logger.warning("%s It is made anew.", error)
            return False
        return True

    def _mirrors(self, edition: Edition) -> bool:
        """Whether an edition is mirrored here and the mirror's files are as they were written;
        that is looked at once for each mirror."""
        found = generation.current(self.folder)
        if found is None or self.mirrored() != edition:
            return False
        stamp = generation.stamp(self.folder)
        if stamp != self._sound:
            if not generation.whole(*found):
                logger.warning("the mirror in %s is damaged, it is fetched again", self.folder)
                return False
            self._sound = stamp
        return True

    def _fetched(self, newest: Edition) -> None:
        begun = time.monotonic()
        mirror.fetch(self.server, newest, self.folder)
        logger.info("edition %d of the index, made on %s, was taken up in %.1f s",
                    newest.number, newest.host, time.monotonic() - begun)

    def _whole(self, before: Edition) -> bool:
        """Whether the server still has all of an edition that is mirrored here."""
        with ExitStack() as stack:
            here = held.opened(self.folder, before.model, self.server.access.place)
            shelf = editions.shelves(self.server).get(before.shelf)
            if here is None or shelf is None:
                return False
            stack.enter_context(closing(here))
            parts = {part for ref in [*here.reports, before.manifest]
                     for part in record.part_ids(ref)}
            return set(editions.ids(self.server, shelf.findings)).issuperset(here.refs) \
                and set(editions.ids(self.server, shelf.reports)).issuperset(parts)

    def _number(self, before: Edition | None) -> int:
        """The number of the edition to come: one more than whatever is there, readable or not."""
        newest = before if before is not None else editions.newest(self.server)
        return 1 if newest is None else newest.number + 1

    def _manifest(self) -> Manifest:
        found = generation.current(self.folder)
        if found is None:
            raise generation.damaged("the mirror went missing")
        return found[1]

    def _wanted(self, source: Path) -> Wanted:
        return Wanted(self._home, source, self.folder)

    def _keeps(self, edition: Edition) -> bool:
        """Whether an edition mirrors the library of this home."""
        return edition.keeper == _read(self._home / _INSTALLATION)

    def _own(self) -> str:
        """What this home is known by; made when it first keeps an index."""
        path = self._home / _INSTALLATION
        if name := _read(path):
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{_INSTALLATION}-{os.urandom(4).hex()}")
        scratch.write_text(os.urandom(12).hex(), "utf-8")
        # Under the lock on the server: nobody else makes one for a home that is shared.
        scratch.replace(path)
        return _read(path)

    @contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except FindingsError:
            raise
        except (OSError, sqlite3.OperationalError) as error:
            raise FixConfiguration(
                f"The mirror of the index can't be stored in {self.folder}: {error}.",
                "Free some space, or name another folder in FINDINGS_MIRROR.") from error


def _check_model(edition: Edition, embedder: Embedder) -> None:
    if edition.model != embedder.fingerprint:
        raise AnotherModel(
            "The index on the Chroma server was made with another embedding model.",
            "Use the same version of the program and its model on every machine.")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""


def _unchanged(told: Manifest) -> Changes:
    return Changes(unchanged=tuple(told.reports), skipped=told.skipped, findings=told.findings,
                   rebuilt=False)
