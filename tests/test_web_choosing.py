"""Where to look: what can be chosen, what a browser sends of it, what is said of it."""

from __future__ import annotations

import json
from typing import cast

import pytest

from assistant.answer import Status
from assistant.backend import Choices
from assistant.web.choosing import (
    NAMED,
    Chosen,
    chosen,
    gone_words,
    looked_words,
    options,
    place_names,
)
from assistant.web.dialogue import answer, rewrite
from assistant.web.events import Events
from assistant.web.marks import Marks
from assistant.web.page import Page
from assistant.web.places import LONG, bar_html, places_html
from assistant.web.session import Session, Turn
from corpus.model import Metadata
from index.filter import Filter
from tests.browser import answers
from tests.browser.backend import METADATA, PHONES, FakeBackend
from tests.test_web_render import HOSTILE, Seen

REPORTS = [METADATA, answers.LINCOLNSHIRE, answers.LANCASHIRE]
SENT = json.dumps({"forces": [["Lincolnshire", "Lincolnshire"]], "years": [["2018", "2018"]],
                   "reports": [["lincolnshire-2018", "Lincolnshire"], ["old", "An old report"]],
                   "kinds": [["weakness", "Weaknesses"]]})


def test_everything_in_the_library_can_be_chosen_once() -> None:
    offered = options(REPORTS)
    assert [value for value, _ in offered["forces"]] == [
        "Lancashire", "Lincolnshire", "Northamptonshire"]
    assert offered["years"] == [("2018", "2018 (PEEL 2018/19)"), ("2017", "2017")]
    assert len(offered["reports"]) == 3
    assert ("area_for_improvement", "Areas for improvement") in offered["kinds"]


def test_a_cycle_is_told_where_it_says_more_than_its_year() -> None:
    one = Metadata("a", "A", year=2019, cycle="Round 3")
    assert options([one, METADATA])["years"] == [("2019", "2019 (Round 3)"), ("2017", "2017")]


def test_what_was_chosen_is_checked_against_the_library() -> None:
    taken = chosen(SENT, REPORTS)
    assert taken.scope == Filter(
        forces=frozenset({"Lincolnshire"}), years=frozenset({2018}),
        reports=frozenset({"lincolnshire-2018"}), kinds=frozenset({"weakness"}))
    assert taken.gone == ("An old report",)
    assert gone_words(taken).startswith("An old report is no longer in the library")
    assert taken.titles == {"lincolnshire-2018": answers.LINCOLNSHIRE.title}


@pytest.mark.parametrize("sent", [
    None, "", "{", "[]", "7", '{"forces": 3}', '{"forces": [["a"]]}', '{"forces": [[1, 2]]}',
    '{"years": [["soon", "soon"]], "kinds": {"a": 1}}', "[" * 5000, {"forces": []}, 12])
def test_anything_else_chooses_nothing(sent: object) -> None:
    assert not chosen(sent, REPORTS).scope


def test_choices_can_exclude_each_other() -> None:
    both = Chosen(Filter(forces=frozenset({"Lincolnshire"}), years=frozenset({2017})))
    assert both.names_no_report(REPORTS)
    assert not Chosen(Filter(kinds=frozenset({"weakness"}))).names_no_report([])
    assert not chosen(SENT, REPORTS).names_no_report(REPORTS)


def test_where_was_looked_is_said_in_words() -> None:
    taken = chosen(SENT, REPORTS)
    told = taken.scope.to_dict()
    assert looked_words(taken, told) == (
        "Looked in: Lincolnshire, 2018, Lincolnshire: Effectiveness 2018, weaknesses")
    assert looked_words(taken, None) == looked_words(taken, told)
    own = looked_words(taken, {**told, "forces": ["Lancashire"], "topics": ["x"]})
    assert "Lancashire" in own
    assert own.endswith("counted for more than “Look in”.")
    named = Chosen(library=3)
    assert looked_words(named, {"forces": ["Lancashire"], "kinds": ["weakness"]}) == (
        "Looked in: Lancashire")
    assert looked_words(named, {}) == "Asked of all 3 reports"
    assert looked_words(Chosen(library=1), {"forces": ["Lancashire"]}) == ""


def test_many_places_are_counted() -> None:
    many = Chosen(Filter(forces=frozenset(f"Force {n}" for n in range(NAMED + 3))), library=20)
    assert looked_words(many, None).endswith(", 3 more")
    assert place_names({"reports": ["a"]}, {"a": "A title"}) == ["A title"]


def test_groups_with_one_value_are_there_but_hidden() -> None:
    made = places_html([METADATA])
    assert made.count("<fieldset") == 4
    assert made.count(" hidden>") == 3
    assert '<fieldset class="kinds">' in made
    assert places_html([]) == ""
    assert places_html(REPORTS).count(" hidden>") == 0
    assert 'class="sift"' not in places_html(REPORTS)
    assert places_html(answers.many_reports(LONG + 1)).count('class="sift"') == 1


def test_hostile_names_stay_names() -> None:
    report = Metadata(HOSTILE, HOSTILE, force=HOSTILE, year=2018, cycle=HOSTILE)
    seen = Seen(places_html([report, METADATA]))
    assert seen.tags <= {"div", "fieldset", "legend", "ul", "li", "label", "input", "span", "p",
                         "button"}
    assert seen.handlers == []
    assert seen.text.count(HOSTILE) == 3


def test_the_line_holds_nothing_that_a_template_would_fill_in() -> None:
    assert not any(sign in bar_html() for sign in ("{{", "${", "`", "\\"))


def test_every_run_of_a_turn_has_the_same_choices() -> None:
    backend, session = FakeBackend(more=REPORTS[1:]), Session()
    turn = session.begin(PHONES, chosen(SENT, REPORTS), alone=True)
    assert turn is not None
    list(answer(backend, session, turn))
    assert turn.note.startswith("An old report is no longer in the library")
    assert session.begin_again(turn)
    list(rewrite(backend, session, turn))
    assert turn.answer is not None
    assert turn.answer.model == "small model"
    assert backend.choices == [Choices(chosen(SENT, REPORTS).scope, alone=True)] * 2


class Named:
    """A page whose components are their own names."""

    marks = Marks(FakeBackend().feedback)

    def __getattr__(self, name: str) -> str:
        return name


def asked(backend: FakeBackend, choice: object) -> tuple[list[object], Turn]:
    session = Session()
    changes = list(Events(cast(Page, Named()), backend).ask(PHONES, session, choice))
    return [key for change in changes for key in change], cast(Turn, session.last)


def test_a_scope_without_a_report_is_not_asked_in() -> None:
    backend = FakeBackend(more=REPORTS[1:])
    nowhere = json.dumps({"forces": [["Lincolnshire", "x"]], "years": [["2017", "2017"]]})
    keys, turn = asked(backend, nowhere)
    assert keys == ["hint"]
    assert turn is None
    assert backend.choices == []


def test_a_report_that_went_away_is_dropped_and_the_choices_follow() -> None:
    keys, turn = asked(FakeBackend(more=REPORTS[1:]), SENT)
    assert "places" in keys
    assert turn.answer is not None
    assert turn.answer.status is Status.ANSWERED
    keys, _ = asked(FakeBackend(), "")
    assert "places" not in keys
