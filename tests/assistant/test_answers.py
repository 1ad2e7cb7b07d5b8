"""Answers over several reports: lists, grades, comparisons, briefs, filters, each whole and cited.
The reports are the shipped one and the invented ones that evaluation uses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer, Layout, Status
from assistant.backend import Choices
from assistant.service import Service
from assistant.settings import Settings
from index.filter import Filter
from index.sync import sync

pytestmark = pytest.mark.real_embedder
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, shipped: Path,
            real_embedder: Any) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("several")
    library = folder / "library"
    shutil.copytree(shipped, library)
    for path in (ROOT / "evals" / "reports").iterdir():
        if not path.name.startswith("README"):
            shutil.copy(path, library)
    sync(folder / "home", library, real_embedder)
    opened = Service(Settings(home=folder / "home"), real_embedder)
    yield opened
    opened.close()


def heading(answer: Answer) -> str:
    return next(s.text for s in answer.sentences if s.layout is Layout.HEADING)


def owners(answer: Answer) -> set[tuple[str | None, int | None]]:
    return {(c.force, c.year) for c in answer.citations}


@pytest.mark.parametrize(("question", "head", "count"), [
    ("List all areas for improvement on investigating crime in Northamptonshire",
     "All 5 areas for improvement on investigating crime, Northamptonshire 2017:", 5),
    ("How many causes of concern are there?", "6 causes of concern, in 6 reports:", 6),
    ("causes of concern from 2018 onwards", "All 3 causes of concern, in 3 reports:", 3),
    ("How many AFIs has Lincolnshire had across its three inspections?",
     "18 areas for improvement, in 3 reports:", 18),
    ("innovative or promising practice", "All 4 innovative practices, in 2 reports:", 4),
])
def test_lists_are_complete_and_say_how_many(service: Service, question: str, head: str,
                                             count: int) -> None:
    answer = service.ask(question)
    assert answer.status is Status.ANSWERED, answer.text
    assert heading(answer) == head
    assert len(answer.citations) == count


def test_a_list_by_polarity_holds_that_polarity_alone(service: Service) -> None:
    answer = service.ask("negative findings on organised crime in Northamptonshire")
    wanted = service.current()[0].findings(Filter(
        forces=frozenset({"Northamptonshire"}), topics=frozenset({"organised_crime"}),
        polarities=frozenset({"negative"})))
    assert {c.finding_id for c in answer.citations} == {f.id for f in wanted}
    assert heading(answer).startswith(f"All {len(wanted)} negative findings on serious and")


@pytest.mark.parametrize(("question", "polarity"), [
    ("What is going well on vulnerability in Northamptonshire?", "positive"),
    ("Problems with investigations in Northamptonshire", "negative"),
    ("What are the failings in Norfolk's stop and search?", "negative"),
    ("What went well on organised crime in Norfolk 2017?", "positive"),
])
def test_what_goes_well_and_what_does_not_are_never_mixed(service: Service, question: str,
                                                          polarity: str) -> None:
    answer = service.ask(question)
    assert answer.status is Status.ANSWERED
    assert {c.polarity for c in answer.citations} == {polarity}


def test_how_a_grade_changed(service: Service) -> None:
    answer = service.ask("Has Lincolnshire got better at investigating crime since 2016?")
    assert heading(answer) == "From requires improvement (2016) to requires improvement (2021):"
    assert [c.grade for c in answer.citations] == ["requires improvement", "good",
                                                  "requires improvement"]
    assert "can't be compared directly" in (answer.notice or "")


def test_which_forces_are_good(service: Service) -> None:
    answer = service.ask("Which forces are good at investigating crime?")
    assert owners(answer) == {("Lincolnshire", 2018), ("Norfolk", 2017)}
    assert {c.grade for c in answer.citations} == {"good"}


def test_a_grade_made_in_a_year_without_a_report(service: Service) -> None:
    answer = service.ask("How was Lincolnshire judged for effectiveness in 2015?")
    assert [(c.grade, c.year) for c in answer.citations] == [("good", 2016)]
    assert "2015" in answer.text


def test_a_grade_taken_for_granted_is_put_right(service: Service) -> None:
    answer = service.ask("Why was Northamptonshire rated good at preventing crime?")
    assert answer.citations[0].grade == "requires improvement"
    assert "takes for granted" in (answer.notice or "")


def test_a_comparison_is_a_table_with_every_cell_cited(service: Service) -> None:
    answer = service.ask("Compare Norfolk and Northamptonshire in 2017 on organised crime")
    assert answer.table is not None
    assert answer.table.columns == ("Norfolk 2017", "Northamptonshire 2017")
    assert answer.table.rows[0] == "Grade"
    grades = {s.cell: answer.citations[s.citations[0] - 1].grade for s in answer.sentences
              if s.cell is not None and s.cell[0] == 0}
    assert grades == {(0, 0): "outstanding", (0, 1): "requires improvement"}
    for sentence in answer.sentences:
        assert sentence.cell is not None
        column = answer.table.columns[sentence.cell[1]]
        assert {f"{answer.citations[n - 1].force} {answer.citations[n - 1].year}"
                for n in sentence.citations} == {column}


def test_what_a_side_does_not_report_is_said(service: Service) -> None:
    answer = service.ask("Compare Norfolk and Kent on organised crime")
    assert answer.table is not None
    assert answer.table.columns == ("Norfolk 2021", "Kent Police")
    assert not any(s.cell and s.cell[1] == 1 for s in answer.sentences)
    assert "- Grade: not reported" in answer.text


def test_a_comparison_over_the_years(service: Service) -> None:
    answer = service.ask("Norfolk sex offender visits: 2017 against 2021/22")
    assert answer.table is not None
    assert answer.table.columns == ("Norfolk 2017", "Norfolk 2021")
    assert owners(answer) == {("Norfolk", 2017), ("Norfolk", 2021)}


def test_a_brief_has_everything_by_kind(service: Service) -> None:
    answer = service.ask("Brief me on protecting vulnerable people in Northamptonshire")
    heads = [s.text for s in answer.sentences if s.layout is Layout.HEADING]
    assert heads == ["Grade", "Strengths", "Weaknesses", "Areas for improvement"]
    assert answer.citations[0].kind == "judgment"


def test_a_brief_on_a_body_is_from_its_newest_report_and_says_so(service: Service) -> None:
    answer = service.ask("Brief me on Lincolnshire")
    assert owners(answer) == {("Lincolnshire", 2021)}
    assert "2016, 2018" in (answer.notice or "")


def test_a_follow_up_narrows_the_answer_before(service: Service) -> None:
    first = service.ask("List the causes of concern")
    second = service.ask("which of these are in Norfolk?", [(first.question, first.text)])
    assert owners(second) == {("Norfolk", 2017), ("Norfolk", 2021)}
    assert heading(second).startswith("2 of the 6 findings")
    again = service.ask(second.standalone_question)
    assert {c.finding_id for c in again.citations} == {c.finding_id for c in second.citations}


def test_a_filter_that_nothing_passes_says_so(service: Service) -> None:
    first = service.ask("List the causes of concern")
    second = service.ask("which of these are about parking?", [(first.question, first.text)])
    assert second.status is Status.NOT_IN_REPORTS
    assert "None of the 6 findings fits that (parking)." in second.text


def test_a_body_is_carried_into_a_question_that_says_they(service: Service) -> None:
    first = service.ask("What was the cause of concern in Norfolk in 2017?")
    second = service.ask("What should they do about it?", [(first.question, first.text)])
    assert "Norfolk 2017" in second.standalone_question
    assert owners(second) == {("Norfolk", 2017)}


def test_a_question_that_names_no_body_is_answered_report_by_report(service: Service) -> None:
    answer = service.ask("Is there a backlog in digital forensics?")
    heads = [s.text for s in answer.sentences if s.layout is Layout.HEADING]
    assert len(heads) > 1
    assert set(heads) == {f"{force} {year}" for force, year in owners(answer)}


def test_the_chosen_scope_holds_where_the_question_names_none(service: Service) -> None:
    chosen = Choices(scope=Filter(forces=frozenset({"Norfolk"}), years=frozenset({2017})))
    answer = service.ask("How many recommendations are there?", choices=chosen)
    assert owners(answer) == {("Norfolk", 2017)}
    named = service.ask("How many recommendations did Northamptonshire get?", choices=chosen)
    assert owners(named) == {("Northamptonshire", 2017)}


@pytest.mark.parametrize(("question", "words"), [
    ("What did Norfolk's 2016 inspection find?", "no indexed report on Norfolk 2016"),
    ("How good is Kent at investigating crime?", "don't cover Kent Police"),
])
def test_what_is_not_indexed_is_refused_with_what_is(service: Service, question: str,
                                                     words: str) -> None:
    answer = service.ask(question)
    assert answer.status is Status.NOT_IN_REPORTS
    assert words in answer.text
    assert "Norfolk" in answer.text


def test_every_candidate_is_kept_with_its_scores(service: Service) -> None:
    answer = service.ask("hi tech unit backlog in Northamptonshire")
    rows = answer.trace.candidates
    assert {row.finding_id for row in rows if row.kept} == {c.finding_id for c in answer.citations}
    looked_at = [row for row in rows if row.rerank is not None]
    assert len(looked_at) == 12
    assert all("answers with p=" in row.why for row in looked_at)
    assert all(row.why == "not looked at: too far down" for row in rows if row.rerank is None)
