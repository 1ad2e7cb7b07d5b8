"""Follow-ups stand alone: the earlier subject, body and year are carried, or let go."""

from __future__ import annotations

import pytest

from assistant.aboutness import about
from assistant.followup import leans, narrowed, standalone

CHAINS: list[tuple[list[str], str]] = [
    (["List areas for improvement on investigations", "and on vulnerable people?"],
     "List areas for improvement on vulnerable people?"),
    (["What grade did it get for organised crime?", "Why?"], "Why (about organised crime)?"),
    (["Why are digital investigations delayed?", "what did they recommend on that?"],
     "What did inspectors recommend on digital investigations delayed?"),
    (["Why are digital investigations delayed?", "what did they recommend on that?",
      "and for sex offenders?"], "What did inspectors recommend on sex offenders?"),
    (["What grade did it get for organised crime?", "Why?", "what did they recommend on that?"],
     "What did inspectors recommend on organised crime?"),
    (["Brief me on organised crime", "just the problems"], "Problems with organised crime?"),
    (["How good is Norfolk at organised crime in 2017?", "just the problems"],
     "Problems with organised crime, Norfolk 2017?"),
    (["How good is Norfolk at organised crime in 2017?", "and in 2021?"],
     "How good is Norfolk at organised crime in 2021?"),
    (["How good is Norfolk at organised crime in 2017?", "what about Lincolnshire?"],
     "How good is Lincolnshire at organised crime?"),
    (["How quickly does Norfolk answer 999 calls?", "and Lincolnshire?"],
     "How quickly does Lincolnshire answer 999 calls?"),
    (["What does Lincolnshire 2021 say about stalking?", "and hate crime?"],
     "What does Lincolnshire 2021 say about hate crime?"),
    (["Is it good at investigating crime?", "what about protecting vulnerable people?"],
     "Is it good at protecting vulnerable people?"),
    (["List areas for improvement on investigations", "which of these are about detectives?"],
     "List areas for improvement on investigations: only those about detectives?"),
    (["How many recommendations are there?", "only the ones about organised crime"],
     "How many recommendations are there: only those about organised crime?"),
    (["Is there enough supervision?", "what did inspectors ask for?"],
     "What did inspectors recommend on enough supervision?"),
    (["Is the response to organised crime any good?", "just the strengths"],
     "Strengths on response to organised crime?"),
    (["What are the problems with victim care?", "are there any areas for improvement on that?"],
     "What did inspectors recommend on victim care?"),
]


@pytest.mark.parametrize(("chain", "alone"), CHAINS)
def test_a_follow_up_stands_alone(chain: list[str], alone: str) -> None:
    *earlier, last = chain
    found = standalone(last, [(question, "") for question in earlier])
    assert found.text == alone
    assert found.follows


@pytest.mark.parametrize(("earlier", "question"), [
    ("Why are phones late?", "What is being done about fraud?"),
    ("Why are phones late?", "How many recommendations are there?"),
    ("Brief me on organised crime", "Is it good at investigating crime?"),
    ("List the causes of concern", "Which forces are outstanding?"),
])
def test_a_new_topic_drops_the_old_one(earlier: str, question: str) -> None:
    found = standalone(question, [(earlier, "")])
    assert found.text == question
    assert not found.follows


def test_without_a_conversation_nothing_is_added() -> None:
    assert standalone("and for sex offenders?", []).text == "and for sex offenders?"


def test_the_form_of_a_filter_is_read_back() -> None:
    text = "List the causes of concern: only those about Norfolk?"
    assert narrowed(text) == ("List the causes of concern?", "Norfolk")
    assert narrowed("List the causes of concern?") is None


@pytest.mark.parametrize(("question", "subject"), [
    ("Why are digital investigations delayed?", "digital investigations delayed"),
    ("What grade did it get for organised crime?", "organised crime"),
    ("How many areas for improvement mention supervision?", "supervision"),
    ("What did Norfolk say about missing children in 2017?", "missing children"),
    ("Which areas require improvement?", "areas require improvement"),
    ("How many recommendations are there?", ""),
])
def test_what_a_question_is_about(question: str, subject: str) -> None:
    assert about(question) == subject


@pytest.mark.parametrize(("question", "answer"), [
    ("just the problems", True), ("which of these are about staffing?", True), ("Why?", True),
    ("Why are digital investigations delayed?", False), ("vuln AFIs", False),
])
def test_what_leans_on_the_conversation(question: str, answer: bool) -> None:
    assert leans(question) is answer


def test_a_subject_that_only_the_answer_names_is_taken_from_it() -> None:
    said = standalone("Had they sorted it out since?", [
        ("What was Kent's cause of concern in 2018?", "Its vetting backlog [1]\nMore follows.")])
    assert said.follows
    assert "vetting backlog" in said.text
    assert "Kent 2018" in said.text


def test_the_year_before_is_counted_from_the_year_asked_about() -> None:
    said = standalone("and Essex, the year before?", [("Was fraud slow in Kent in 2017?", "Yes.")])
    assert "Essex" in said.text
    assert "2017" in said.text
    assert "the year before" in said.text


def test_what_was_asked_about_the_latest_concern_is_asked_of_the_latest_report() -> None:
    said = standalone("what did they have to do about the latest one?",
                      [("What are the causes of concern in Kent?", "Two causes of concern.")])
    assert said.text == "What recommendations are there, Kent, in the latest report?"
