"""A home that can only be read: questions are answered, and what can't be kept is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli.doctor import examined
from assistant.cli.finding import Outcome
from assistant.conversations import Conversations
from assistant.feedback import Entry, Feedback, Verdict
from assistant.models.store import Status, Store
from assistant.paper.paper import Paper
from assistant.paper.store import Papers
from assistant.service import Service, open_service
from assistant.settings import load
from assistant.shelf import Stage
from corpus.errors import FindingsError, FixConfiguration, GiveUp
from index.sync import sync
from tests.assistant.test_shelving import REPORT, wait_for
from tests.fakes import TinyEmbedder
from tests.faults.disks import read_only
from tests.suite.small_runs import answer
from tests.test_models_store import CONTENT, model

QUESTION = "Is Kent good at investigating crime?"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "kent.txt").write_text(REPORT.format(force="Kent", what="phones"))
    sync(tmp_path / "home", tmp_path / "reports", TinyEmbedder())
    return tmp_path / "home"


@pytest.fixture
def sealed(home: Path) -> Iterator[Path]:
    """A home in which nothing can be written any more."""
    file = Store(home / "models").folders[0] / "tiny.gguf"
    file.parent.mkdir()
    file.write_bytes(CONTENT)
    with read_only(home) as is_read_only:
        if not is_read_only:
            pytest.skip("nothing can be made read-only here")
        yield home


@pytest.fixture
def service(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr("assistant.service.open_embedder", lambda *_: TinyEmbedder())
    opened = open_service(load(home=sealed))
    yield opened
    opened.close()


def refused(work: Callable[[], object], kind: type[FindingsError]) -> None:
    with pytest.raises(kind) as caught:
        work()
    assert caught.value.next_step
    assert "space" not in caught.value.next_step


def test_questions_are_answered(service: Service) -> None:
    assert service.ask(QUESTION).status.value == "answered"


def test_a_change_of_the_reports_is_told_and_the_index_goes_on_answering(
        sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.service.open_embedder", lambda *_: TinyEmbedder())
    (tmp_path / "reports" / "surrey.txt").write_text(REPORT.format(force="Surrey", what="cars"))
    notes: list[str] = []
    service = open_service(load(home=sealed), note=notes.append)
    assert "can't be written" in notes[-1]
    assert "goes on answering" in notes[-1]
    assert service.ask(QUESTION).status.value == "answered"
    service.close()


def test_what_can_not_be_kept_is_said(sealed: Path) -> None:
    refused(lambda: Conversations(sealed).keep("me", "Phones", [{"said": "one"}]),
            FixConfiguration)
    refused(lambda: Feedback(sealed).keep(Entry("e", Verdict.UP, "Why?", answer())),
            FixConfiguration)
    refused(lambda: Papers(sealed).create("me", Paper(title="Phones")), FixConfiguration)
    refused(lambda: sync(sealed, sealed.parent / "reports", TinyEmbedder(), rebuild=True),
            FixConfiguration)
    refused(lambda: Store(sealed / "models").pull(model(content=b"another")), FixConfiguration)


def test_the_library_can_not_be_changed(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "dropped"
    file.write_text(REPORT.format(force="Surrey", what="a plan"))
    refused(lambda: service.shelf.drop(file, "surrey.txt"), GiveUp)
    refused(lambda: service.shelf.correct(service.reports()[0].id, {"title": "Other"}), GiveUp)


def test_an_upload_can_not_be_removed(home: Path, tmp_path: Path) -> None:
    service = Service(load(home=home), TinyEmbedder())
    file, shelf = tmp_path / "dropped", service.shelf
    file.write_text(REPORT.format(force="Surrey", what="a plan"))
    token = shelf.drop(file, "surrey.txt")
    wait_for(lambda: shelf.candidates()[-1].stage is Stage.READY)
    shelf.add(token, {})
    wait_for(lambda: not shelf.candidates())
    with read_only(home) as is_read_only:
        if is_read_only:
            refused(lambda: shelf.remove("surrey-peel-2019-effectiveness"), GiveUp)
    shelf.remove("surrey-peel-2019-effectiveness")
    wait_for(lambda: len(service.reports()) == 1)
    with read_only(home) as is_read_only:
        if is_read_only:
            refused(lambda: shelf.restore("surrey-peel-2019-effectiveness"), GiveUp)
    shelf.restore("surrey-peel-2019-effectiveness")
    wait_for(lambda: len(service.reports()) == 2)
    service.close()


def test_a_model_is_not_read_again_and_again(sealed: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    digest = __import__("assistant.models.store", fromlist=["_sha256"])._sha256

    def counted(path: Path) -> str:
        read.append(path)
        return str(digest(path))

    monkeypatch.setattr("assistant.models.store._sha256", counted)
    for _ in range(5):
        assert Store(sealed / "models").status(model()) is Status.PRESENT
    assert len(read) == 1
    assert Store(sealed / "models").verify(model()) is Status.PRESENT
    assert len(read) == 2


def test_doctor_says_that_the_home_can_not_be_written(sealed: Path) -> None:
    found = dict(examined(load(home=sealed), {"model", "reports", "shipped_models"}))
    assert found["home"].outcome is Outcome.PROBLEM
    assert "--home" in found["home"].text
    assert found["builds"].outcome is Outcome.OK
