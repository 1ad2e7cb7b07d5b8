"""Citations of answers to questions that nobody wrote by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Answer
from assistant.programs import link
from assistant.service import Service
from corpus.model import Report
from tests.shelves import opened

ASKED = ("List every {kind} on {topic} in {force}", "How good is {force} at {topic}?",
         "Compare {force} and Norfolk on {topic}",
         "What does the report on {force} say of {topic}?",
         "How many {kind}s does {force} have?", "Brief me on {force} and {topic}", "{topic}",
         "Why was {force} graded so in {year}?", "{force} {year} {kind}")
QUESTIONS = st.builds(
    lambda pattern, **said: pattern.format(**said), st.sampled_from(ASKED),
    kind=st.sampled_from(("weakness", "strength", "area for improvement", "recommendation",
                          "cause of concern", "judgment")),
    topic=st.sampled_from(("investigating crime", "phones", "vulnerable people", "leadership",
                           "calls", "treasure", "“quotes” & <b>")),
    force=st.sampled_from(("Norfolk", "Kent", "Northamptonshire", "Atlantis", "every force")),
    year=st.sampled_from(("2017", "2019", "1066")))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = opened(tmp_path_factory.mktemp("library"))
    yield service
    service.close()


@settings(max_examples=40)
@given(question=QUESTIONS)
def test_every_sentence_points_at_findings_that_are_there(library: Service,
                                                          question: str) -> None:
    answer = library.ask(question)
    reports = {one.id: one for one in map(library.report, (
        cited.report_id for cited in (*answer.citations, *answer.nearest))) if one}
    numbers = [cited.n for cited in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for cited in (*answer.citations, *answer.nearest):
        report = reports[cited.report_id]
        assert report.text[cited.start:cited.end] == cited.quote
        (finding,) = [one for one in report.findings if one.id == cited.finding_id]
        assert finding.text == cited.quote
        assert link(cited.finding_id).endswith(cited.finding_id)
    _each_number_is_used_in_order(answer)
    _is_told_apart(answer, reports)


def _each_number_is_used_in_order(answer: Answer) -> None:
    """First mentions count up from 1; no number leads nowhere and none is left over."""
    met = list(dict.fromkeys(n for one in answer.sentences for n in one.citations))
    if answer.status.has_answer:
        assert all(one.citations for one in answer.sentences)
        assert sorted(met) == [cited.n for cited in answer.citations]
        assert met == sorted(met)
    else:
        assert set(met) <= {cited.n for cited in answer.citations}


def _is_told_apart(answer: Answer, reports: dict[str, Report]) -> None:
    ids = [cited.finding_id for cited in answer.citations]
    assert len(set(ids)) == len(ids)
    assert {cited.title for cited in answer.citations} <= {
        one.metadata.title for one in reports.values()}
