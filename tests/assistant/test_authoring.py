"""Answers that a model writes: their length, what it is shown, and what follows when it fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer, Layout, Status
from assistant.compose.prose import ProseComposer
from assistant.service import Service
from assistant.settings import Settings
from assistant.updates import Stage
from corpus.errors import TryAgain
from index.sync import sync
from tests.fake_models import QueuedModel
from tests.fakes import TinyEmbedder

WHY = "Why are digital investigations delayed?"
BACKLOG = "It has a backlog of digital devices awaiting examination in its high-tech crime unit."


class Believing:
    """Supports every claim, so that only the rules stop one."""

    def logit(self, claim: str, evidence: Sequence[str]) -> float:
        return 6.0


class Breaking(QueuedModel):
    """Breaks off after its reply."""

    def _stream(self, *args: Any, **more: Any) -> Iterator[Any]:
        yield from super()._stream(*args, **more)
        raise TryAgain("The model broke off.", "Ask again.")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, shipped: Path) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("home")
    sync(home, shipped, TinyEmbedder())
    opened = Service(Settings(home=home), TinyEmbedder())
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _believing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.authoring.open_entailment", Believing)


def ask(service: Service, monkeypatch: pytest.MonkeyPatch, model: QueuedModel,
        question: str = WHY) -> Answer:
    monkeypatch.setattr(service.writer, "composer", lambda: ProseComposer(model, "fake:one"))
    return service.ask(question, composer="prose")


def test_a_sentence_that_passes_is_shown_with_its_score(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Digital devices wait to be examined, which delays investigations. [1]"
    answer = ask(service, monkeypatch, QueuedModel([said]))
    assert answer.status is Status.ANSWERED
    assert answer.model == "fake:one"
    assert [s.text for s in answer.sentences] == [said.removesuffix(" [1]")]
    assert answer.sentences[0].score is not None


def test_a_sentence_left_out_is_told_and_kept_with_its_score(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    class Doubting:
        def logit(self, claim: str, evidence: Sequence[str]) -> float:
            return -6.0 if "weather" in claim else 6.0

    monkeypatch.setattr("assistant.authoring.open_entailment", Doubting)
    answer = ask(service, monkeypatch, QueuedModel([
        "Digital devices wait to be examined. [1] Bad weather delays their examination. [1]"]))
    assert answer.status is Status.PARTIAL
    assert "1 sentence was left out because the reports don't support it" in (answer.notice or "")
    assert [one.text for one in answer.trace.left_out] == [
        "Bad weather delays their examination."]
    assert answer.trace.left_out[0].score is not None


def test_when_the_model_breaks_off_the_rest_is_quoted(service: Service,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    whole = service.ask(WHY, composer="quotes")
    answer = ask(service, monkeypatch, Breaking(["Digital devices wait to be examined. [1] And"]))
    assert answer.status is Status.PARTIAL
    assert "broke off" in (answer.notice or "")
    assert answer.sentences[0].text == "Digital devices wait to be examined."
    assert {c.finding_id for c in answer.citations} == {c.finding_id for c in whole.citations}


def test_when_the_model_fails_at_once_all_is_quoted(service: Service,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    whole = service.ask(WHY, composer="quotes")
    answer = ask(service, monkeypatch, QueuedModel([TryAgain("It is busy.", "Wait.")]))
    assert answer.model == "quotes"
    assert answer.sentences == whole.sentences
    assert "It is busy" in (answer.notice or "")


def test_what_may_steer_a_model_is_quoted_and_not_shown_to_it(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = service.ask(WHY, composer="quotes")
    kept = whole.citations[0]
    monkeypatch.setattr("assistant.authoring.steers", lambda f: f.id == kept.finding_id)
    model = QueuedModel(["Digital devices wait to be examined. [1]"])
    answer = ask(service, monkeypatch, model)
    assert kept.quote not in str(model.prompts[0][-1].content)
    assert {c.finding_id for c in answer.citations} >= {kept.finding_id}
    assert "1 finding was kept from the language model" in (answer.notice or "")
    monkeypatch.setattr("assistant.authoring.steers", lambda _: True)
    model = QueuedModel(["Digital devices wait to be examined. [1]"])
    answer = ask(service, monkeypatch, model)
    assert model.prompts == []
    assert (answer.model, answer.sentences) == ("quotes", whole.sentences)


def test_signs_and_addresses_of_its_own_are_left_out(service: Service,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Digital devices wait to be examined"
    answer = ask(service, monkeypatch, QueuedModel([
        f"{said}. [1] {said} at other.example. [1] Its devices wait ★★★. [1]"]))
    assert [s.text for s in answer.sentences if s.score is not None] == [f"{said}."]
    assert len(answer.trace.left_out) == 2


def test_a_fact_takes_two_sentences_at_most(service: Service,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    model = QueuedModel([f"{BACKLOG} [1] " + "This is so. [1] It is long. [1] It goes on. [1]"])
    ask(service, monkeypatch, model, "Is there a backlog of digital devices?")
    assert "one or two short sentences" in str(model.prompts[0][-1].content)


def test_a_brief_is_a_summary_above_the_whole_page(service: Service,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    question = "Brief me on protecting vulnerable people"
    quoted = service.ask(question, composer="quotes")
    grade = "Northamptonshire Police requires improvement at protecting vulnerable people."
    answer = ask(service, monkeypatch, QueuedModel([f"{grade} [1]"]), question)
    first, *page = answer.sentences
    assert first.layout is Layout.TEXT
    assert [s.text for s in page] == [s.text for s in quoted.sentences]
    by_number = {c.n: c.finding_id for c in answer.citations}
    assert by_number.keys() == set(range(1, len(quoted.citations) + 1))
    for mine, theirs in zip(page, quoted.sentences, strict=True):
        assert [by_number[n] for n in mine.citations] == [
            quoted.citations[n - 1].finding_id for n in theirs.citations]


def test_sentences_come_one_by_one_and_cancelling_ends_it(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    model = QueuedModel([f"{BACKLOG} [1] " + "Digital devices wait. [1] " * 300])
    monkeypatch.setattr(service.writer, "composer", lambda: ProseComposer(model, "fake:one"))
    cancel = threading.Event()
    stages = []
    for update in service.stream(WHY, composer="prose", cancel=cancel):
        stages.append(update.stage)
        if update.stage is Stage.SENTENCE:
            heard = model.streamed
            cancel.set()
    assert stages[:2] == [Stage.EVIDENCE, Stage.SENTENCE]
    assert model.streamed <= heard + 2
