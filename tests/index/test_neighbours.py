"""Vectors for reading: the nearest, none missed, in whatever scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import FixConfiguration, GiveUp
from index import generation, neighbours
from index.embedding import Vectors
from index.neighbours import NAME, Neighbours
from index.passages import passage
from index.store import Index
from index.sync import sync
from tests.fakes import TinyEmbedder
from tests.index.places import passages

IDS = [f"f{n}" for n in range(50)]


def unit(count: int, seed: int = 0) -> Vectors:
    made = np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


VECTORS = dict(zip(IDS, unit(50), strict=True))


def asked(ids: Sequence[str]) -> Mapping[str, Vectors]:
    return {i: VECTORS[i] for i in ids if i in VECTORS}


def opened(folder: Path, ids: Sequence[str] = IDS) -> Neighbours:
    return Neighbours(folder, ids, {i: n for n, i in enumerate(ids)})


@pytest.fixture
def held(tmp_path: Path) -> Neighbours:
    neighbours.write(tmp_path, IDS, asked, None, ())
    return opened(tmp_path)


@pytest.mark.parametrize("rows", [None, range(50), range(5, 9), [3], [], range(0, 50, 2)])
@pytest.mark.parametrize("k", [1, 5, 100])
def test_the_nearest_of_a_scope(held: Neighbours, rows: Sequence[int] | None, k: int) -> None:
    vector = unit(1, seed=9)[0]
    inside = range(50) if rows is None else rows
    expected = sorted(((float(VECTORS[IDS[r]] @ vector), IDS[r]) for r in inside), reverse=True)[:k]
    found = held.nearest(vector, k, None if rows is None else np.array(rows, np.int64))
    assert [i for i, _ in found] == [i for _, i in expected]
    assert [score for _, score in found] == pytest.approx([score for score, _ in expected])


def test_of_equals_the_first_come_first(tmp_path: Path) -> None:
    vector = unit(1)[0]
    neighbours.write(tmp_path, IDS, lambda ids: dict.fromkeys(ids, vector), None, ())
    assert [i for i, _ in opened(tmp_path).nearest(vector, 3)] == ["f0", "f1", "f2"]


def test_vectors_by_id(held: Neighbours) -> None:
    found = held.get(["f7", "unknown", "f2", "f7"])
    assert list(found) == ["f7", "f2"]
    assert np.allclose(found["f2"], VECTORS["f2"])
    assert held.get([]) == {}


def test_what_has_not_changed_is_taken_from_before(held: Neighbours, tmp_path: Path) -> None:
    seen: list[str] = []

    def told(ids: Sequence[str]) -> Mapping[str, Vectors]:
        seen.extend(ids)
        return {i: unit(1, seed=99)[0] for i in ids}

    ids = ["new", *reversed(IDS[10:])]
    (tmp_path / "next").mkdir()
    neighbours.write(tmp_path / "next", ids, told, held, {"f20"})
    assert set(seen) == {"new", "f20"}
    after = opened(tmp_path / "next", ids).get(ids)
    assert np.allclose(after["f20"], unit(1, seed=99)[0])
    assert all(np.allclose(after[i], VECTORS[i]) for i in IDS[10:] if i != "f20")


def test_a_vector_that_is_not_to_be_had(tmp_path: Path) -> None:
    with pytest.raises(GiveUp, match="lacks vectors"):
        neighbours.write(tmp_path, [*IDS, "unknown"], asked, None, ())


def test_no_vectors_at_all(tmp_path: Path) -> None:
    neighbours.write(tmp_path, [], asked, None, ())
    held = opened(tmp_path, [])
    assert held.get(["f1"]) == {}
    assert held.nearest(unit(1)[0], 5) == []


def test_files_that_do_not_fit_are_told(held: Neighbours, tmp_path: Path) -> None:
    with pytest.raises(FixConfiguration, match="differ in number"):
        opened(tmp_path, IDS[1:])
    (tmp_path / NAME).write_bytes(b"x" * 900)
    with pytest.raises(FixConfiguration, match="damaged"):
        opened(tmp_path)


def test_after_a_sync_the_vectors_are_those_of_the_texts(tmp_path: Path) -> None:
    home, source, embedder = tmp_path / "home", tmp_path / "p.jsonl", TinyEmbedder()
    for count, word in ((30, ""), (40, ""), (25, ""), (25, "again")):
        sync(home, passages(source, count, word), embedder)
        index = Index(home, embedder)
        found = index.vectors.get([f.id for f in index.findings()])
        assert len(found) == count
        for finding in index.findings():
            expected = embedder.embed([passage(finding).embedded])[0]
            assert np.allclose(found[finding.id], expected, atol=1e-5)
        index.close()


def test_a_very_large_library_is_searched_by_chroma(tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    sync(tmp_path / "home", passages(tmp_path / "p.jsonl", 30), TinyEmbedder())
    index = Index(tmp_path / "home", TinyEmbedder())
    vector = index.embedder.embed(["Note 3 on phones 21"])[0]
    whole = index.vectors.nearest(vector, 5)
    monkeypatch.setattr(neighbours, "_WHOLE", 10)
    found = index.vectors.nearest(vector, 5)
    assert found[0][0] == whole[0][0] == "p3"
    assert [score for _, score in found] == pytest.approx([s for _, s in whole], abs=1e-5)
    index.close()


def test_a_generation_without_its_vectors_is_damaged(tmp_path: Path) -> None:
    sync(tmp_path / "home", passages(tmp_path / "p.jsonl", 30), TinyEmbedder())
    found = generation.current(tmp_path / "home")
    assert found is not None
    (found[0] / NAME).unlink()
    with pytest.raises(FixConfiguration, match=r"vectors.npy is missing.*--rebuild"):
        Index(tmp_path / "home", TinyEmbedder())
