"""Two that write at once, and a port that another program has."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import app
from assistant import ports
from assistant.cli.doctor import examined
from assistant.cli.finding import Outcome
from assistant.cli.serve import serve
from assistant.service import Service
from assistant.settings import load
from assistant.shelf import Stage
from corpus.errors import FixConfiguration, TryAgain
from index import generation, replacing
from index.sync import in_step, sync
from tests.assistant.test_shelving import REPORT, wait_for
from tests.fakes import TinyEmbedder
from tests.index.places import passages, texts
from tests.shelves import free_port


class Slow(TinyEmbedder):
    """An embedder that waits for leave before it does anything."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.leave = threading.Event(), threading.Event()

    def embed(self, texts):  # type: ignore[no-untyped-def]
        self.begun.set()
        assert self.leave.wait(30)
        return super().embed(texts)


def test_of_two_that_index_one_waits_or_is_told(tmp_path: Path) -> None:
    home, source, slow = tmp_path / "home", tmp_path / "p.jsonl", Slow()
    passages(source, 40)
    with ThreadPoolExecutor(2) as both:
        first = both.submit(sync, home, source, slow)
        assert slow.begun.wait(30)
        with pytest.raises(TryAgain) as caught:
            sync(home, source, TinyEmbedder())
        assert caught.value.next_step
        second = both.submit(sync, home, source, TinyEmbedder(), wait=30.0)
        slow.leave.set()
        assert first.result().findings == 40
        assert not second.result().rebuilt
    assert len(texts(home)) == 40


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "kent.txt").write_text(REPORT.format(force="Kent", what="phones"))
    sync(tmp_path / "home", tmp_path / "reports", TinyEmbedder())
    opened = Service(load(home=tmp_path / "home"), TinyEmbedder())
    yield opened
    opened.close()


def dropped(service: Service, folder: Path, force: str, name: str, what: str = "a plan") -> str:
    file = folder / f"dropped-{os.urandom(3).hex()}"
    file.write_text(REPORT.format(force=force, what=what))
    token = service.shelf.drop(file, name)
    wait_for(lambda: all(one.stage in (Stage.READY, Stage.FAILED)
                         for one in service.shelf.candidates()))
    return token


def test_an_upload_while_a_command_indexes(service: Service, tmp_path: Path) -> None:
    slow = Slow()
    (tmp_path / "reports" / "essex.txt").write_text(REPORT.format(force="Essex", what="cars"))
    with ThreadPoolExecutor(1) as command:
        indexing = command.submit(sync, tmp_path / "home", tmp_path / "reports", slow)
        assert slow.begun.wait(30)
        token = dropped(service, tmp_path, "Surrey", "surrey.txt")
        service.shelf.add(token, {"title": "Surrey, corrected"})
        assert service.ask("Is Kent good at investigating crime?").status.value == "answered"
        slow.leave.set()
        indexing.result()
    wait_for(lambda: not service.shelf.candidates())
    assert [one.force for one in service.reports()] == ["Essex", "Kent", "Surrey"]
    assert "Surrey, corrected" in [one.title for one in service.reports()]
    assert in_step(tmp_path / "home", tmp_path / "reports", TinyEmbedder())


def test_uploads_of_one_name_from_two_programs_are_both_kept(service: Service,
                                                             tmp_path: Path) -> None:
    other = Service(load(home=tmp_path / "home"), TinyEmbedder())
    tokens = [dropped(service, tmp_path, "Surrey", "report.txt"),
              dropped(other, tmp_path, "Sussex", "report.txt")]
    with ThreadPoolExecutor(2) as both:
        for added in [both.submit(one.shelf.add, token, {})
                      for one, token in zip((service, other), tokens, strict=True)]:
            added.result()
    wait_for(lambda: not service.shelf.candidates() and not other.shelf.candidates())
    assert {path.name for path in (tmp_path / "home" / "uploads").glob("[!.]*")} == {
        "report.txt", "report 2.txt"}
    assert [one.force for one in service.reports()] == ["Kent", "Surrey", "Sussex"]
    other.close()


def test_many_files_come_to_one_place_and_none_is_written_over(tmp_path: Path) -> None:
    place = tmp_path / "uploads" / "report.txt"
    place.parent.mkdir()
    for number in range(40):
        (tmp_path / f"{number}").write_text(str(number))
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda number: replacing.put(tmp_path / f"{number}", place), range(40)))
    assert sorted(int(one.read_text()) for one in place.parent.iterdir()) == list(range(40))


@pytest.mark.parametrize("step", ["before the note", "after the note", "between the two files"])
def test_an_upload_that_takes_the_place_of_another_format_whatever_ends_it(
        tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = tmp_path / "home" / "uploads"
    uploads.mkdir(parents=True)
    (uploads / "surrey.txt").write_text(REPORT.format(force="Surrey", what="a plan"))
    new = tmp_path / "incoming.md"
    new.write_text(REPORT.format(force="Surrey", what="no plan"))

    class Killed(BaseException):
        pass

    replace, unlink = Path.replace, Path.unlink

    def ended(self: Path, target: Path) -> Path:
        if step == "before the note" and target.name == ".replacing.json":
            raise Killed
        if step == "after the note" and self.name == ".replacing.json.new":
            replace(self, target)
            raise Killed
        if step == "between the two files" and target.name == "incoming.md" \
                and target.parent == uploads:
            raise Killed
        return replace(self, target)

    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", ended)
        with pytest.raises(Killed):
            replacing.exchange(new, uploads / "surrey.txt")
    assert unlink is Path.unlink
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "kent.txt").write_text(REPORT.format(force="Kent", what="phones"))
    sync(tmp_path / "home", tmp_path / "reports", TinyEmbedder())
    there = [text for text in texts(tmp_path / "home") if "plan" in text]
    assert there == [f"The force has {'a' if step == 'before the note' else 'no'} plan."]
    assert len(list(uploads.glob("[!.]*"))) == 1


def test_a_correction_is_there_before_its_file(service: Service, tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill between the two must not part what somebody typed from the file that it is about."""
    token = dropped(service, tmp_path, "Surrey", "surrey.txt")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as ending:
        ending.setattr("assistant.shelving.put", killed)
        with pytest.raises(Killed):
            service.shelf.add(token, {"title": "As it should be"})
    assert list((tmp_path / "home" / "corrections").glob("*.toml"))
    assert not list((tmp_path / "home" / "uploads").glob("[!.]*"))


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on, with the next one taken as well."""
    with socket.socket() as first, socket.socket() as second:
        while True:
            port = free_port()
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            break
        first.bind(("127.0.0.1", port))
        first.listen()
        second.listen()
        yield port


def test_a_port_that_is_taken_is_told_at_once_with_one_that_is_free(tmp_path: Path,
                                                                    taken: int) -> None:
    options = argparse.Namespace(home=tmp_path / "home", port=taken, host=None, model=None,
                                 reports=None)
    with pytest.raises(FixConfiguration, match=str(taken)) as caught:
        serve(options)
    assert generation.current(tmp_path / "home") is None
    named = ports.other("127.0.0.1", taken)
    assert named not in (taken, taken + 1)
    assert ports.is_free("127.0.0.1", named)
    assert f"--port {named}" in caught.value.next_step


def test_a_port_that_is_taken_while_the_index_opens(service: Service, taken: int) -> None:
    with pytest.raises(FixConfiguration, match=str(taken)) as caught:
        app.launch(service, load(home=service.settings.home_path, port=taken))
    assert f"--port {ports.other('127.0.0.1', taken)}" in caught.value.next_step


def test_doctor_names_a_free_port(tmp_path: Path, taken: int) -> None:
    shutil.rmtree(tmp_path / "home", ignore_errors=True)
    found = dict(examined(load(home=tmp_path / "home", port=taken),
                          {"reports", "model", "shipped_models", "embedder"}))
    assert found["port"].outcome is Outcome.WARNING
    assert f"--port {ports.other('127.0.0.1', taken)}" in found["port"].text
