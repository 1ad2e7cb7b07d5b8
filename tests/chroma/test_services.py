"""Several apps on one index: one brings it in step while the others answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import assistant.service
from assistant.answer import Status
from assistant.service import Service, open_service
from assistant.settings import load
from assistant.shelf import Stage
from corpus.errors import GiveUp, TryAgain
from tests.chroma.servers import Chroma
from tests.fakes import TinyEmbedder
from tests.index.places import write

REPORT = """Surrey PEEL 2019
Effectiveness
How effective is the force at investigating crime?
Surrey Police is good at investigating crime.
The force has a plan for seized phones.
"""
Open = Callable[..., Service]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, name: str, tmp_path: Path) -> Iterator[Open]:
    """An app on a machine, with a home of its own unless another is named."""
    monkeypatch.setattr(assistant.service, "open_embedder", lambda *_: TinyEmbedder())
    made: list[Service] = []

    def app(chroma: Chroma, machine: str, source: Path | None = None, home: str = "",
            notes: list[str] | None = None) -> Service:
        settings = load(home=tmp_path / (home or machine), chroma=chroma.url, chroma_name=name,
                        mirror=tmp_path / f"mirror-{machine}")
        made.append(open_service(settings, source, (notes if notes is not None else []).append))
        return made[-1]

    yield app
    for one in made:
        one.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "reports", "kent-2019")
    return tmp_path / "reports"


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until, "it did not happen within 20 seconds"
        time.sleep(0.02)


def forces(service: Service) -> list[str | None]:
    return [about.force for about in service.reports()]


def add(service: Service, tmp_path: Path, name: str = "surrey.txt") -> None:
    (tmp_path / "dropped").write_text(REPORT)
    token = service.shelf.drop(tmp_path / "dropped", name)
    wait_for(lambda: service.shelf.candidates()[-1].stage is Stage.READY)
    service.shelf.add(token, {})
    wait_for(lambda: not service.shelf.candidates())


def test_an_added_report_answers_everywhere_while_all_go_on(
        opened: Open, chroma: Chroma, folder: Path, tmp_path: Path) -> None:
    first, second = opened(chroma, "one", folder), opened(chroma, "two")
    for one in (first, second):
        one.watch(0.1)
    ended, answered, failed = threading.Event(), 0, 0

    def ask() -> None:
        nonlocal answered, failed
        while not ended.is_set():
            answer = second.ask("Does Kent Police have a backlog of phones?")
            answered += 1
            failed += answer.status is not Status.ANSWERED or not answer.sentences[0].citations

    asking = threading.Thread(target=ask)
    asking.start()
    add(first, tmp_path)
    assert forces(first) == ["Kent", "Surrey"]
    wait_for(lambda: forces(second) == ["Kent", "Surrey"])
    ended.set()
    asking.join()
    assert answered > 3
    assert failed == 0
    question = "How good is Surrey at investigating crime?"
    answers = [one.ask(question) for one in (first, second)]
    assert answers[0].status is Status.ANSWERED
    assert answers[0].sentences == answers[1].sentences
    assert answers[0].citations == answers[1].citations


def test_a_library_that_is_kept_elsewhere_is_shown_and_not_changed(
        opened: Open, chroma: Chroma, folder: Path, tmp_path: Path) -> None:
    first = opened(chroma, "one", folder)
    add(first, tmp_path)
    notes: list[str] = []
    # Even where it is given a folder: only 'findings index' takes an index over.
    second = opened(chroma, "two", folder, notes=notes)
    second.watch(0.05)
    assert any("its library is kept on" in note for note in notes)
    assert {row.name: row.uploaded for row in first.shelf.shelved()} \
        == {"kent-2019.txt": False, "surrey.txt": True}
    assert {row.name: row.uploaded for row in second.shelf.shelved()} \
        == {"kent-2019.txt": False, "surrey.txt": False}
    report = "surrey-peel-2019-effectiveness"
    for change in (lambda: second.shelf.drop(tmp_path / "dropped", "a.txt"),
                   lambda: second.shelf.remove(report),
                   lambda: second.shelf.correct(report, {"year": "2020"})):
        with pytest.raises(GiveUp, match="kept on another computer"):
            change()
    time.sleep(0.3)
    assert forces(first) == forces(second) == ["Kent", "Surrey"]
    first.shelf.remove(report)
    wait_for(lambda: forces(second) == ["Kent"])


def test_apps_with_one_home_and_mirrors_of_their_own(opened: Open, chroma: Chroma, folder: Path,
                                                     tmp_path: Path) -> None:
    first = opened(chroma, "one", folder, home="home")
    second = opened(chroma, "two", home="home")
    for one in (first, second):
        one.watch(0.1)
    add(second, tmp_path)
    wait_for(lambda: forces(first) == ["Kent", "Surrey"])
    write(folder, "dorset-2019")
    wait_for(lambda: forces(first) == forces(second) == ["Dorset", "Kent", "Surrey"])
    assert {row.name for row in first.shelf.shelved() if row.uploaded} == {"surrey.txt"}
    first.shelf.remove("surrey-peel-2019-effectiveness")
    wait_for(lambda: forces(first) == forces(second) == ["Dorset", "Kent"])


def test_a_file_that_waits_survives_another_apps_end(opened: Open, chroma: Chroma, folder: Path,
                                                     tmp_path: Path) -> None:
    first = opened(chroma, "one", folder, home="home")
    second = opened(chroma, "two", home="home")
    # As on another machine: there the process has another number, or the host another name.
    second.shelf._incoming = tmp_path / "home" / "incoming" / "another-1"  # type: ignore[attr-defined]
    (tmp_path / "dropped").write_text(REPORT)
    token = first.shelf.drop(tmp_path / "dropped", "surrey.txt")
    wait_for(lambda: first.shelf.candidates()[-1].stage is Stage.READY)
    second.close()
    first.shelf.add(token, {})
    wait_for(lambda: not first.shelf.candidates())
    assert forces(first) == ["Kent", "Surrey"]


def test_the_server_is_stopped_and_started_while_both_serve(
        opened: Open, own_chroma: Chroma, folder: Path, tmp_path: Path,
        caplog: pytest.LogCaptureFixture) -> None:
    first, second = opened(own_chroma, "one", folder), opened(own_chroma, "two")
    caplog.set_level(logging.WARNING, "assistant.watch")
    for one in (first, second):
        one.watch(0.05)
    own_chroma.stop()
    write(folder, "dorset-2019")
    wait_for(lambda: len(caplog.messages) >= 2)
    time.sleep(0.5)
    # Once for each, however often they looked.
    assert sum("can't be reached" in message for message in caplog.messages) == 2
    for one in (first, second):
        assert one.ask("Does Kent Police have a backlog of phones?").status is Status.ANSWERED
    notes: list[str] = []
    third = opened(own_chroma, "two", notes=notes)
    assert forces(third) == ["Kent"]
    assert "goes on answering" in notes[-1]
    with pytest.raises(TryAgain, match="can't be reached"):
        opened(own_chroma, "four")
    own_chroma.start()
    wait_for(lambda: forces(first) == forces(second) == ["Dorset", "Kent"])
    assert sum("can be used again" in message for message in caplog.messages) == 2


def test_an_empty_server_is_a_first_start(opened: Open, chroma: Chroma) -> None:
    """Two at once: one indexes what ships with the project, the other takes it up."""
    made: list[Service] = []
    starting = [threading.Thread(target=lambda m=machine: made.append(opened(chroma, m)))
                for machine in ("one", "two")]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    assert [forces(one) for one in made] == [["Northamptonshire"]] * 2
    editions = [one._keeping.mirrored() for one in made]  # type: ignore[attr-defined]
    assert editions[0] == editions[1]
    assert editions[0].number == 1
