"""A library of many reports: long lists come in pages, vague questions are asked back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from assistant.answer import Answer, Status
from assistant.followup import PAGE
from assistant.service import Service
from assistant.settings import Settings
from corpus.names import official_name
from index.sync import sync
from tests.fakes import TinyEmbedder

FORCES = ("Kent", "Dorset", "Cheshire", "Cleveland", "Durham", "Essex", "Gwent", "Hertfordshire",
          "Lancashire", "Merseyside", "Suffolk", "Sussex", "Wiltshire", "Cumbria")
EACH = 50


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("many")
    library = folder / "reports"
    library.mkdir()
    for force in FORCES:
        boxes = "\n".join(f"- The force should improve matter number {n} of its work in {force}."
                          for n in range(EACH))
        text = (f"{force} PEEL 2017\nEffectiveness\nHow effective is the force at investigating "
                f"crime?\n{official_name(force)} requires improvement at investigating crime.\n"
                f"Areas for improvement\n{boxes}\n")
        (library / f"{force}.txt").write_text(text, "utf-8")
        (library / f"{force}.toml").write_text(
            f"title = {json.dumps(f'{force} PEEL 2017')}\nforce = {json.dumps(force)}\n"
            "year = 2017\n", "utf-8")
    sync(folder / "home", library, TinyEmbedder())
    opened = Service(Settings(home=folder / "home"), TinyEmbedder())
    yield opened
    opened.close()


def ids(answer: Answer) -> list[str]:
    return [citation.finding_id for citation in answer.citations]


def test_a_long_list_comes_in_pages_and_loses_nothing(service: Service) -> None:
    total = len(FORCES) * EACH
    question, seen = "List all areas for improvement", []
    pages = 0
    while question:
        answer = service.ask(question)
        assert answer.status is Status.ANSWERED
        assert answer.text.startswith(f"{total} areas for improvement")
        assert f"of {total:,} are shown" in (answer.notice or "")
        seen += ids(answer)
        pages += 1
        question = next((s for s in answer.suggestions if "(from number" in s), "")
    assert pages == -(-total // PAGE)
    assert len(seen) == len(set(seen)) == total


def test_the_next_page_can_be_asked_for_in_words(service: Service) -> None:
    first = service.ask("List all areas for improvement")
    second = service.ask("show me the rest", [(first.question, first.text)])
    assert second.standalone_question == "List all areas for improvement (from number 151)?"
    assert not set(ids(first)) & set(ids(second))


def test_a_list_that_fits_is_shown_whole(service: Service) -> None:
    answer = service.ask("List all areas for improvement for Kent")
    assert len(answer.citations) == EACH
    assert "are shown" not in (answer.notice or "")


@pytest.mark.parametrize("question", ["How good is it?", "What grade did it get?", "Brief me"])
def test_a_question_that_may_mean_any_of_many_is_asked_back(service: Service,
                                                            question: str) -> None:
    answer = service.ask(question)
    assert answer.status is Status.NEEDS_CLARIFICATION
    assert f"Reports on {len(FORCES)} forces" in answer.text
    assert len(answer.suggestions) == 3
    assert service.ask(answer.suggestions[0]).status is Status.ANSWERED


def test_a_question_with_a_subject_is_answered_for_all(service: Service) -> None:
    answer = service.ask("Which forces require improvement at investigating crime?")
    assert answer.status is Status.ANSWERED
    assert len(answer.citations) == len(FORCES)
