"""An index opened for reading: what the assistant asks for evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import FixConfiguration
from corpus.model import Finding, Metadata, Report
from index import generation, search
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors
from index.filter import Filter
from index.neighbours import Neighbours
from index.reranking import Reranker, open_reranker
from index.search import Hit


class Index:
    """The generation in force. Safe to use from several threads."""

    def __init__(self, home: Path, embedder: Embedder) -> None:
        """Open the index of a home folder.

        Raises ``FixConfiguration`` when there is none, when another model or version made it,
        or when its files are damaged.
        """
        # Before the generation is looked up: one that comes in between is noticed again.
        self.stamp = generation.stamp(home)
        found = generation.current(home)
        if found is None:
            raise FixConfiguration("There is no index yet.", "Run 'findings index'.")
        path, self.manifest = found
        if self.manifest.model != embedder.fingerprint:
            raise FixConfiguration("The index was made with another embedding model.",
                                   "Run 'findings index'.")
        self.embedder = embedder
        if problem := generation.shortened(path, self.manifest) \
                or generation.altered(path, self.manifest, generation.SERVED):
            raise generation.damaged(problem)
        self.catalogue = Catalogue(path / "catalogue.sqlite")
        try:
            self.vectors = Neighbours(path, self.catalogue.ids, self.catalogue.row_of)
        except FixConfiguration:
            self.catalogue.close()
            raise

    def search(self, query: str, wanted: Filter | None = None, candidates: int = 50) -> list[Hit]:
        """Every candidate for a query, best first."""
        return search.search(query, self.catalogue, self.vectors, self.embedder, wanted,
                             candidates)

    def search_by(self, vector: Vectors, words: Sequence[str], wanted: Filter | None = None,
                  candidates: int = 50) -> list[Hit]:
        """Like ``search`` with the query's vector and words at hand."""
        return search.search_by(vector, words, self.catalogue, self.vectors, wanted, candidates)

    @property
    def reranker(self) -> Reranker:
        """What says how well a finding answers. Raises ``FixConfiguration`` where it is missing."""
        return open_reranker()

    def findings(self, wanted: Filter | None = None) -> list[Finding]:
        """Every finding that the filter admits, in reading order."""
        return self.catalogue.findings(wanted)

    def count(self, wanted: Filter | None = None) -> int:
        """How many findings the filter admits."""
        return self.catalogue.count(wanted)

    def reports(self) -> list[Metadata]:
        """Metadata of every report, by title."""
        return self.catalogue.reports()

    def report(self, report_id: str) -> Report | None:
        """A report with its text and findings."""
        return self.catalogue.report(report_id)

    def close(self) -> None:
        """Release the files."""
        self.catalogue.close()
        self.vectors.close()

