"""A look at Chroma's files from a process of its own: damaged ones can end whoever opens them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from corpus.errors import FindingsError
from index import generation

_ROOT = Path(__file__).resolve().parent.parent
# Opening a million vectors takes some ten seconds.
_PATIENCE_S = 300.0
_RIGHT, _WRONG_NUMBER, _DAMAGED = 0, 3, 4
_OTHER_SIDE = "import sys; from index.probe import main; sys.exit(main(sys.argv[1:]))"


def check(folder: Path, count: int) -> None:
    """See that a store can be opened and searched and holds ``count`` vectors.

    Raises ``FixConfiguration`` where it can't or does not, however the other process ended.
    """
    try:
        done = subprocess.run([sys.executable, "-c", _OTHER_SIDE, str(folder), str(count)],
                              cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise generation.damaged("Chroma does not come to an end with its files") from error
    if done.returncode == _WRONG_NUMBER:
        raise generation.damaged("Chroma holds another number of vectors than there are findings")
    if done.returncode != _RIGHT:
        raise generation.damaged("Chroma can't use its files")


def main(arguments: list[str]) -> int:
    """The other side: open, count, read and search."""
    from index.vectors import VectorStore

    folder, count = Path(arguments[0]), int(arguments[1])
    try:
        store = VectorStore(folder)
        if store.count() != count:
            return _WRONG_NUMBER
        for vector in store.get(store.some(1)).values():
            store.nearest(vector, 5)
        store.close()
    except FindingsError:
        return _DAMAGED
    return _RIGHT
