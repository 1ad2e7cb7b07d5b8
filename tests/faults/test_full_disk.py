"""A full disk: told in plain words with what to do, what was there stays, and it goes on later."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cli.batch import batch
from assistant.conversations import Conversations
from assistant.feedback import Entry, Feedback, Verdict
from assistant.models.catalogue import ModelFile, Packages
from assistant.models.store import Status, Store
from assistant.paper.paper import Paper
from assistant.paper.store import Papers
from assistant.service import Service
from assistant.settings import load
from assistant.shelf import Stage
from corpus.errors import FindingsError, FixConfiguration, GiveUp
from evals.suite.folder import Folder
from evals.suite.metrics.score import Score
from evals.suite.record import Answered
from index import generation
from index.matrix import Matrix
from index.store import Index
from index.sync import sync
from tests.assistant.test_shelving import REPORT, wait_for
from tests.fake_models import serving
from tests.fakes import TinyEmbedder
from tests.faults.disks import Disk
from tests.index.places import passages, texts
from tests.suite.small_runs import answer, row
from tests.test_models_store import CONTENT, hub, model

KB = 1024


def complaint(work: Callable[[], object], kind: type[FindingsError] = FixConfiguration) -> str:
    """What is said of work that finds no room; it has to name that as the next step."""
    with pytest.raises(kind) as caught:
        work()
    assert "Free some space" in caught.value.next_step
    return caught.value.reason


@pytest.mark.parametrize("leave", [0, 40 * KB, 250 * KB, 700 * KB, 1500 * KB])
def test_indexing(disk: Disk, tmp_path: Path, leave: int) -> None:
    home, source = disk.path / "home", tmp_path / "p.jsonl"
    sync(home, passages(source, 30), TinyEmbedder())
    before = texts(home)
    passages(source, 600, "anew")
    with disk.full(leave):
        assert complaint(lambda: sync(home, source, TinyEmbedder()))
        assert texts(home) == before
        assert complaint(lambda: sync(home, source, TinyEmbedder()))
    assert texts(home) == before
    assert sync(home, source, TinyEmbedder()).findings == len(texts(home)) == 600
    assert not list((home / "index").glob("building-*"))


def test_vectors_that_are_filled_in_any_order_find_their_room_first(disk: Disk) -> None:
    vectors = TinyEmbedder().embed(["a", "b"])
    with disk.full(20 * KB), pytest.raises(OSError, match=r"space|large"):
        Matrix(disk.path / "vectors.npy", 40_000).put([0, 39_999], vectors)


@pytest.fixture
def service(disk: Disk, tmp_path: Path) -> Service:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "kent.txt").write_text(REPORT.format(force="Kent", what="phones"))
    sync(disk.path / "home", tmp_path / "reports", TinyEmbedder())
    return Service(load(home=disk.path / "home"), TinyEmbedder())


def test_uploading(disk: Disk, tmp_path: Path, service: Service) -> None:
    file, shelf = tmp_path / "dropped", service.shelf
    file.write_text(REPORT.format(force="Surrey", what="a plan") + "It has cars.\n" * 300)
    with disk.full():
        complaint(lambda: shelf.drop(file, "surrey.txt"), GiveUp)
        assert not list((disk.path / "home" / "incoming").glob("*/*"))
    token = shelf.drop(file, "surrey.txt")
    wait_for(lambda: shelf.candidates()[-1].stage is Stage.READY)
    with disk.full():
        complaint(lambda: shelf.add(token, {"title": "A plan"}), GiveUp)
        complaint(lambda: shelf.correct(service.reports()[0].id, {"title": "Other"}), GiveUp)
        assert [one.stage for one in shelf.candidates()] == [Stage.READY]
        assert service.ask("Is Kent good at investigating crime?").status.value == "answered"
    shelf.add(token, {"title": "A plan"})
    wait_for(lambda: not shelf.candidates())
    assert {one.title for one in service.reports()} >= {"A plan"}
    service.close()


def test_a_file_that_is_stored_and_can_not_be_indexed_yet(disk: Disk, tmp_path: Path,
                                                          service: Service) -> None:
    file, shelf = tmp_path / "dropped", service.shelf
    file.write_text(REPORT.format(force="Surrey", what="a plan"))
    token = shelf.drop(file, "surrey.txt")
    wait_for(lambda: shelf.candidates()[-1].stage is Stage.READY)
    with disk.full(60 * KB):
        shelf.add(token, {})
        wait_for(lambda: shelf.candidates()[-1].stage is Stage.FAILED)
        assert "Free some space" in shelf.candidates()[-1].problem
        assert [one.force for one in service.reports()] == ["Kent"]
    assert (disk.path / "home" / "uploads" / "surrey.txt").exists()
    shelf.refresh()
    wait_for(lambda: [one.force for one in service.reports()] == ["Kent", "Surrey"])
    service.close()


def test_keeping_a_conversation(disk: Disk) -> None:
    kept = Conversations(disk.path)
    head = kept.keep("me", "Phones", [{"said": "one"}])
    assert head is not None
    long = [{"said": "one"}, {"said": "x" * 300_000}]
    with disk.full():
        complaint(lambda: kept.keep("me", "Phones", long, head))
        assert kept.find("me", head.id).turns == ({"said": "one"},)
    after = kept.keep("me", "Phones", long, head)
    assert after is not None
    assert after.id == head.id
    assert len(kept.find("me", head.id).turns) == 2
    assert kept.broken() == []


def test_marking_an_answer(disk: Disk) -> None:
    kept = Feedback(disk.path)
    kept.keep(Entry("first", Verdict.UP, "Why?", answer()))
    long = Entry("second", Verdict.UP, "Why?" + "x" * 300_000, answer())
    with disk.full():
        complaint(lambda: kept.keep(long))
        assert [one.id for one in kept.entries()] == ["first"]
        assert kept.broken() == []
    kept.keep(long)
    assert [one.id for one in kept.entries()] == ["first", "second"]


def test_keeping_a_briefing(disk: Disk) -> None:
    kept = Papers(disk.path)
    first = kept.create("me", Paper(title="Phones"))
    with disk.full():
        complaint(lambda: kept.change("me", first.key, lambda one: one.model_copy(
            update={"title": "y" * 100})))
        assert kept.load("me", first.key).title == "Phones"
    assert kept.change("me", first.key, lambda one: one.model_copy(
        update={"title": "y" * 100})).title == "y" * 100
    assert kept.broken() == []


def test_fetching_a_model(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.models.store.SPARE", 0)
    store = Store(disk.path / "models")
    with serving(hub()) as server:
        wanted = model(server.address)
        with disk.full(300 * KB), monkeypatch.context() as unasked:
            # The disk fills up while the file comes, which no look ahead can tell.
            unasked.setattr("assistant.models.store._check_space", lambda folder, missing: None)
            complaint(lambda: store.pull(wanted))
            assert store.status(wanted) is Status.PARTIAL
            part = next((disk.path / "models").glob("*.part")).read_bytes()
            assert CONTENT.startswith(part)
            assert len(part) > 0
        assert store.pull(wanted).read_bytes() == CONTENT
        assert f"bytes={len(part)}-" in str(server.requests[-1])


def test_too_little_room_for_a_model_is_told_before_it_comes(disk: Disk) -> None:
    large = ModelFile("large", "Large", "large.gguf", 1 << 50, hashlib.sha256().hexdigest(), "",
                      "http://127.0.0.1:9/", Packages("none{}", "1", 1, 1 << 50))
    assert "too little space" in complaint(lambda: Store(disk.path / "models").pull(large))


def test_writing_rows_of_an_evaluation(disk: Disk) -> None:
    folder = Folder.create(disk.path / "run", {"name": "own"})
    given = Answered(row("q1"), answer(), (), (True,), 1.0)
    folder.add_answer(given)
    long = Answered(row("q2", note="x" * 300_000), answer(), (), (True,), 1.0)
    scores = {f"metric{n}": Score.of(1.0) for n in range(4000)}
    with disk.full():
        complaint(lambda: folder.add_answer(long))
        complaint(lambda: folder.add_scores("q1", scores))
        folder.manifest["note"] = "x" * 300_000
        complaint(folder.save)
        assert list(folder.answers()) == ["q1"]
        assert Folder.open(folder.path).manifest["name"] == "own"
    folder.add_answer(long)
    folder.add_scores("q1", scores)
    folder.save()
    assert list(folder.answers()) == ["q1", "q2"]
    assert list(folder.scores()) == ["q1"]


def test_answering_many_questions(disk: Disk, tmp_path: Path, service: Service,
                                  monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    monkeypatch.setattr("assistant.cli.batch.open_service", lambda *_, **__: service)
    monkeypatch.setattr(service, "close", lambda: None)
    asked, out = tmp_path / "in.jsonl", disk.path / "out.jsonl"
    asked.write_text("".join(f'{{"id": {n}, "question": "Is Kent good at crime {n}?"}}\n'
                             for n in range(24)))
    options = SimpleNamespace(questions=asked, answers=out, composer="quotes",
                              home=disk.path / "home")
    with disk.full(20 * KB):
        complaint(lambda: batch(options))  # type: ignore[arg-type]
    done = out.read_bytes().count(b"\n")
    assert 0 < done < 24
    assert batch(options) == 0  # type: ignore[arg-type]
    assert len({line.split(b'"id": ')[1] for line in out.read_bytes().splitlines()}) >= 24


def test_a_pointer_that_could_not_be_written_costs_no_work(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, source = tmp_path / "home", tmp_path / "p.jsonl"
    sync(home, passages(source, 10), TinyEmbedder())
    write = generation._write

    def full(path: Path, text: str) -> None:
        if path.name == "current":
            raise OSError(28, "No space left on device")
        write(path, text)

    passages(source, 50)
    with monkeypatch.context() as broken:
        broken.setattr(generation, "_write", full)
        complaint(lambda: sync(home, source, TinyEmbedder()))
    assert len(Index(home, TinyEmbedder()).findings()) == 10
    assert sync(home, source, TinyEmbedder()).embedded == 0
    assert len(texts(home)) == 50
