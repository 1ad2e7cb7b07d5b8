"""A backup goes back whole or not at all: kept apart from who serves, through kills and faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import Status
from assistant.feedback import Feedback
from assistant.operating import restoring
from assistant.operating.backup import back_up
from assistant.operating.restoring import restore
from assistant.operating.serving import replacing, serving
from assistant.service import Service
from assistant.settings import Settings
from corpus.errors import FixConfiguration, TryAgain
from index.sync import sync
from tests.fakes import TinyEmbedder
from tests.operations.homes import names
from tests.shelves import SHIPPED


def test_restored_reports_answer(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    other = tmp_path / "other"
    restore(other, tmp_path / "b.tar.zst")
    sync(other, SHIPPED, TinyEmbedder())
    service = Service(Settings(home=other), TinyEmbedder())
    try:
        answer = service.ask("Why are investigations delayed in Kent?")
    finally:
        service.close()
    assert answer.status is Status.ANSWERED
    assert {one.force for one in answer.citations} == {"Kent"}
    assert "seized phones" in answer.text


def test_a_home_that_holds_something_is_left_alone(settings: Settings, home: Path,
                                                   tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    before = names(home)
    with pytest.raises(FixConfiguration, match="not empty"):
        restore(home, tmp_path / "b.tar.zst")
    assert names(home) >= before


def test_what_was_there_is_moved_aside(settings: Settings, home: Path, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    (home / "uploads" / "new.txt").write_text("new")
    Feedback(home).withdraw("1")
    done = restore(home, tmp_path / "b.tar.zst", replace=True)
    assert done.aside is not None
    assert (done.aside / "uploads" / "new.txt").read_text() == "new"
    assert not (home / "uploads" / "new.txt").exists()
    assert [one.id for one in Feedback(home).entries()] == ["1"]
    assert (home / "models" / "large.bin").exists()


def test_nobody_replaces_a_home_that_is_served(settings: Settings, home: Path,
                                               tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    with serving(home), serving(home), pytest.raises(TryAgain, match="serving"):
        restore(home, tmp_path / "b.tar.zst", replace=True)
    with replacing(home), pytest.raises(TryAgain, match="replaced"), serving(home):
        pass
    restore(home, tmp_path / "b.tar.zst", replace=True)


class Stopped(BaseException):
    """As if the process had been killed."""


@pytest.mark.parametrize("step", range(1, 16))
def test_a_restore_that_is_killed_is_ended_later(settings: Settings, home: Path, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch,
                                                 step: int) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    (home / "uploads" / "new.txt").write_text("new")
    real, done = Path.rename, [0]

    def rename(self: Path, target: Path) -> Path:
        done[0] += 1
        if done[0] == step:
            raise Stopped
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        # A kill leaves what is in the way; only the journal tells.
        patch.setattr(restoring.shutil, "rmtree",  # type: ignore[attr-defined]
                      lambda *a, **k: None)
        try:
            restore(home, tmp_path / "b.tar.zst", replace=True)
        except Stopped:
            assert restoring.cut_off(home)
    restoring.finish(home)
    assert not restoring.cut_off(home)
    assert not list(home.glob(".restoring-*"))
    assert not (home / "uploads" / "new.txt").exists()
    assert [one.id for one in Feedback(home).entries()] == ["1"]
    (aside,) = home.glob("before-restore-*")
    assert (aside / "uploads" / "new.txt").exists()


@pytest.mark.parametrize("step", [1, 3, 8, 12])
def test_a_restore_that_fails_in_between_takes_everything_back(
        settings: Settings, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        step: int) -> None:
    back_up(settings, tmp_path / "b.tar.zst")
    (home / "uploads" / "new.txt").write_text("new")
    before, real, done = names(home), Path.rename, [0]

    def rename(self: Path, target: Path) -> Path:
        done[0] += 1
        if done[0] == step:
            raise OSError(28, "No space left on device")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(FixConfiguration, match="No space left"):
            restore(home, tmp_path / "b.tar.zst", replace=True)
    assert names(home) - {"serving.lock", "index.lock"} == before - {"serving.lock", "index.lock"}
    assert not list(home.glob("before-restore-*"))
