"""Suggested questions, over the shipped and the invented reports: each is answered when asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import evals
from assistant.answer import Answer
from assistant.backend import Choices
from assistant.service import Service
from assistant.settings import load
from index.filter import Filter
from index.sync import sync
from tests.fakes import TinyEmbedder

INVENTED = Path(evals.__file__).parent / "reports"
ASKED = ("What is the grade for investigating crime?", "How was Norfolk graded in 2017?",
         "Compare Norfolk and Lincolnshire on investigating crime",
         "Is the force good at serious and organised crime?",
         "List every area for improvement on recording crime",
         "How does the force use stop and search?",
         "Why are phone examinations holding up cases?")
SCOPES = (Filter(), Filter(forces=frozenset({"Norfolk"})), Filter(years=frozenset({2018})),
          Filter(kinds=frozenset({"strength"})))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, shipped: Path) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("suggest")
    shutil.copytree(shipped, folder / "reports")
    for one in INVENTED.iterdir():
        if one.name != "README.md":
            shutil.copy(one, folder / "reports")
    sync(folder / "home", folder / "reports", TinyEmbedder())
    opened = Service(load(home=folder / "home"), TinyEmbedder())
    yield opened
    opened.close()


def led_on(service: Service, question: str, answer: Answer, choices: Choices) -> list[str]:
    """The suggestions that get no answer in this conversation."""
    return [one for one in answer.suggestions
            if not service.ask(one, [(question, answer.text)],
                               choices=choices).status.has_answer]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: str(scope.to_dict()))
def test_every_answer_suggests_what_the_reports_answer_where_it_was_looked_for(
        service: Service, scope: Filter) -> None:
    choices = Choices(scope)
    answered = 0
    for question in (*service.suggestions(), *ASKED):
        answer = service.ask(question, choices=choices)
        if not answer.status.has_answer:
            continue
        answered += 1
        assert len(set(answer.suggestions)) == len(answer.suggestions)
        assert question not in answer.suggestions
        assert len(answer.suggestions) == 3 or scope.kinds, question
        assert led_on(service, question, answer, choices) == []
    assert answered > 4


def test_every_question_to_start_from_is_answered(service: Service) -> None:
    assert len(service.suggestions()) == 6
    for question in service.suggestions():
        assert service.ask(question).status.has_answer, question
