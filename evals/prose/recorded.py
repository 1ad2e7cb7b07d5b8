"""A composer that asks its model once for each question and evidence, and remembers."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from assistant.answer import Layout
from assistant.compose import Draft, Evidence


class Versioned(Protocol):
    """A composer whose prompts have a version."""

    name: str

    @property
    def version(self) -> str:
        """Changes with the prompts."""
        ...

    def drafts(self, question: str, evidence: Sequence[Evidence], most: int = 3,
               cancel: threading.Event | None = None) -> Iterator[Draft]:
        """As every composer's."""
        ...


class Recorded:
    """Replays drafts that were written before, by the hash of model, prompts, question and
    evidence; others are asked for and kept in ``path``, one a line."""

    def __init__(self, inner: Versioned, path: Path) -> None:
        self.name = inner.name
        self._inner = inner
        self._path = path
        self._known = {row["key"]: row["drafts"] for row in map(
            json.loads, path.read_text("utf-8").splitlines())} if path.exists() else {}

    def drafts(self, question: str, evidence: Sequence[Evidence], most: int = 3,
               cancel: threading.Event | None = None) -> Iterator[Draft]:
        """The model's drafts; it is asked only where they are not known."""
        told = [self.name, self._inner.version, question, most,
                [(e.n, e.finding.id) for e in evidence]]
        key = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]
        if key in self._known:
            yield from map(_read, self._known[key])
            return
        found = []
        for draft in self._inner.drafts(question, evidence, most, cancel):
            found.append(draft)
            yield draft
        rows = [asdict(draft) for draft in found]
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"key": key, "drafts": rows}, ensure_ascii=False) + "\n")


def _read(row: dict[str, object]) -> Draft:
    citations = row["citations"]
    assert isinstance(citations, list)
    return Draft(str(row["text"]), tuple(citations), Layout(str(row["layout"])))
