"""Generations: whole or not there, and damage is told before it can do harm."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corpus.errors import FixConfiguration
from index import generation
from index.store import Index
from index.sync import in_step, sync
from index.wanted import Wanted
from tests.fakes import TinyEmbedder
from tests.index.places import passages, write


@pytest.fixture
def home(tmp_path: Path) -> Path:
    sync(tmp_path / "home", passages(tmp_path / "p.jsonl", 60), TinyEmbedder())
    return tmp_path / "home"


def in_force(home: Path) -> Path:
    found = generation.current(home)
    assert found is not None
    return found[0]


def test_publishing_keeps_one_older_generation(home: Path, tmp_path: Path) -> None:
    seen = [in_force(home)]
    for count in (61, 62, 63):
        sync(home, passages(tmp_path / "p.jsonl", count), TinyEmbedder())
        seen.append(in_force(home))
    assert len(set(seen)) == 4
    assert [path.exists() for path in seen] == [False, False, True, True]


def test_a_reader_of_the_generation_before_goes_on(home: Path, tmp_path: Path) -> None:
    index = Index(home, TinyEmbedder())
    sync(home, passages(tmp_path / "p.jsonl", 61), TinyEmbedder())
    assert generation.stamp(home) != index.stamp
    assert len(index.search("phones 70")) > 0
    index.close()


def test_the_manifest_says_what_it_was_made_of(home: Path, tmp_path: Path) -> None:
    found = generation.current(home)
    assert found is not None
    manifest = found[1]
    assert manifest.format == generation.FORMAT
    assert manifest.model == "tiny:1"
    assert manifest.library == str((tmp_path / "p.jsonl").resolve())
    assert manifest.passages_file
    assert manifest.findings == len(manifest.reports) == 60
    assert manifest.files["catalogue.sqlite"] > 0


def test_nothing_published_is_no_generation(tmp_path: Path) -> None:
    assert generation.current(tmp_path) is None
    assert generation.stamp(tmp_path) == ""
    with pytest.raises(FixConfiguration, match="There is no index yet"):
        Index(tmp_path, TinyEmbedder())


@pytest.mark.parametrize("change", [
    {"format": generation.FORMAT + 1}, {"format": None}, {"surprise": 1}, {"skipped": None}])
def test_a_foreign_format_is_not_read(home: Path, tmp_path: Path,
                                      change: dict[str, object]) -> None:
    manifest = in_force(home) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    assert generation.current(home) is None
    assert not in_step(home, tmp_path / "p.jsonl", TinyEmbedder())
    assert sync(home, tmp_path / "p.jsonl", TinyEmbedder()).rebuilt
    assert len(Index(home, TinyEmbedder()).findings()) == 60


@pytest.mark.parametrize("content", ["", "nowhere", "\0", "../../etc", "{}"])
def test_a_pointer_to_nothing(home: Path, tmp_path: Path, content: str) -> None:
    (home / "index" / "current").write_text(content)
    assert generation.current(home) is None
    assert sync(home, tmp_path / "p.jsonl", TinyEmbedder()).findings == 60


@pytest.mark.parametrize("name", ["catalogue.sqlite", "chroma"])
def test_missing_parts_are_no_generation(home: Path, name: str) -> None:
    path = in_force(home) / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert generation.current(home) is None


def files(home: Path) -> list[Path]:
    return sorted(p for p in in_force(home).rglob("*") if p.is_file()
                  and p.name != "manifest.json" and p.stat().st_size)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_file_cut_short_is_told_with_what_to_do(tmp_path: Path, share: float) -> None:
    home = tmp_path / "home"
    # Enough passages for Chroma to write its index out.
    sync(home, passages(tmp_path / "p.jsonl", 1200), TinyEmbedder())
    names = [path.relative_to(in_force(home)) for path in files(home)]
    assert {name.name for name in names} > {"catalogue.sqlite", "chroma.sqlite3"}
    for name in names:
        path = in_force(home) / name
        whole = path.read_bytes()
        path.write_bytes(whole[:int(len(whole) * share)])
        with pytest.raises(FixConfiguration, match=r"The index is damaged.*--rebuild"):
            Index(home, TinyEmbedder())
        path.write_bytes(whole)
    index = Index(home, TinyEmbedder())
    assert index.search("phones 70")
    index.close()


def test_a_damaged_catalogue_is_told_and_rebuilt(home: Path, tmp_path: Path) -> None:
    path = in_force(home) / "catalogue.sqlite"
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(FixConfiguration, match=r"The index is damaged.*--rebuild"):
        Index(home, TinyEmbedder())
    assert sync(home, tmp_path / "p.jsonl", TinyEmbedder(), rebuild=True).embedded == 60
    assert len(Index(home, TinyEmbedder()).findings()) == 60


def test_a_damaged_index_is_no_source_of_vectors(home: Path, tmp_path: Path) -> None:
    path = in_force(home) / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    changes = sync(home, passages(tmp_path / "p.jsonl", 61), TinyEmbedder())
    assert changes.embedded == 61


def test_damage_to_chroma_alone_costs_no_embedding(home: Path, tmp_path: Path) -> None:
    (in_force(home) / "chroma" / "chroma.sqlite3").write_bytes(b"")
    changes = sync(home, passages(tmp_path / "p.jsonl", 61), TinyEmbedder())
    assert (changes.embedded, changes.findings) == (1, 61)
    assert generation.whole(*(generation.current(home) or pytest.fail("no index")))


@pytest.mark.parametrize("left", [".manifest.json.new", "manifest.json", "vectors.npy",
                                  "chroma/chroma.sqlite3", "chroma-1a2b3c/length.bin"])
def test_what_a_build_that_was_cut_off_left_is_no_part_of_the_next(home: Path, tmp_path: Path,
                                                                   left: str) -> None:
    source = passages(tmp_path / "p.jsonl", 61)
    building, _ = generation.building(home, "tiny:1",
                                      Wanted(home, source).fingerprint(TinyEmbedder()))
    (building / left).parent.mkdir(exist_ok=True)
    (building / left).write_text("torn")
    assert sync(home, source, TinyEmbedder()).findings == 61
    assert generation.whole(*(generation.current(home) or pytest.fail("no index")))
    assert len(Index(home, TinyEmbedder()).findings()) == 61


def test_a_catalogue_of_another_generation(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    sync(other, passages(tmp_path / "q.jsonl", 90), TinyEmbedder())
    shutil.copy(in_force(other) / "catalogue.sqlite", in_force(home) / "catalogue.sqlite")
    with pytest.raises(FixConfiguration, match=r"damaged \(catalogue.sqlite is not as it was"):
        Index(home, TinyEmbedder())


def test_reading_often_does_not_look_like_damage(home: Path) -> None:
    for _ in range(4):
        index = Index(home, TinyEmbedder())
        assert index.search("phones")
        index.close()
    found = generation.current(home)
    assert found is not None
    assert generation.shortened(*found) is None


def test_a_source_report_is_never_changed(tmp_path: Path) -> None:
    path = write(tmp_path / "reports", "kent-2019")
    before = path.read_bytes()
    sync(tmp_path / "home", tmp_path / "reports", TinyEmbedder())
    sync(tmp_path / "home", tmp_path / "reports", TinyEmbedder(), rebuild=True)
    assert path.read_bytes() == before
    assert [p.name for p in (tmp_path / "reports").iterdir()] == [path.name]
