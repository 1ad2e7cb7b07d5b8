"""Says that a home is being served, so that nobody replaces it meanwhile. Several programs may
serve one home; the system forgets what a program said when that ends, however it ends."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import FixConfiguration, TryAgain

FILE = "serving.lock"


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """The home is served within the block. Raises ``TryAgain`` while it is being replaced; a home
    that can't be written is served without a word, since nobody can replace it either."""
    with _locked(home, shared=True):
        yield


@contextmanager
def replacing(home: Path) -> Iterator[None]:
    """Nobody serves the home within the block. Raises ``TryAgain`` while somebody does,
    ``FixConfiguration`` where it can't be written."""
    with _locked(home, shared=False):
        yield


@contextmanager
def _locked(home: Path, shared: bool) -> Iterator[None]:
    if importlib.util.find_spec("fcntl") is None:
        # Other systems have no lock that several may share.
        yield
        return
    import fcntl

    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / FILE).open("a")
    except OSError as error:
        if shared:
            yield
            return
        raise FixConfiguration(f"The folder {home} can't be written ({error.strerror}).",
                               "Choose another with --home or FINDINGS_HOME.") from error
    with file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise (TryAgain("This home is being replaced by 'findings restore'.",
                            "Start again once that has ended.") if shared else
                   TryAgain("Findings is serving this home.",
                            "Stop it, and try again.")) from error
        yield
