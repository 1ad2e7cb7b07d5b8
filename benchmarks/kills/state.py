"""What a home holds, in a form that two homes can be compared in."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.cli import doctor
from assistant.cli.finding import Finding, Outcome
from assistant.settings import load
from index import generation
from index.store import Index
from tests.fakes import TinyEmbedder

QUESTIONS = ("cases handled in ward 2", "train supervisors", "percent of its calls in time",
             "good at investigating crime")
# What doctor says of the machine or the source, and not of the work.
_ELSEWHERE = frozenset({"python", "packages", "space", "embedder", "port", "shipped_models",
                        "model", "reports"})


def embedder() -> TinyEmbedder:
    """The embedder of the children."""
    return TinyEmbedder(dimensions=64)


def answers(home: Path) -> dict[str, list[tuple[str, str]]]:
    """What the index in force finds; raises ``FixConfiguration`` where it can't be used."""
    index = Index(home, embedder())
    try:
        found = {one: [(hit.finding.id, hit.finding.text) for hit in index.search(one)[:10]]
                 for one in QUESTIONS}
        return found | {"reports": [(one.id, one.title) for one in index.reports()]}
    finally:
        index.close()


def index_of(home: Path) -> dict[str, Any]:
    """Everything that an index is made of, its vectors to the bit."""
    found = generation.current(home)
    if found is None:
        return {"index": None}
    path, manifest = found
    told = asdict(manifest)
    # Sizes and digests of Chroma's files and of SQLite's pages are not the same twice.
    for name in ("files", "sums"):
        del told[name]
    with closing(sqlite3.connect(f"file:{path / 'catalogue.sqlite'}?mode=ro", uri=True)) as held:
        rows = {table: held.execute(f"SELECT * FROM {table} ORDER BY position").fetchall()
                for table in ("reports", "places", "findings")}
    return {"manifest": told, "rows": rows, "vectors": digest(path / "vectors.npy")}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(folder: Path, *names: str) -> dict[str, str]:
    """The digests of the files in these parts of a folder, locks and halves left out."""
    found: dict[str, str] = {}
    for name in names:
        place = folder / name
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and path.suffix not in (".lock", ".part", ".new"):
                found[str(path.relative_to(folder))] = digest(path)
    return found


def examined(home: Path, also: frozenset[str] = frozenset()) -> Mapping[str, Finding]:
    """What doctor finds of a home, by check, without what is the machine's."""
    return dict(doctor.examined(load(home=home, port=59_999), _ELSEWHERE - also))


def outcomes(found: Mapping[str, Finding]) -> dict[str, Outcome]:
    """How each check came out that did not come out well."""
    return {name: one.outcome for name, one in found.items() if one.outcome is not Outcome.OK}
