"""Indexes and libraries kept between runs in the user's cache folder: the first run embeds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from evals.retrieval.vectors import Remembering
from index.embedding import Embedder
from index.sync import in_step, sync


@dataclass(frozen=True, slots=True)
class Prepared:
    """A home whose index is in step: how many texts were embedded for it now, and how long it
    took to look or to build."""

    home: Path
    embedded: int
    seconds: float

    def told(self) -> str:
        """What preparing took, as a line of a report."""
        did = f"embedded {self.embedded:,} texts" if self.embedded else "nothing embedded anew"
        return f"our index ready in {self.seconds:.1f} s ({did})"


def folder() -> Path:
    """Where prepared material is kept."""
    return user_cache_path("findings", appauthor=False) / "evals"


def passages(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """A file of ready-made passages of these rows; left untouched when it holds them already."""
    text = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
    return _kept(path, text.encode())


def library(path: Path, folders: Sequence[Path]) -> Path:
    """A folder that holds the files of these folders and no others. What is about a folder
    (README) stays out.

    Raises ``ValueError`` where two folders have a file of the same name.
    """
    wanted: dict[str, Path] = {}
    for source in folders:
        for file in sorted(source.iterdir()):
            if not file.is_file() or file.name.lower().startswith(("readme", ".")):
                continue
            if file.name in wanted:
                raise ValueError(f"{file} and {wanted[file.name]} have the same name")
            wanted[file.name] = file
    path.mkdir(parents=True, exist_ok=True)
    for there in path.iterdir():
        if there.name not in wanted:
            there.unlink()
    for name, file in wanted.items():
        _kept(path / name, file.read_bytes())
    return path


def prepared(home: Path, source: Path, embedder: Embedder) -> Prepared:
    """Bring the index of a home in step with its source; texts that were embedded
    before, for whatever index, are not embedded again."""
    begun = time.perf_counter()
    remembering = Remembering(embedder, home.parent / "vectors.sqlite")
    if not in_step(home, source, embedder):
        sync(home, source, remembering, wait=600.0)
    return Prepared(home, remembering.embedded, time.perf_counter() - begun)


def _kept(path: Path, content: bytes) -> Path:
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.new")
        scratch.write_bytes(content)
        scratch.replace(path)
    return path
