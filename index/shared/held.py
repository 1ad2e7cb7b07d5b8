"""What a machine holds already of an index: its mirror, and an index from before there was one."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from corpus.errors import FixConfiguration
from index import generation
from index.catalogue import Catalogue
from index.embedding import Vectors
from index.generation import Manifest
from index.neighbours import Neighbours
from index.passages import passage
from index.shared.edition import Edition

logger = logging.getLogger(__name__)
REFS = "refs.json"


class Held:
    """A generation on this machine. ``refs`` are its findings' ids on the server in reading
    order, ``reports`` its reports' ids there with their own; both are empty for an index that
    was never on a server."""

    def __init__(self, path: Path, manifest: Manifest, edition: Edition | None) -> None:
        """Raises ``FixConfiguration`` where the files are damaged."""
        if problem := generation.shortened(path, manifest) or generation.altered(path, manifest):
            raise generation.damaged(problem)
        self.path, self.manifest, self.edition = path, manifest, edition
        self.refs: Sequence[str] = ()
        self.reports: Mapping[str, str] = {}
        if edition is not None:
            try:
                told = json.loads((path / REFS).read_text("utf-8"))
                self.refs, self.reports = told["findings"], told["reports"]
            except (OSError, ValueError, KeyError) as error:
                raise generation.damaged(error) from error
        self.catalogue = Catalogue(path / "catalogue.sqlite")
        try:
            self.vectors = Neighbours(path, self.catalogue.ids, self.catalogue.row_of)
        except FixConfiguration:
            self.catalogue.close()
            raise

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """The row of each finding, by its id on the server."""
        return {ref: row for row, ref in enumerate(self.refs)}

    def refs_of(self, ids: Sequence[str]) -> list[str]:
        """The ids on the server of findings of these ids."""
        return [self.refs[self.catalogue.row_of[one]] for one in ids]

    def by_digest(self, wanted: set[str]) -> dict[str, Vectors]:
        """Vectors by the digest of the embedded text."""
        if not wanted:
            return {}
        found = {digest: finding.id for finding in self.catalogue.findings()
                 if (digest := passage(finding).digest) in wanted}
        vectors = self.vectors.get(list(found.values()))
        return {digest: vectors[one] for digest, one in found.items()}

    def close(self) -> None:
        """Release the files."""
        self.catalogue.close()
        self.vectors.close()


def opened(folder: Path, model: str, place: str | None) -> Held | None:
    """The generation in force in a folder, where it is whole and made with this model; ``place``
    is where the index is that it mirrors, None for an index that is no mirror."""
    found = generation.current(folder)
    if found is None or found[1].model != model:
        return None
    edition = None if place is None else mirrored(folder, place)
    if place is not None and edition is None:
        return None
    try:
        return Held(*found, edition)
    except FixConfiguration as error:
        # It costs fetching or embedding again, nothing else.
        logger.warning("what is held here can't be used: %s", error)
        return None


def mirrored(folder: Path, place: str) -> Edition | None:
    """The edition that a folder mirrors; None where it mirrors none, or one of another place."""
    found = generation.current(folder)
    if found is None:
        return None
    try:
        told = json.loads((found[0] / generation.MIRROR).read_text("utf-8"))
        return Edition(**told["edition"]) if told["place"] == place else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def describe(building: Path, edition: Edition, place: str, refs: Sequence[str],
             reports: Mapping[str, str]) -> None:
    """Say in a generation's folder which edition it mirrors, and what its parts are called on the
    server."""
    (building / generation.MIRROR).write_text(
        json.dumps({"place": place, "edition": asdict(edition)}, indent=1), "utf-8")
    (building / REFS).write_text(
        json.dumps({"findings": list(refs), "reports": dict(reports)}), "utf-8")
