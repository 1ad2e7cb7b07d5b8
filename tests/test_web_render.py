"""What the page's functions make of answers and reports, without a browser."""

from __future__ import annotations

import html
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from assistant.answer import (
    Answer,
    Citation,
    Intent,
    Layout,
    LeftOut,
    Sentence,
    Status,
    Support,
    Trace,
)
from assistant.web.cards import CARDS_SHOWN, cards, mark
from assistant.web.chat import sentences_html, status_words, suggestions_html, turn_html
from assistant.web.frame import footer_html, header_html, intro_html
from assistant.web.reader import report_html
from assistant.web.session import Phase, Turn
from assistant.web.words import escape, say, shorten
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report

HOSTILE = ('<script>x()</script><img src=x onerror="x()"> </mark>\'" & &lt; [a](http://b) '
           "\U0001f693 {{x}} ${y}")
HARMLESS = {"article", "h2", "h3", "span", "p", "div", "section", "ul", "li", "button", "q",
            "blockquote", "details", "summary", "form", "label", "textarea"}


class Seen(HTMLParser):
    """The elements, attributes and text of some HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "src"]

    def handle_data(self, data: str) -> None:
        self.text += data


def finding(text: str, start: int, kind: FindingKind = FindingKind.WEAKNESS,
            polarity: Polarity = Polarity.NEGATIVE) -> Finding:
    grade = Grade.GOOD if kind is FindingKind.JUDGMENT else None
    return Finding(f"f{start}", "r", ("Pillar", "Question?"), kind, polarity, text, start,
                   start + len(text), lead_in="The force:", page=3, grade=grade)


def citation(n: int = 1, text: str = "has a backlog;",
             kind: FindingKind = FindingKind.WEAKNESS) -> Citation:
    return Citation.of(n, finding(text, 10, kind), "A report", "a.txt")


def answered(status: Status = Status.ANSWERED, citations: int = 1, left_out: int = 0,
             text: str = "It has a backlog.") -> Answer:
    if not status.has_answer:
        return Answer(question="q", standalone_question="q", intent=Intent.LOOKUP, status=status,
                      sentences=(Sentence(text=text, citations=()),), nearest=(citation(),))
    return Answer(
        question="q", standalone_question="q", intent=Intent.LOOKUP, status=status,
        sentences=(Sentence(text=text, citations=(1,), support=Support.VERBATIM),),
        citations=tuple(citation(n) for n in range(1, citations + 1)),
        trace=Trace(left_out=tuple(LeftOut(text="x", reason="y") for _ in range(left_out))))


def turn(answer: Answer | None, phase: Phase = Phase.DONE, question: str = "q") -> Turn:
    return Turn(1, question, phase=phase, answer=answer)


@pytest.mark.parametrize(("answer", "words"), [
    (answered(), "Answered from 1 finding"),
    (answered(citations=2), "Answered from 2 findings"),
    (answered(Status.PARTIAL, left_out=1),
     "Partly answered: 1 sentence was left out because the reports don’t support it"),
    (answered(Status.PARTIAL, left_out=3),
     "Partly answered: 3 sentences were left out because the reports don’t support them"),
    (answered(Status.PARTIAL), "Partly answered"),
    (answered(Status.NOT_IN_REPORTS), "Not in the reports"),
    (answered(Status.NEEDS_CLARIFICATION), "The question needs a detail"),
    (answered(Status.DECLINED), "Not a question for the reports"),
    (answered(Status.ERROR), "Something went wrong"),
])
def test_a_status_is_said_in_words(answer: Answer, words: str) -> None:
    assert status_words(answer) == words
    assert escape(words) in turn_html(turn(answer), last=True)


@pytest.mark.parametrize("status", list(Status))
def test_hostile_text_never_becomes_an_element(status: Status) -> None:
    answer = answered(status, text=HOSTILE).model_copy(update={
        "notice": HOSTILE, "suggestions": (HOSTILE,), "model": HOSTILE,
        "standalone_question": HOSTILE + "?", "nearest": (citation(1, HOSTILE),)})
    seen = Seen(turn_html(turn(answer, question=HOSTILE), last=True))
    assert seen.tags <= HARMLESS
    assert seen.handlers == []
    assert seen.text.count(HOSTILE) >= 3


def test_hostile_metadata_never_becomes_an_element() -> None:
    reports = [Metadata(id="r", title=HOSTILE, attribution=HOSTILE)] * 4
    for made in (header_html(reports), intro_html(reports, [HOSTILE]),
                 footer_html(reports, HOSTILE), header_html(reports[:1])):
        seen = Seen(made)
        assert seen.tags <= HARMLESS | {"h1", "code"}
        assert seen.handlers == []
        assert HOSTILE in seen.text or "reports" in seen.text


def test_every_character_of_a_report_stands_once_in_order() -> None:
    text = ("Title\r\nQuestion?\n\nIntro, The force:\n- has " + HOSTILE + ";\n• is good\u202e; "
            "and\nAreas for improvement\n- one\n  two\0 three\nThe end")
    quote = f"has {HOSTILE};"
    start = text.index(quote)
    two = "one\n  two"
    findings = (finding(quote, start), finding(two, text.index(two)),
                finding("is good", text.index("is good"), FindingKind.STRENGTH, Polarity.POSITIVE))
    made = report_html(Report(Metadata(id="r", title="t"), "a", text, (("Question?",),), findings))
    seen = Seen(made)
    assert seen.tags <= {"p", "ul", "li", "span", "h3", "div"}
    assert seen.handlers == []
    pieces = list(pieces_of(made))
    assert [end - begin for begin, end, _ in pieces] == [len(words) for *_, words in pieces]
    assert [begin for begin, *_ in pieces[1:]] == [end for _, end, _ in pieces[:-1]]
    whole = "".join(words for *_, words in pieces)
    assert whole == text.replace("\0", "\ufffd").replace("\u202e", "\ufffd")
    for one in findings:
        inside = "".join(words for begin, end, words in pieces
                         if begin >= one.start and end <= one.end)
        assert inside == one.text


def pieces_of(made: str) -> Iterator[tuple[int, int, str]]:
    """Each piece's offsets and text, as a browser would read them."""
    for part in made.split("data-s=\"")[1:]:
        begin, rest = part.split('" data-e="', 1)
        end, rest = rest.split('">', 1)
        yield int(begin), int(end), html.unescape(rest.split("</span>", 1)[0])


def test_a_report_shows_headings_lists_and_kinds() -> None:
    text = "Pillar\nQuestion?\nSome text.\nAreas for improvement\n- do this\n- do that\nMore."
    one = finding("do this", text.index("do this"), FindingKind.AREA_FOR_IMPROVEMENT)
    sections = (("Pillar",), ("Pillar", "Question?"))
    made = report_html(Report(Metadata(id="r", title="t"), "a", text, sections, (one,)))
    assert made.count("<h3>") == made.count("<h4>") == 1
    assert made.count("<ul>") == made.count("</ul>") == 1
    assert made.count("<li>") == 2
    assert 'class="minor"' in made
    assert made.count("Area for improvement<") == 1


def test_a_card_says_number_kind_grade_and_place() -> None:
    made = cards([citation(1, "Good at this.", FindingKind.JUDGMENT)], "Evidence")
    text = Seen(made).text
    for words in ("Evidence", "1", "Judgment", "negative", "good", "The force:", "Good at this.",
                  "A report", "Question?", "page 3", "Show in report"):
        assert words in text
    assert 'data-report="r" data-start="10" data-end="23"' in made


def test_many_cards_are_folded_but_all_there() -> None:
    made = cards([citation(n) for n in range(1, 41)], "Evidence")
    assert made.count('class="card ') == 40
    assert made.index("<details") > made.index(f'data-n="{CARDS_SHOWN}"')
    assert "Show 34 more findings" in made
    assert cards([], "Evidence") == ""


def test_nearest_findings_show_no_number() -> None:
    made = turn_html(turn(answered(Status.NOT_IN_REPORTS)), last=True)
    assert "Nearest findings, not an answer" in made
    assert 'class="number"' not in made
    assert 'class="cite"' not in made


def test_a_mark_is_a_button_with_a_spoken_label() -> None:
    made = mark(citation(2))
    assert made.startswith('<button type="button"')
    assert 'aria-label="Citation 2: weakness, Question?"' in made


def test_layouts_become_headings_lists_and_paragraphs() -> None:
    layouts = (Layout.TEXT, Layout.HEADING, Layout.ITEM, Layout.ITEM, Layout.TEXT)
    sentences = [Sentence(text=f"s{n}", citations=(1,), support=Support.VERBATIM, layout=layout)
                 for n, layout in enumerate(layouts)]
    made = sentences_html(sentences, [citation(1)])
    assert made.count("<p>") == 2
    assert "<h3>s1</h3>" in made
    assert made.count("<li>") == 2
    assert made.count("<ul>") == 1
    assert made.count('class="cite"') == 4


def test_a_running_turn_shows_evidence_and_no_announcement() -> None:
    one = Turn(1, "q", citations=(citation(),))
    made = turn_html(one, last=True)
    assert 'class="card ' in made
    assert "Writing from 1 finding" in made
    assert "data-announce" not in made
    assert "Looking through the reports" in turn_html(Turn(1, "q"), last=True)


def test_only_the_last_turn_offers_suggestions() -> None:
    answer = answered().model_copy(update={"suggestions": ("Next?",)})
    assert "data-ask" in turn_html(turn(answer), last=True)
    assert "data-ask" not in turn_html(turn(answer), last=False)
    assert suggestions_html([], "x") == ""


def test_a_follow_up_shows_how_it_was_understood() -> None:
    answer = answered().model_copy(update={"standalone_question": "Long form?"})
    assert "Understood as: Long form?" in turn_html(turn(answer, question="short?"), last=True)
    assert "Understood as" not in turn_html(turn(answered()), last=True)


def test_the_footer_says_who_is_told_what() -> None:
    report = Metadata(id="r", title="t", licence="A licence")
    assert "stay on this computer." in footer_html([report])
    assert "openai:gpt" in footer_html([report], "openai:gpt")
    assert "<p>Licence of the reports: A licence.</p>" in footer_html([report])


def test_the_footer_gives_credit_where_there_is_some_and_says_nothing_of_a_licence_elsewhere(
) -> None:
    silent = [Metadata(id=f"s{n}", title="t") for n in range(2)]
    licensed = Metadata(id="r", title="t", licence="A licence", attribution="Made by them.")
    assert "licence" not in footer_html(silent).lower()
    assert "<p>Made by them.</p>" in footer_html([licensed, licensed])
    assert "other report" not in footer_html([licensed])
    assert "<p>1 other report states no licence.</p>" in footer_html([licensed, silent[0]])
    assert "<p>2 other reports state no licence.</p>" in footer_html([*silent, licensed])


def test_wording_needs_its_values_and_never_reads_them_as_templates() -> None:
    assert say("turn.understood", question="{x} {0}") == "Understood as: {x} {0}"
    with pytest.raises(KeyError):
        say("turn.nothing")
    with pytest.raises(KeyError):
        say("turn.understood")


def test_shortening_keeps_whole_words() -> None:
    assert shorten("one  two", 20) == "one two"
    assert shorten("one two three", 9) == "one two…"
