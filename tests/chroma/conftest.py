"""One Chroma server for all tests here, a name on it for each, and one of its own where a test
stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.shared.access import Access
from index.shared.shared import Shared
from tests.chroma.servers import EXECUTABLE, Chroma


def started(folder: Path) -> Chroma:
    if not EXECUTABLE.exists():
        pytest.skip(f"there is no {EXECUTABLE}")
    chroma = Chroma(folder)
    try:
        chroma.start()
    except (RuntimeError, OSError) as error:
        pytest.skip(f"chroma run does not start here: {error}")
    return chroma


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    running = started(tmp_path_factory.mktemp("chroma"))
    yield running
    running.stop()


@pytest.fixture
def own_chroma(tmp_path: Path) -> Iterator[Chroma]:
    """A server that a test may stop and start."""
    running = started(tmp_path / "chroma")
    yield running
    running.stop()


@pytest.fixture
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A name on the server that no other test has."""
    return "t" + "".join(c if c.isalnum() else "-" for c in tmp_path.name)[-40:] + "x"


@pytest.fixture
def share(chroma: Chroma, name: str, tmp_path: Path) -> Iterator[Callable[..., Shared]]:
    """The same index from machines of these names, each with a home of its own."""
    made: list[Shared] = []

    def shared(machine: str = "one", home: str = "", lease_s: float = 1.5,
               url: str = "") -> Shared:
        made.append(Shared(tmp_path / (home or machine), tmp_path / machine / "mirror",
                           Access(url or chroma.url, name=name), lease_s))
        return made[-1]

    yield shared
    for one in made:
        one.close()
