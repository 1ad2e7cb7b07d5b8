"""The library behind the page: uploads, corrections, removal, and folders that change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.filenames import clean_name
from assistant.service import Service
from assistant.settings import load
from assistant.shelf import Stage
from corpus.errors import GiveUp, TryAgain
from index.sync import sync
from tests.fakes import TinyEmbedder

REPORT = """{force} PEEL 2019
Effectiveness
How effective is the force at investigating crime?
{force} Police is good at investigating crime.
The force has {what}.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "reports"
    path.mkdir()
    (path / "kent.txt").write_text(REPORT.format(force="Kent", what="a backlog of phones"))
    return path


@pytest.fixture
def service(tmp_path: Path, folder: Path) -> Iterator[Service]:
    embedder = TinyEmbedder()
    sync(tmp_path / "home", folder, embedder)
    opened = Service(load(home=tmp_path / "home"), embedder)
    yield opened
    opened.close()


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until, "it did not happen within 20 seconds"
        time.sleep(0.02)


def dropped(service: Service, tmp_path: Path, text: str, name: str = "surrey.txt") -> str:
    file = tmp_path / "dropped"
    file.write_text(text)
    token = service.shelf.drop(file, name)
    wait_for(lambda: service.shelf.candidates()[-1].stage in (Stage.READY, Stage.FAILED))
    return token


def forces(service: Service) -> list[str | None]:
    return [about.force for about in service.reports()]


def add(service: Service, token: str, **corrections: str) -> None:
    service.shelf.add(token, corrections)
    wait_for(lambda: not service.shelf.candidates())


def test_a_dropped_report_is_shown_and_nothing_is_added_before_the_word(
        service: Service, tmp_path: Path) -> None:
    dropped(service, tmp_path, REPORT.format(force="Surrey", what="a plan"))
    (seen,) = service.shelf.candidates()
    assert (seen.stage, seen.name, seen.replaces) == (Stage.READY, "surrey.txt", None)
    assert seen.grades == (("How effective is the force at investigating crime?", "good"),)
    assert seen.counts is not None
    assert seen.counts["judgment"] == 1
    assert seen.metadata is not None
    assert "force" in seen.metadata.guessed
    assert forces(service) == ["Kent"]


def test_an_added_report_answers_and_lives_in_the_home(service: Service, tmp_path: Path) -> None:
    add(service, dropped(service, tmp_path, REPORT.format(force="Surrey", what="a plan")))
    assert forces(service) == ["Kent", "Surrey"]
    assert (tmp_path / "home" / "uploads" / "surrey.txt").exists()
    assert not list((tmp_path / "home" / "incoming").glob("*/*"))
    rows = {row.name: row.uploaded for row in service.shelf.shelved()}
    assert rows == {"kent.txt": False, "surrey.txt": True}


def test_a_correction_counts_and_the_file_stays_as_it_was(service: Service, tmp_path: Path,
                                                          folder: Path) -> None:
    before = (folder / "kent.txt").read_bytes()
    (about,) = service.reports()
    service.shelf.correct(about.id, {"title": "The right title", "year": "2020"})
    wait_for(lambda: service.reports()[0].year == 2020)
    (now,) = service.reports()
    assert (now.title, now.id) == ("The right title", about.id)
    assert {"title", "year"} & set(now.guessed) == set()
    assert (folder / "kent.txt").read_bytes() == before


@pytest.mark.parametrize("wrong", [{"year": "soon"}, {"url": "javascript:alert(1)"},
                                   {"colour": "red"}])
def test_a_correction_that_does_not_fit_is_refused(service: Service,
                                                   wrong: dict[str, str]) -> None:
    with pytest.raises(GiveUp):
        service.shelf.correct(service.reports()[0].id, wrong)


def test_a_newer_version_takes_the_place_of_an_upload(service: Service, tmp_path: Path) -> None:
    add(service, dropped(service, tmp_path, REPORT.format(force="Surrey", what="a plan")))
    token = dropped(service, tmp_path, REPORT.format(force="Surrey", what="no plan at all"),
                    "newer.txt")
    assert service.shelf.candidates()[-1].replaces == "surrey-peel-2019-effectiveness"
    add(service, token)
    assert forces(service) == ["Kent", "Surrey"]
    report = service.report("surrey-peel-2019-effectiveness")
    assert report is not None
    assert "no plan at all" in report.text


def test_removal_can_be_undone(service: Service, tmp_path: Path) -> None:
    add(service, dropped(service, tmp_path, REPORT.format(force="Surrey", what="a plan")))
    service.shelf.remove("surrey-peel-2019-effectiveness")
    wait_for(lambda: forces(service) == ["Kent"])
    service.shelf.restore("surrey-peel-2019-effectiveness")
    wait_for(lambda: len(service.reports()) == 2)
    assert forces(service) == ["Kent", "Surrey"]


def test_a_report_of_the_folder_is_not_removed_here(service: Service) -> None:
    with pytest.raises(GiveUp, match="Only a report that was added"):
        service.shelf.remove(service.reports()[0].id)


def test_a_file_that_cannot_be_read_is_named_and_put_away(service: Service,
                                                          tmp_path: Path) -> None:
    token = dropped(service, tmp_path, "", "empty.txt")
    (seen,) = service.shelf.candidates()
    assert seen.stage is Stage.FAILED
    assert "empty.txt" in seen.problem
    service.shelf.put_away(token)
    assert service.shelf.candidates() == []


def held_back(service: Service, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Keep the index from being brought in step until this is set."""
    go_on = threading.Event()
    sync_ = service.shelf._sync

    def later(progress: Callable[[int, int], None]) -> None:
        assert go_on.wait(20)
        sync_(progress)

    monkeypatch.setattr(service.shelf, "_sync", later)
    return go_on


def test_a_file_that_is_being_added_is_not_put_away_and_is_added(
        service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = dropped(service, tmp_path, REPORT.format(force="Surrey", what="a plan"))
    go_on = held_back(service, monkeypatch)
    service.shelf.add(token, {})
    with pytest.raises(TryAgain, match=r"surrey\.txt is being added just now\. Remove"):
        service.shelf.put_away(token)
    assert [one.stage for one in service.shelf.candidates()] == [Stage.ADDING]
    go_on.set()
    wait_for(lambda: not service.shelf.candidates())
    assert forces(service) == ["Kent", "Surrey"]
    service.shelf.put_away(token)


def test_a_fault_while_a_file_is_added_is_told_on_it_and_the_next_gets_its_turn(
        service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = dropped(service, tmp_path, REPORT.format(force="Surrey", what="a plan"))
    with monkeypatch.context() as broken:
        broken.setattr(service.shelf, "_sync", lambda told: 1 / 0)
        service.shelf.add(token, {})
        wait_for(lambda: service.shelf.candidates()[0].stage is Stage.FAILED)
    (seen,) = service.shelf.candidates()
    assert "because of a fault in the program" in seen.problem
    assert not service.shelf.progress().busy
    service.shelf.put_away(token)
    service.shelf.refresh()
    wait_for(lambda: forces(service) == ["Kent", "Surrey"])


def test_a_file_that_cannot_be_stored_waits_as_before(
        service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = dropped(service, tmp_path, REPORT.format(force="Surrey", what="a plan"))

    def full(*paths: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        broken.setattr("os.link", full)
        with pytest.raises(GiveUp, match="can't be stored"):
            service.shelf.add(token, {})
    assert [one.stage for one in service.shelf.candidates()] == [Stage.READY]
    add(service, token)
    assert forces(service) == ["Kent", "Surrey"]


@pytest.mark.parametrize(("name", "clean"), [
    ("../../etc/passwd", "passwd"), ("C:\\reports\\a.TXT", "a.txt"), ("  ", "report"),
    ("a\u202etxt.exe.txt", "atxt.exe.txt"), ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
    ("line\nbreak.txt", "linebreak.txt"), (".hidden.txt", "hidden.txt")])
def test_names_lose_what_is_no_name(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_a_running_app_takes_up_what_changes_in_its_folder(service: Service,
                                                           folder: Path) -> None:
    service.watch(0.05)
    (folder / "dorset.txt").write_text(REPORT.format(force="Dorset", what="a plan"))
    wait_for(lambda: forces(service) == ["Dorset", "Kent"])
    (folder / "kent.txt").unlink()
    wait_for(lambda: len(service.reports()) == 1)
    assert forces(service) == ["Dorset"]


def test_a_report_that_breaks_goes_on_answering_and_is_named(service: Service,
                                                             folder: Path) -> None:
    service.watch(0.05)
    (folder / "kent.txt").write_bytes(b"\x00\x01 broken")
    wait_for(lambda: bool(service.shelf.unread()))
    (row,) = service.shelf.shelved()
    assert "kent.txt" in row.problem
    assert forces(service) == ["Kent"]
