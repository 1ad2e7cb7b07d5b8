"""What is damaged on a server or in a mirror is not served, and is made good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import TryAgain
from index import generation
from index.keeping import Followed
from index.shared import edition as editions
from index.shared.record import Incomplete
from index.shared.shared import Shared
from tests.chroma.test_sharing import contents, opened
from tests.fakes import TinyEmbedder
from tests.index.places import passages

Share = Callable[..., Shared]


def damage(one: Shared, field: str) -> None:
    """Alter a finding on the server behind everybody's back."""
    in_force = one.in_force()
    assert in_force is not None
    shelf = editions.shelves(one.server)[in_force.shelf]
    rows = one.server.get(shelf.findings, limit=1,
                          include=["metadatas", "documents", "embeddings"])
    put = {key: rows[key] for key in ("ids", "metadatas", "documents", "embeddings")}
    if field == "text":
        put["documents"] = [put["documents"][0] + "!"]
    elif field == "vector":
        put["embeddings"][0][3] += 0.25
    elif field == "kind":
        put["metadatas"][0]["kind"] = "judgment"
    if field == "gone":
        one.server.remove(shelf.findings, put["ids"])
    else:
        one.server.put(shelf.findings, put)


@pytest.mark.parametrize("field", ["text", "vector", "kind", "gone"])
def test_what_was_altered_on_the_server_is_not_served(share: Share, tmp_path: Path,
                                                      field: str) -> None:
    source, embedder = passages(tmp_path / "p.jsonl", 20), TinyEmbedder()
    first, second = share("one"), share("two")
    first.sync(source, embedder)
    damage(first, field)
    with pytest.raises(Incomplete, match="is not whole"):
        second.follow(embedder)
    assert generation.current(second.folder) is None
    if field == "gone":
        # Where it is kept it is made good, from the mirror.
        assert first.sync(source, embedder).embedded == 0
    else:
        assert first.sync(source, embedder, rebuild=True).embedded == 20
    assert second.follow(embedder) is Followed.TAKEN
    assert contents(opened(second.folder)) == contents(opened(first.folder))


def test_a_mirror_cut_off_is_begun_again(share: Share, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    source, embedder = passages(tmp_path / "p.jsonl", 700), TinyEmbedder()
    first, second = share("one"), share("two")
    first.sync(source, embedder)
    get, count = second.server.get, 0

    def failing(collection, **what):  # type: ignore[no-untyped-def]
        nonlocal count
        count += 1
        if count == 5:
            raise TryAgain("The line went dead.")
        return get(collection, **what)

    with monkeypatch.context() as cut:
        cut.setattr(second.server, "get", failing)
        with pytest.raises(TryAgain, match="went dead"):
            second.follow(embedder)
    assert count == 5
    assert generation.current(second.folder) is None
    assert second.follow(embedder) is Followed.TAKEN
    assert contents(opened(second.folder)) == contents(opened(first.folder))


def test_a_mirror_that_was_damaged_is_fetched_again(share: Share, tmp_path: Path) -> None:
    source, embedder = passages(tmp_path / "p.jsonl", 50), TinyEmbedder()
    first, second = share("one"), share("two")
    first.sync(source, embedder)
    for one in (first, second):
        one.follow(embedder)
        found = generation.current(one.folder)
        assert found is not None
        path = found[0] / "vectors.npy"
        content = bytearray(path.read_bytes())
        content[2000] ^= 1
        path.write_bytes(content)
    # As after a start: that a mirror is whole is looked at once.
    again = share("two")
    assert again.follow(embedder) is Followed.TAKEN
    passages(source, 51)
    assert share("one").sync(source, embedder).embedded == 1
    again.follow(embedder)
    assert contents(opened(first.folder)) == contents(opened(again.folder))


def test_the_server_lost_everything_and_gets_it_again(share: Share, tmp_path: Path) -> None:
    source, embedder = passages(tmp_path / "p.jsonl", 20), TinyEmbedder()
    first, second = share("one"), share("two")
    first.sync(source, embedder)
    second.follow(embedder)
    for collection in first.server.collections():
        first.server.drop(collection)
    assert second.follow(embedder) is Followed.NOTHING
    assert len(opened(second.folder).findings()) == 20
    assert first.sync(source, embedder).embedded == 0
    assert second.follow(embedder) is Followed.TAKEN
