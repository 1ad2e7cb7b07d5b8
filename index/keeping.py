"""Where an index is kept: on this machine alone, or on a Chroma server that several share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from corpus.errors import FixConfiguration
from index import generation
from index import sync as alone
from index.embedding import Embedder
from index.generation import Manifest
from index.sync import Changes, Progress
from index.wanted import Wanted


class Followed(StrEnum):
    """What came of looking whether somebody else has brought the index in step."""

    SAME = "same"        # the index here is the one in force
    TAKEN = "taken"      # a newer one was taken up
    NOTHING = "nothing"  # nobody has made an index yet


class AnotherModel(FixConfiguration):
    """An index that was made with another embedding model than is here."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps the library of an index that this installation only mirrors."""

    host: str
    library: str


class Keeping(Protocol):
    """Where the index is kept. ``folder`` is where its generations lie on this machine, for
    ``Index`` and ``generation``; ``place`` says in words where it is stored. Safe to call from
    several threads."""

    @property
    def folder(self) -> Path:
        """Where the generations lie on this machine."""
        ...

    @property
    def place(self) -> str:
        """Where the index is stored, in words."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether other machines may change the index."""
        ...

    def held(self, embedder: Embedder) -> Manifest | None:
        """What the index on this machine is made of; None where there is none that can answer."""
        ...

    def library(self) -> Path | None:
        """The library that the index was last brought in step with, as far as is known here."""
        ...

    def fingerprint(self, source: Path, embedder: Embedder) -> str:
        """A digest of a library as it is now, of the parser and of the model: what a manifest
        that is in step has. Raises ``FixConfiguration`` for one that can't be looked at."""
        ...

    def in_step(self, source: Path, embedder: Embedder) -> bool:
        """Whether the index mirrors ``source`` as it is now; asks no network."""
        ...

    def sync(self, source: Path, embedder: Embedder, progress: Progress = lambda a, b: None,
             wait: float = 0.0, rebuild: bool = False, claim: bool = False) -> Changes:
        """Bring the index in step with a library, as ``index.sync.sync`` does. ``claim`` makes
        this installation the keeper of an index that another keeps; without it, such an index is
        taken up as it is."""
        ...

    def follow(self, embedder: Embedder) -> Followed:
        """Take up what others have made. Raises ``TryAgain`` where it can't be had now, and
        ``FixConfiguration`` where it can't be used here (``AnotherModel`` where this installation
        could make it anew)."""
        ...

    def look(self) -> None:
        """See which index is in force, without taking it up. Raises as ``follow`` does."""
        ...

    def keeper(self) -> Keeper | None:
        """Who keeps the library, where that is not this installation, as last seen; asks no
        network."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...


class Alone:
    """An index of this machine's own, in the home folder."""

    is_shared = False

    def __init__(self, home: Path) -> None:
        self.folder = home
        self.place = str(home / "index")

    def held(self, embedder: Embedder) -> Manifest | None:
        """What the index is made of; None where there is none that can answer."""
        found = generation.current(self.folder)
        return found[1] if found is not None and found[1].model == embedder.fingerprint else None

    def library(self) -> Path | None:
        """The library that the index was last brought in step with."""
        found = generation.current(self.folder)
        return None if found is None else Path(found[1].library)

    def fingerprint(self, source: Path, embedder: Embedder) -> str:
        """A digest of a library as it is now, of the parser and of the model."""
        return Wanted(self.folder, source).fingerprint(embedder)

    def in_step(self, source: Path, embedder: Embedder) -> bool:
        """Whether the index mirrors ``source`` as it is now."""
        return alone.in_step(self.folder, source, embedder)

    def sync(self, source: Path, embedder: Embedder, progress: Progress = lambda a, b: None,
             wait: float = 0.0, rebuild: bool = False,
             claim: bool = False) -> Changes:  # noqa: ARG002 - nobody else keeps it
        """Bring the index in step with a library."""
        return alone.sync(self.folder, source, embedder, progress, wait, rebuild)

    def follow(self, embedder: Embedder) -> Followed:  # noqa: ARG002
        """There is nobody to follow: another process's index is in the same folder."""
        return Followed.SAME

    def look(self) -> None:
        """There is nothing to see."""

    def keeper(self) -> Keeper | None:
        """This installation keeps its library."""
        return None

    def close(self) -> None:
        """Nothing is open."""
