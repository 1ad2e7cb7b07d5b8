"""A folder of reports in any state: the bad are named, the good are read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus import library
from corpus.errors import FixConfiguration

REPORT = "{} PEEL 2017\nEffectiveness\n{} Police is good at preventing crime.\n"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def kent(folder: Path, name: str = "kent.txt") -> Path:
    return write(folder, name, REPORT.format("Kent", "Kent"))


@pytest.mark.parametrize(("name", "content", "reason"), [
    ("empty.txt", b"", "empty"), ("scan.txt", b"%PDF-1.4", "PDF"),
    ("data.txt", b"\x00\x01" * 50, "binary"), ("slides.pptx", b"x", ".pptx"),
    ("deep/er/blank.md", b"  \n", "empty"),
])
def test_a_bad_file_is_skipped_with_its_reason(tmp_path: Path, name: str, content: bytes,
                                               reason: str) -> None:
    kent(tmp_path)
    bad = write(tmp_path, name, content)
    found = library.read(tmp_path)
    assert [r.metadata.force for r in found.reports] == ["Kent"]
    assert [(s.path, reason in s.reason) for s in found.skipped] == [(bad, True)]


@pytest.mark.parametrize(("toml", "reason"), [
    ("title = ", "can't be read"), ("titel = 'x'", "titel"), ("year = '2017'", "year"),
    ("force = 3", "force"), ("year = true", "year"), ("title = ['x']", "title"),
    (b"\xff\xfe\x00", "can't be read"), ("year = 2017\nid = 'x'", "id"),
    ("force = ''\n[force]\nx = 1", "can't be read"),
])
def test_broken_metadata_is_named(tmp_path: Path, toml: str | bytes, reason: str) -> None:
    kent(tmp_path)
    write(tmp_path, "essex.txt", REPORT.format("Essex", "Essex"))
    write(tmp_path, "essex.toml", toml)
    found = library.read(tmp_path)
    assert [r.metadata.force for r in found.reports] == ["Kent"]
    assert len(found.skipped) == 1
    assert found.skipped[0].reason.startswith("essex.toml:")
    assert reason in found.skipped[0].reason


def test_metadata_beside_a_report_wins_over_what_is_inferred(tmp_path: Path) -> None:
    kent(tmp_path)
    write(tmp_path, "kent.toml", "force = 'Kent'\nyear = 2016\ntitle = 'My title'")
    about = library.read(tmp_path).reports[0].metadata
    assert (about.force, about.year, about.title) == ("Kent", 2016, "My title")
    assert {"force", "year", "title"} & set(about.guessed) == set()
    assert "pillar" in about.guessed


def test_folders_that_hold_nothing(tmp_path: Path) -> None:
    assert library.read(tmp_path) == library.Library((), ())
    write(tmp_path, "README.md", "What is here.")
    write(tmp_path, ".hidden/kent.txt", REPORT.format("Kent", "Kent"))
    assert library.read(tmp_path).reports == ()
    with pytest.raises(FixConfiguration, match="no folder"):
        library.read(tmp_path / "absent")


def test_links_in_circles_and_to_nowhere(tmp_path: Path) -> None:
    kent(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    (tmp_path / "around").symlink_to(tmp_path, target_is_directory=True)
    found = library.read(tmp_path)
    assert [r.metadata.force for r in found.reports] == ["Kent"]
    assert sorted(s.path.name for s in found.skipped) == ["gone.txt", "self.txt"]
    assert library.fingerprint(tmp_path) == library.fingerprint(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_listed(tmp_path: Path) -> None:
    kent(tmp_path)
    write(tmp_path, "shut/essex.txt", REPORT.format("Essex", "Essex"))
    (tmp_path / "shut").chmod(0)
    try:
        assert [r.metadata.force for r in library.read(tmp_path).reports] == ["Kent"]
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_one_file_instead_of_a_folder(tmp_path: Path) -> None:
    assert [r.metadata.force for r in library.read(kent(tmp_path)).reports] == ["Kent"]


def test_the_same_text_twice_is_one_report(tmp_path: Path) -> None:
    kent(tmp_path, "a.txt")
    kent(tmp_path, "b.txt")
    found = library.read(tmp_path)
    assert len(found.reports) == 1
    assert [s.path.name for s in found.skipped] == ["b.txt"]
    assert "same text as a.txt" in found.skipped[0].reason


def test_the_fingerprint_follows_content_alone(tmp_path: Path) -> None:
    path = kent(tmp_path)
    before = library.fingerprint(tmp_path)
    os.utime(path, (1, 1))
    path.rename(tmp_path / "renamed.txt")
    assert library.fingerprint(tmp_path) == before
    write(tmp_path, "renamed.toml", "year = 2016")
    assert library.fingerprint(tmp_path) != before
