"""Suggested questions, over the shipped and the invented reports: each is answered when asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import evals
from assistant.answer import Answer, Status
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
REFUSED = (
    "Who is the chief constable of Norfolk?", "How was Essex graded in 2017?",
    "What is the weather in Lincoln?", "How many helicopters does the force have?",
    "List every cause of concern on stop and search in Norfolk in 2017",
    "What did inspectors say about Norfolk in 1999?", "Does Norfolk fly drones?",
    "What is the telephone number of the press office?",
    "What is the budget for investigating crime in Lincolnshire in 2018?",
    "List every recommendation on recording crime", "What is the grade for dog handling?",
    "Does the force keep horses in 2017?", "Compare Essex and Kent on fraud",
    "Who won the cup?", "Brief me on submarines", "How was Norfolk graded in 2009?",
    "List every area for improvement in Cumbria", "What does a police horse eat in winter?",
    "How was Toytown Police graded?", "When was the headquarters building opened?",
    "What colour are the patrol cars in Lincolnshire?", "How many prisons are there in Norfolk?",
    "Which football club plays in Northamptonshire?")
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


@pytest.mark.parametrize("scope", [*SCOPES[:3], Filter(reports=frozenset({
    "northamptonshire-peel-2017-effectiveness"}))], ids=lambda scope: str(scope.to_dict()))
def test_every_question_offered_after_a_refusal_is_answered(service: Service,
                                                            scope: Filter) -> None:
    choices = Choices(scope)
    refused = 0
    for question in REFUSED:
        answer = service.ask(question, choices=choices)
        if answer.status is not Status.NOT_IN_REPORTS:
            continue
        refused += 1
        assert len(answer.suggestions) == len(set(answer.suggestions)) == 3, question
        assert question not in answer.suggestions
        assert led_on(service, question, answer, choices) == []
    assert refused >= (20 if not scope else 18)


def test_what_is_offered_is_near_what_was_asked(service: Service) -> None:
    answer = service.ask("What is the budget for investigating crime in Lincolnshire in 2018?")
    assert answer.suggestions == (
        "List every area for improvement on investigating crime in Lincolnshire in 2018",
        "Is Lincolnshire good at investigating crime in 2018?",
        "What are the problems with investigating crime in Lincolnshire in 2018?")
    graded = service.ask("Does Norfolk fly drones?").suggestions[0]
    assert graded == "How was Norfolk graded in 2021?"
    beyond = service.ask("How was Essex graded in 2017?").suggestions
    assert not any("Essex" in one for one in beyond)


def test_a_refusal_says_what_to_try(service: Service) -> None:
    def told(question: str, scope: Filter = SCOPES[0]) -> str | None:
        return service.ask(question, choices=Choices(scope)).notice

    assert told("Does Norfolk fly drones?") == (
        "Try other words for it, such as a report would use, ask something wider, or name another "
        "force or year.")
    assert told("How was Essex graded in 2017?") is None
    assert told("List every recommendation on recording crime") == (
        "Ask for another kind of finding, or leave the subject out.")
    limited = told("Does the force fly drones?", Filter(years=frozenset({2018})))
    assert limited is not None
    assert limited.endswith("take a limit away to look further.")


def test_nothing_is_offered_where_the_scope_holds_nothing(service: Service) -> None:
    nowhere = Filter(forces=frozenset({"Norfolk"}), years=frozenset({2016}))
    answer = service.ask("Does the force fly drones?", choices=Choices(nowhere))
    assert (answer.status, answer.suggestions) == (Status.NOT_IN_REPORTS, ())


def test_every_question_to_start_from_is_answered(service: Service) -> None:
    assert len(service.suggestions()) == 6
    for question in service.suggestions():
        assert service.ask(question).status.has_answer, question
