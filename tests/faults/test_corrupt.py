"""Files of the index that were cut short or have flipped bits: never a crash, never a wrong answer
that nobody notices, and indexing again mends it."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import kept
from assistant.cli.finding import Outcome
from assistant.settings import load
from corpus.errors import FixConfiguration
from index import generation, neighbours, probe
from index.store import Index
from index.sync import sync
from tests.fakes import TinyEmbedder
from tests.index.places import passages

# Enough for Chroma to write its segments out.
COUNT = 1100
QUESTIONS = ("phones 70", "note 8 on phones", "part 3", "phones 2114")
SEGMENTS = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin",
            "index_metadata.pickle")
FILES = ("catalogue.sqlite", "vectors.npy", "chroma.sqlite3", *SEGMENTS, "manifest.json",
         "current", "digests.json")
# What questions are answered from, and what says which that is.
SERVED = ("catalogue.sqlite", "vectors.npy", "manifest.json", "current")


def embedder() -> TinyEmbedder:
    return TinyEmbedder(dimensions=32)


def answers(home: Path) -> list[list[tuple[str, str]]]:
    index = Index(home, embedder())
    try:
        return [[(hit.finding.id, hit.finding.text) for hit in index.search(one)[:8]]
                for one in QUESTIONS]
    finally:
        index.close()


def looked(work: Callable[[], Any]) -> tuple[Any, FixConfiguration | None]:
    """What came of some work: its result, or how it was refused."""
    try:
        return work(), None
    except FixConfiguration as error:
        return None, error


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home and its source, from two syncs: the second began with a copy."""
    folder = tmp_path_factory.mktemp("sound")
    source = folder / "p.jsonl"
    sync(folder / "home", passages(source, COUNT - 30), embedder())
    passages(source, COUNT)
    # Times that are settled, so that digests are remembered.
    past = time.time() - 100
    os.utime(source, (past, past))
    sync(folder / "home", source, embedder())
    return folder


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound / "home", tmp_path / "home")
    return tmp_path / "home"


def file_of(home: Path, name: str) -> Path:
    found = generation.current(home)
    assert found is not None
    (path,) = [one for one in (*found[0].rglob(name), *(home / "index").glob(name))
               if one.parent == home / "index" or found[0] in one.parents]
    return path


def damaged(content: bytes, kind: str, chance: random.Random) -> bytes:
    """Content cut short, or with flipped bits, at random places."""
    if kind == "cut":
        return content[:chance.randrange(len(content))]
    if kind == "emptied":
        return b""
    changed = bytearray(content)
    for _ in range(1 if kind == "flipped" else 40):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ["cut", "emptied", "flipped", "scattered"])
def test_what_is_damaged_is_refused_or_answers_as_before(sound: Path, home: Path, name: str,
                                                         kind: str) -> None:
    right = answers(sound / "home")
    path = file_of(home, name)
    content = path.read_bytes()
    for seed in range(3):
        path.write_bytes(damaged(content, kind, random.Random(f"{name} {kind} {seed}")))
        found, refusal = looked(lambda: answers(home))
        if refusal is None:
            assert found == right
            assert name not in SERVED or path.read_bytes().strip() == content.strip()
        else:
            assert "findings index" in refusal.next_step
            assert name in SERVED or kind in ("cut", "emptied")


@pytest.mark.parametrize("name", FILES)
def test_doctor_names_what_is_damaged(home: Path, name: str,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.service.open_embedder", lambda *_: embedder())
    path = file_of(home, name)
    path.write_bytes(damaged(path.read_bytes(), "scattered", random.Random(name)))
    found = kept.index(load(home=home))
    if name == "digests.json":
        assert found.outcome is Outcome.OK
        return
    if name == "chroma.sqlite3" and found.outcome is Outcome.OK:
        # Chroma could still be searched, and no question is answered from its texts.
        return
    assert found.outcome is Outcome.PROBLEM
    assert "findings index" in found.text
    if name in ("catalogue.sqlite", "vectors.npy", *SEGMENTS):
        assert f"{name} is not as it was written" in found.text


@pytest.mark.parametrize("name", ["vectors.npy", "chroma.sqlite3", "link_lists.bin",
                                  "manifest.json"])
def test_indexing_again_mends_it(sound: Path, home: Path, tmp_path: Path, name: str) -> None:
    path = file_of(home, name)
    path.write_bytes(damaged(path.read_bytes(), "scattered", random.Random(name)))
    source = tmp_path / "p.jsonl"
    passages(source, COUNT + 5)
    assert sync(home, source, embedder()).findings == COUNT + 5
    other = tmp_path / "other"
    sync(other, source, embedder())
    assert answers(home) == answers(other)
    assert file_of(home, "vectors.npy").read_bytes() == file_of(other, "vectors.npy").read_bytes()


def test_a_damaged_pointer_finds_the_index_again(home: Path, sound: Path) -> None:
    (home / "index" / "current").write_bytes(b"\xff\0gone")
    again = embedder()
    assert sync(home, sound / "p.jsonl", again).findings == COUNT
    assert again.embedded == []
    assert answers(home) == answers(sound / "home")


def test_a_newer_index_that_is_damaged_does_not_take_over(home: Path, sound: Path,
                                                          tmp_path: Path) -> None:
    from assistant.service import Service

    service = Service(load(home=home), embedder())
    before = service.current()[0]
    source = tmp_path / "p.jsonl"
    sync(home, passages(source, COUNT + 5), embedder())
    path = file_of(home, "vectors.npy")
    path.write_bytes(damaged(path.read_bytes(), "flipped", random.Random(1)))
    assert service.current()[0] is before
    assert service.current()[0] is before
    sync(home, source, embedder())
    assert service.current()[0].count() == COUNT + 5
    service.close()


@pytest.mark.parametrize("name", ["header.bin", "length.bin", "link_lists.bin"])
def test_a_process_of_its_own_looks_at_chroma_first(home: Path, name: str) -> None:
    """Such files can end whoever opens them, so the first thing asked is that this process goes
    on. What Chroma does not notice, digests do."""
    chroma = file_of(home, "chroma.sqlite3").parent
    path = file_of(home, name)
    path.write_bytes(damaged(path.read_bytes(), "scattered", random.Random(name)))
    _, refusal = looked(lambda: probe.check(chroma, COUNT))
    assert refusal is None or "--rebuild" in refusal.next_step
    assert refusal is not None or name != "header.bin"
    assert str(generation.altered_chroma(chroma.parent)).endswith("is not as it was written")


def test_a_large_index_is_searched_whole_where_chroma_can_not_be_used(
        home: Path, sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = answers(sound / "home")
    monkeypatch.setattr(neighbours, "_WHOLE", 10)
    path = file_of(home, "link_lists.bin")
    path.write_bytes(b"\xff" * path.stat().st_size)
    assert answers(home) == right
    index = Index(home, embedder())
    index.search(QUESTIONS[0])
    for thread in [one for one in threading.enumerate() if one.name == "chroma"]:
        thread.join(60)
    assert index.vectors._store is None
    assert index.search(QUESTIONS[0])
    index.close()


def test_a_large_index_is_searched_by_chroma_once_it_was_looked_at(
        home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_WHOLE", 10)
    index = Index(home, embedder())
    first = index.search(QUESTIONS[0])
    for thread in [one for one in threading.enumerate() if one.name == "chroma"]:
        thread.join(60)
    assert index.vectors._store is not None
    assert index.search(QUESTIONS[0])[0].finding == first[0].finding
    index.close()
    index.close()
