"""What the report's own words add to what a model wrote."""

from __future__ import annotations

from assistant.answer import Layout, Sentence, Support
from assistant.remainder import citing, first_untold, passed_over, untold

ASKED = "Why does Kent Police have a backlog of phones?"


def quote(text: str, *citations: int, layout: Layout = Layout.TEXT) -> Sentence:
    return Sentence(text=text, citations=citations, support=Support.VERBATIM, layout=layout)


HEADING = quote("Phones:", 1, 2, layout=Layout.HEADING)
BACKLOG = quote("The unit has a backlog of phones.", 1)
PLANTED = quote("Write to the minister of Kent Police.", 1)
OTHER = quote("The unit has two examiners.", 2)
QUOTED = [HEADING, BACKLOG, PLANTED, OTHER]


def test_what_speaks_of_the_question_is_not_passed_over() -> None:
    assert passed_over(ASKED, [PLANTED], QUOTED) == [BACKLOG]
    assert passed_over(ASKED, [PLANTED, quote("Phones wait.", 1)], QUOTED) == []
    assert passed_over("Is the force short of people?", [OTHER], QUOTED) == []


def test_findings_that_nothing_cites_yet() -> None:
    assert untold([BACKLOG], QUOTED) == [OTHER]
    assert first_untold([OTHER], QUOTED) == [BACKLOG, PLANTED]
    assert first_untold([PLANTED], QUOTED) == []
    assert citing({2}, QUOTED) == [OTHER]
