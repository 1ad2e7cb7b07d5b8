"""What an index has to mirror: a source as it is now, with what was uploaded and corrected."""

from __future__ import annotations

import hashlib
from contextlib import closing
from functools import cache
from pathlib import Path

import corpus
from corpus import library
from corpus import passages as ready_made
from corpus.digests import Digests
from corpus.errors import GiveUp
from corpus.library import Library
from corpus.readers import SUFFIXES
from index import replacing
from index.catalogue import Catalogue
from index.embedding import Embedder
from index.generation import FORMAT, Manifest

UPLOADS = "uploads"
CORRECTIONS = "corrections"


class Wanted:
    """The files of a source, a folder or a ``.jsonl`` file of passages, with their content."""

    def __init__(self, home: Path, source: Path, memory: Path | None = None) -> None:
        """``memory`` is the folder in which the digests of files are remembered, the home itself
        where it is not given. Raises ``FixConfiguration`` for a source that is missing or can't be
        listed."""
        self.source = source.resolve()
        self.passages_file = self.source.suffix.lower() == ".jsonl"
        digests = Digests((memory or home) / "index" / "digests.json")
        uploads = home / UPLOADS
        folders = [self.source]
        if not self.passages_file and uploads.is_dir():
            replacing.settle(uploads)
            folders.append(uploads)
        self.items = library.items(folders, home / CORRECTIONS, digests)
        digests.save()

    def fingerprint(self, embedder: Embedder) -> str:
        """A digest of everything that the index depends on: reports and where they are (citations
        name the file), parser, passages, model."""
        digest = hashlib.sha256(f"{FORMAT}\0{embedder.fingerprint}\0{code()}\0".encode())
        digest.update(str(self.source).encode() + b"\0")
        digest.update(library.fingerprint_of(self.items).encode())
        digest.update("\0".join(sorted(str(item.path) for item in self.items)).encode())
        return digest.hexdigest()

    def read(self, before: tuple[Path, Manifest] | None) -> Library:
        """The reports; those that have not changed are taken from the index ``before``.

        Raises ``GiveUp`` when nothing can be read, naming each file and why.
        """
        if self.passages_file:
            return Library(tuple(ready_made.load(self.source)), ())
        found = self._parsed(before)
        if not found.reports:
            reasons = "".join(f" {item.reason}" for item in found.skipped)
            raise GiveUp(f"No report in {self.source} can be indexed.{reasons}",
                         f"Put reports into the folder ({', '.join(sorted(SUFFIXES))}) and index "
                         "it again.")
        return found

    def _parsed(self, before: tuple[Path, Manifest] | None) -> Library:
        if before is None:
            return library.read_items(self.items)
        path, told = before
        with closing(Catalogue(path / "catalogue.sqlite")) as held:
            by_digest = told.digests if told.code == code() else {}
            return library.read_items(self.items, library.Before(
                lambda digest: held.report(by_digest.get(digest, "")),
                lambda place: held.report(told.paths.get(place, ""))))


@cache
def code() -> str:
    """A digest of the code and data that turn reports into passages."""
    digest = hashlib.sha256()
    root = Path(corpus.__file__).parent
    for path in sorted([*root.rglob("*.py"), *root.rglob("data/*"),
                        Path(__file__).with_name("passages.py")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
