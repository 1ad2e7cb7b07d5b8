"""Folders that change: reports that break, that never were readable, and that move."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import GiveUp
from index.store import Index
from index.sync import in_step, sync
from tests.fakes import TinyEmbedder
from tests.index.places import texts, write


def test_a_report_whose_new_version_cannot_be_read_keeps_the_version_before(
        tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "reports"
    path = write(folder, "kent-2019")
    write(folder, "dorset-2019")
    sync(home, folder, TinyEmbedder())
    before = texts(home)
    path.write_text("")
    changes = sync(home, folder, TinyEmbedder())
    assert texts(home) == before
    assert changes.embedded == 0
    assert "kent-2019.txt" in changes.skipped[0]
    assert "version before it goes on answering" in changes.skipped[0]
    assert in_step(home, folder, TinyEmbedder())
    assert sync(home, folder, TinyEmbedder()).skipped == changes.skipped


def test_a_folder_whose_reports_were_never_readable_is_refused(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "reports"
    write(folder, "kent-2019")
    sync(home, folder, TinyEmbedder())
    before = texts(home)
    other = tmp_path / "other"
    other.mkdir()
    (other / "empty.txt").write_text("")
    with pytest.raises(GiveUp, match=r"No report in .* empty.txt: it is empty"):
        sync(home, other, TinyEmbedder())
    assert texts(home) == before


def test_a_moved_report_keeps_its_findings_and_is_not_parsed_again(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "reports"
    path = write(folder, "kent-2019")
    sync(home, folder, TinyEmbedder())
    before = texts(home)
    (folder / "deep").mkdir()
    path.rename(folder / "deep" / "renamed.txt")
    counting = TinyEmbedder()
    changes = sync(home, folder, counting)
    assert (changes.added, changes.removed, counting.embedded) == ((), (), [])
    assert texts(home) == before
    index = Index(home, counting)
    assert [Path(source).name for _, source in index.catalogue.sources().values()] == [
        "renamed.txt"]
    index.close()
