"""Small libraries to index, and what to look for in them."""

from __future__ import annotations

import json
from pathlib import Path

from index.store import Index
from tests.fakes import TinyEmbedder

TEXTS = {
    "kent-2019": ("Kent Police: PEEL 2019", ["The force has a backlog of seized phones.",
                                             "The force answers emergency calls quickly."]),
    "dorset-2019": ("Dorset Police: PEEL 2019", ["The force has a shortage of detectives.",
                                                 "The force works well with partners."]),
}


def write(folder: Path, name: str, extra: str = "") -> Path:
    """One small report in a folder."""
    title, lines = TEXTS[name]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.txt"
    body = "\n\n".join([title, "How effective is the force at investigating crime?",
                        *lines, *([extra] if extra else [])])
    path.write_text(body + "\n", "utf-8")
    return path


def passages(path: Path, count: int, word: str = "") -> Path:
    """A file of ready-made passages."""
    rows = [{"id": f"p{n}", "title": f"Part {n % 7}", "text": f"Note {n} on phones {n * 7} {word}",
             "metadata": {"force": "Kent" if n % 2 else "Dorset", "year": 2018 + n % 3}}
            for n in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


class Failing(TinyEmbedder):
    """An embedder that gives up after some texts."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def embed(self, texts):  # type: ignore[no-untyped-def]
        if len(self.embedded) + len(texts) > self._after:
            raise RuntimeError("the embedder gave up")
        return super().embed(texts)


def texts(home: Path, embedder: TinyEmbedder | None = None) -> list[str]:
    """What the index in force holds."""
    index = Index(home, embedder or TinyEmbedder())
    try:
        return [finding.text for finding in index.findings()]
    finally:
        index.close()
