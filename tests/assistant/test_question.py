"""What is understood of a question, from its words alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from assistant.answer import Intent
from assistant.facets import Sought, facets
from assistant.glossary import kinds_of_crime
from assistant.question import tidy, understand
from assistant.scope import Scope, scope_of
from corpus import library
from corpus.model import FindingKind, Polarity
from index.words import words


@pytest.fixture(scope="module")
def scope() -> Scope:
    reports = library.read(Path(__file__).parents[2] / "corpus" / "reports").reports
    found = [f for r in reports for f in r.findings]
    return scope_of([r.metadata for r in reports], [f.section for f in found],
                    Counter(word for f in found for word in words(f.text)))


@pytest.mark.parametrize(("question", "intent"), [
    ("Why are digital investigations delayed?", Intent.LOOKUP),
    ("negative findings on organised crime", Intent.LIST),
    ("Has it got better at investigating crime since 2016?", Intent.GRADE),
    ("Northamptonshire v Norfolk: who is better at investigating crime?", Intent.COMPARE),
    ("How has the arrest rate changed between 2016 and 2021?", Intent.COMPARE),
    ("Who is outstanding at tackling organised crime?", Intent.GRADE),
    ("List every area for improvement on investigations", Intent.LIST),
    ("vuln AFIs", Intent.LIST),
    ("What did they recommend on organised crime?", Intent.LIST),
    ("How many causes of concern are there?", Intent.COUNT),
    ("How many officers are there?", Intent.LOOKUP),
    ("What grade did it get for organised crime?", Intent.GRADE),
    ("Is the force good at protecting vulnerable people?", Intent.GRADE),
    ("Which areas require improvement?", Intent.GRADE),
    ("How did the force do?", Intent.GRADE),
    ("How well does it record risk?", Intent.LOOKUP),
    ("Does the force have a good plan for phones?", Intent.LOOKUP),
    ("Compare investigating crime with organised crime", Intent.COMPARE),
    ("Brief me on organised crime", Intent.BRIEF),
    ("Summarise the report", Intent.BRIEF),
])
def test_the_intent(question: str, intent: Intent, scope: Scope) -> None:
    assert understand(question, [], scope).intent is intent


@pytest.mark.parametrize(("question", "sought"), [
    ("Who is the chief constable?", Sought.NAME), ("Who links evidence?", Sought.PERSON),
    ("How many officers are there?", Sought.COUNT), ("How long do phones wait?", Sought.DURATION),
    ("What percentage of cases is charged?", Sought.SHARE),
    ("What is the force's annual budget?", Sought.MONEY),
    ("How much does the unit cost?", Sought.MONEY), ("When does it start?", Sought.DATE),
    ("Where is the station?", Sought.PLACE), ("Why is it late?", Sought.ANYTHING),
    ("Is the number of investigators going up?", Sought.ANYTHING),
])
def test_the_sort_of_thing_sought(question: str, sought: Sought) -> None:
    assert facets(question).sought is sought


@pytest.mark.parametrize(("question", "polarity"), [
    ("What is going well on vulnerability?", Polarity.POSITIVE),
    ("What are the problems with organised crime?", Polarity.NEGATIVE),
    ("How does it handle people with mental health problems?", None),
    ("What are the causes of concern?", None),
    ("What are the strengths and weaknesses?", None),
])
def test_the_polarity_asked_for(question: str, polarity: Polarity | None) -> None:
    assert facets(question).polarity is polarity


@pytest.mark.parametrize(("question", "key", "asked"), [
    ("How did Bedfordshire do?", "force", "Bedfordshire Police"),
    ("Is GMP good at investigating crime?", "force", "Greater Manchester Police"),
    ("What did Toytown Police do?", "force", "Toytown Police"),
    ("What did the 2023 inspection find?", "year", "2023"),
    ("What grade did it get in 2016?", "year", "2016"),
    ("What grade did Northamptonshire get in 2016?", "edition", "Northamptonshire 2016"),
    ("What grade did it get for legitimacy?", "pillar", "legitimacy"),
])
def test_what_is_not_indexed_is_named(question: str, key: str, asked: str, scope: Scope) -> None:
    found = understand(question, [], scope).outside
    assert found is not None
    assert (found.key, found.asked) == (key, asked)


@pytest.mark.parametrize("question", [
    "How did Northants do?", "What has changed since 2016?", "How effective is it?",
    "What is on the Police National Computer?", "What did the 2017 inspection find?"])
def test_what_is_indexed_is_not_refused(question: str, scope: Scope) -> None:
    assert understand(question, [], scope).outside is None


@pytest.mark.parametrize(("typed", "read"), [
    ("forensik evidance", "forensic evidence"), ("forensic evidence", "forensic evidence"),
    ("What about Forensik Ltd?", "What about Forensik Ltd?"),
])
def test_spelling_is_put_right_from_the_reports_words(typed: str, read: str,
                                                      scope: Scope) -> None:
    english = {"evidence", "forensic", "what", "about"}
    assert understand(typed, [], scope, english.__contains__).text == read


def test_a_question_loses_control_and_direction_characters() -> None:
    assert tidy("why\x00 is\u202e it\n\tlate\u200b?") == "why is it late?"


def test_kinds_of_crime_are_told_from_plain_words() -> None:
    assert kinds_of_crime("Is it good at investigating hate crime?") == ["hate"]
    assert kinds_of_crime("How does it investigate crime and prevent crime?") == []


def test_kinds_named_in_a_question() -> None:
    assert facets("areas for improvement and recs").kinds == (
        FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.RECOMMENDATION)
    assert facets("What did they recommend?").kinds == (
        FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.RECOMMENDATION)


def test_a_part_of_a_topic_is_not_the_topic() -> None:
    assert facets("areas for improvement on stop and search").topics == ()
    assert facets("areas for improvement on stop and search").parts == ("treatment",)
    assert facets("areas for improvement on treating the public fairly").topics == ("treatment",)


@pytest.mark.parametrize(("question", "deadline"), [
    ("What does it have to do within 3 months?", "three months"),
    ("Recommendations due within six months", "six months"),
    ("What was it told to do by the end of May 2017?", "may 2017"),
    ("What was it told to do in 2017?", "")])
def test_a_deadline_is_read_as_reports_write_it(question: str, deadline: str) -> None:
    told = facets(question)
    assert told.deadline == deadline
    assert (2017 in told.years) is (question.endswith("in 2017?"))


@pytest.mark.parametrize(("question", "polarity"), [
    ("What is it getting right on fraud?", Polarity.POSITIVE),
    ("Any pats on the back on fraud?", Polarity.POSITIVE),
    ("Where did it fall short on fraud?", Polarity.NEGATIVE),
    ("What do they have to sort out on fraud, not the compliments?", Polarity.NEGATIVE)])
def test_praise_and_blame_in_everyday_words(question: str, polarity: Polarity) -> None:
    assert facets(question).polarity is polarity


@pytest.mark.parametrize("question", [
    "Every grade that it picked up in the 2017 report, question by question",
    "Which bits of its work came out as good?", "How many areas was it marked good in?"])
def test_grades_asked_for_in_everyday_words(question: str, scope: Scope) -> None:
    assert understand(question, [], scope).intent is Intent.GRADE


def test_what_is_left_out_in_a_hurry_is_put_back(scope: Scope) -> None:
    assert understand("how many havent been seen this yr", [], scope).text == \
        "how many have not been seen this year"


def test_several_pillars_are_all_taken() -> None:
    assert facets("effectiveness, efficiency and legitimacy grades").pillars == (
        "Effectiveness", "Efficiency", "Legitimacy")


@pytest.mark.parametrize(("question", "subject"), [
    ("Which things must Northamptonshire Police put right?", ()),
    ("What was the force told to improve?", ()),
    ("What needs to get better in Northamptonshire?", ()),
    ("Everything inspectors want Northamptonshire to improve", ()),
    ("What is Northamptonshire being asked to do?", ()),
    ("What should the force work on?", ()),
    ("What must the control room improve?", ("control", "room")),
    ("What does the force have to sort out in its control room?", ("control", "room"))])
def test_whatever_has_to_be_put_right_is_what_was_asked_for(question: str, subject: tuple[str, ...],
                                                            scope: Scope) -> None:
    found = understand(question, [], scope, lambda word: True, None)
    assert found.intent is Intent.LIST
    assert set(found.facets.kinds) == {FindingKind.AREA_FOR_IMPROVEMENT,
                                       FindingKind.RECOMMENDATION}
    assert found.subject == subject


@pytest.mark.parametrize("question", [
    "What has the force improved?", "Has it improved its control room?",
    "Which force works on fraud with banks?", "How did it tackle fraud?"])
def test_what_was_put_right_is_not(question: str) -> None:
    assert not facets(question).requests
