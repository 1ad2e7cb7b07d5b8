"""What the page makes of tables, long lists, briefings, follow-ups and reasons, as HTML."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from html import unescape

import pytest

from assistant.answer import Answer, Candidate, Layout, Sentence, Support, Table, Trace
from assistant.web.cards import CARDS_FULL, CARDS_SHOWN, cards
from assistant.web.chat import SENTENCES_SENT, turn_html
from assistant.web.choosing import Chosen
from assistant.web.said import ITEMS_SHOWN, read_out, sentences_html
from assistant.web.session import Turn
from assistant.web.why import ROWS_SHOWN, why_html
from assistant.web.words import escape
from corpus.model import FindingKind
from index.filter import Filter
from tests.browser import answers
from tests.browser.backend import CHIEF, GRADE, TRY, FakeBackend, shipped_report
from tests.test_web_render import HARMLESS, HOSTILE, Seen, answered, citation, turn

TAGS = HARMLESS | {"table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "code"}
CITED = FakeBackend()._citations(shipped_report().findings)


def said(text: str, *, layout: Layout = Layout.TEXT,
         cell: tuple[int, int] | None = None) -> Sentence:
    return Sentence(text=text, citations=(1,), support=Support.VERBATIM, layout=layout, cell=cell)


def folded(count: int, groups: int = 1) -> str:
    sentences = []
    for group in range(groups):
        sentences.append(said(f"Group {group}", layout=Layout.HEADING))
        sentences += [said(f"item {group}.{n}", layout=Layout.ITEM) for n in range(count)]
    return sentences_html(sentences, [citation()])


def test_a_comparison_is_a_table_with_headers_and_every_cell() -> None:
    answer = answers.compared("q", CITED)
    made = turn_html(turn(answer), last=True)
    assert made.count('<th scope="col">') == 3
    assert made.count('<th scope="row">') == 3
    assert made.count("<td") == 6
    assert made.count('<td class="empty">Not reported</td>') == 1
    assert "<td><ul><li>It has a backlog" in made
    assert made.index("different years") < made.index("<table>")
    assert 'role="region" tabindex="0" aria-label="Comparison: Northamptonshire, Linc' in made
    assert made.count('class="cite"') == 8
    assert Seen(made).tags <= TAGS


def test_a_table_is_read_out_cell_by_cell() -> None:
    answer = answers.compared("q", CITED)
    heard = read_out(answer.sentences, answer.table)
    assert heard.index("different years") < heard.index("Grade, Northamptonshire: Requires")
    assert "Strengths, Lincolnshire: Not reported." in heard
    assert "Weaknesses, Northamptonshire: It has a backlog of digital devices awaiting " \
        "examination. Evidence" in heard
    assert heard[:40] in turn_html(turn(answer), last=True).split('data-announce="')[1]


def test_cells_without_their_table_stand_among_the_others() -> None:
    made = sentences_html(answers.compared("q", CITED).sentences, CITED)
    assert "<table" not in made
    assert "It has too few detectives." in made


def test_hostile_words_of_a_table_stay_words() -> None:
    table = Table(columns=(HOSTILE, "b"), rows=(HOSTILE,))
    seen = Seen(sentences_html([said(HOSTILE, cell=(0, 0))], [citation()], table))
    assert seen.tags <= TAGS
    assert seen.handlers == []
    assert seen.text.count(HOSTILE) == 3


@pytest.mark.parametrize(("count", "words"), [
    (20, ""), (21, "Show the other 1 of 21"), (55, "Show the other 35 of 55")])
def test_a_list_shows_its_beginning_and_says_what_is_folded(count: int, words: str) -> None:
    made = folded(count)
    assert made.count("<li>") == count
    assert made.count("<details") == bool(words)
    assert words in made
    if words:
        assert made.split("<details")[0].count("<li>") == ITEMS_SHOWN


def test_later_groups_keep_their_headings_and_are_folded_whole() -> None:
    made = folded(15, groups=3)
    assert made.count("<h3>") == 3
    assert "Show the other 10 of 15" in made
    assert "Show these 15" in made
    assert made.count("<li>") == 45


def test_a_thousand_items_are_quick_and_every_number_opens_its_finding() -> None:
    answer = answers.listed("q", CITED)
    times = []
    for _ in range(5):
        begun = time.thread_time()  # what else the machine does is not counted
        made = turn_html(turn(answer), last=True)
        times.append(time.thread_time() - begun)
    assert min(times) < 0.1
    assert len(made) < 1_000_000
    for n in (1, 50, 51, 1000):
        assert f'data-n="{n}" data-report=' in made
        assert made.count(f'data-open="{n}"') == 2
    assert "Show the other 35 of 55" in made
    assert "Show 994 more findings" in made


def test_small_cards_hold_the_whole_quote_and_its_place() -> None:
    many = [citation(n, f"quote {n} " + "x" * 400) for n in range(1, 61)]
    made = cards(many, "Evidence")
    assert made.count('class="card small negative"') == 60 - CARDS_FULL
    assert made.split("<details")[0].count('class="card ') == CARDS_SHOWN
    assert all(f"<q>quote {n} {'x' * 400}</q>" in made for n in range(1, 61))
    assert made.count('data-start="10"') == 60
    assert made.count("Show in report: finding 60, weakness, Question?") == 1


def test_small_cards_name_their_places_once_for_all() -> None:
    cited = list(answers.listed("q", CITED, 60).citations)
    odd = '"Quoted"  & <b>odd</b>'
    cited[55] = cited[55].model_copy(update={"title": odd, "section": (), "page": 7})
    made = cards(cited, "Found")
    held = re.search(r'data-references="([^"]*)"', made)
    assert held is not None
    places = json.loads(unescape(held[1]))
    assert len(places) == len(set(places)) == 3
    (small,) = re.findall(r'<li class="card small[^>]*data-n="56"[^>]*>', made)
    at = re.search(r'data-at="(\d+)" data-page="7"', small)
    assert at is not None
    assert places[int(at[1])] == '"Quoted" & <b>odd</b>'


def test_a_refusal_says_what_to_try_and_offers_what_is_answered_before_the_nearest() -> None:
    answer = FakeBackend()._refusal(CHIEF)
    made = turn_html(turn(answer), last=True)
    parts = ["The reports don’t say who", TRY, "The reports do answer these",
             f'data-ask="{GRADE}"', "Nearest findings, not an answer"]
    assert sorted(parts, key=made.index) == parts
    assert made.count(TRY) == made.count('class="suggestions"') == 1
    assert "The reports do answer these" not in turn_html(turn(answer), last=False)


def test_a_long_list_is_sent_in_part_while_it_is_put_together() -> None:
    answer = answers.listed("q", CITED)
    running = Turn(1, "q", citations=answer.citations, sentences=answer.sentences)
    made = turn_html(running, last=True)
    count = len(answer.sentences) - SENTENCES_SENT
    assert f"{count} more have been found" in made
    assert made.count('class="card ') == CARDS_SHOWN
    assert "1000 findings found" not in made.split("<h3>")[0]
    assert "1000 findings found" in made


def test_a_briefing_begins_with_its_grade() -> None:
    made = turn_html(turn(answers.briefed("q", CITED)), last=True)
    assert '<div class="said brief"><h3 class="judged">Grade</h3>' in made
    assert made.count('class="judged"') == 1
    assert "One sentence was left out. Grades changed in 2021." in made
    verdict = [citation(1, kind=FindingKind.JUDGMENT)]
    assert "judged" in sentences_html([said("Grade", layout=Layout.HEADING)], verdict)


def test_an_unclear_question_offers_what_may_be_meant() -> None:
    made = turn_html(turn(answers.unclear("q")), last=True)
    assert "<h3>Did you mean</h3>" in made
    assert made.count("data-ask=") == len(answers.MEANT)
    assert "You could ask next" not in made


def follow_up(text: str = "What do the reports say?", question: str = "And?") -> Turn:
    answer = answered().model_copy(update={"standalone_question": text})
    return turn(answer, question=question)


def test_the_last_follow_up_can_be_put_right() -> None:
    made = turn_html(follow_up(HOSTILE, HOSTILE + "?"), last=True)
    assert f'data-as="{escape(HOSTILE)}"' in made
    assert f'data-ask="{escape(HOSTILE)}?" data-alone' in made
    assert '<form class="restate" hidden><label for="restate-1">' in made
    seen = Seen(made)
    assert seen.tags <= TAGS
    assert seen.handlers == []
    assert "data-restate" not in turn_html(follow_up(), last=False)
    assert "Understood as: What do" in turn_html(follow_up(), last=False)
    assert "data-restate" not in turn_html(follow_up("And?"), last=True)


def explained(**understood: object) -> Answer:
    trace = answers.trace(following=True)
    return answered().model_copy(update={
        "trace": trace.model_copy(update={"understood": {**trace.understood, **understood}}),
        "timings_ms": {"understand": 3.21, "total": 1052.4, "unheard_of": 12.0}})


def test_the_reasons_are_told_in_words_and_with_their_values() -> None:
    made = why_html(explained(), 7)
    text = Seen(made).text
    for words in ("Why this answer", "Look something up", "intent=lookup", "Good or bad side",
                  "phones: mobile devices, handsets", "phoens: phones", "Follows on", "yes",
                  "Phones are lost. Left out because: nothing says so", "0.812",
                  "probability=0.8123", "1,052 ms", "3.2 ms", "Unheard of", "total=1052.4",
                  "The program itself", "model=quotes"):
        assert words in text
    assert "outside" not in text
    assert "Taken without" in why_html(explained(), 7, alone=True)


def test_candidates_are_marked_by_word_and_sign_and_counted() -> None:
    made = why_html(explained(), 7)
    assert made.count("<tr") == ROWS_SHOWN + 1
    assert made.count("<tr class=kept>") == 2
    assert made.count("✓</span> Kept") == 2
    assert made.count("–</span> Not kept") == ROWS_SHOWN - 2
    assert "5 more were looked at and are not shown here." in made
    assert "<td>0.89, place 1</td>" in made
    assert "<td>5.25, place 3</td>" in made
    assert '<td class="none">none</td>' in made
    assert 'aria-labelledby="why-7"' in made
    assert 'id="why-7"' in made


def test_reasons_need_something_recorded() -> None:
    assert why_html(answered(), 1) == ""
    listed = answered().model_copy(update={"trace": Trace(understood={"intent": "list"})})
    assert "No findings were ranked" in why_html(listed, 1)


def test_hostile_reasons_stay_words() -> None:
    trace = Trace(understood={HOSTILE: HOSTILE, "scope": {"reports": [HOSTILE], HOSTILE: [HOSTILE]},
                              "intent": HOSTILE, "topics": [HOSTILE], "synonyms": {HOSTILE: [1]}},
                  candidates=(Candidate(finding_id="x", text=HOSTILE, why=HOSTILE),),
                  signals={HOSTILE: 1.0}, notes=(HOSTILE,))
    answer = answered().model_copy(update={"trace": trace, "timings_ms": {HOSTILE: 1.0}})
    seen = Seen(why_html(answer, 1))
    assert seen.tags <= TAGS
    assert seen.handlers == []
    assert seen.text.count(HOSTILE) > 8


def test_an_answer_says_where_was_looked() -> None:
    scope = Filter(forces=frozenset({"Lincolnshire"}), years=frozenset({2018}))
    chosen = Chosen(scope, library=3)
    one = replace(turn(answered()), chosen=chosen)
    assert "Looked in: Lincolnshire, 2018<" in turn_html(one, last=True)
    assert "Asked of all 3 reports" in turn_html(
        replace(one, chosen=Chosen(library=3)), last=True)
    assert "looked" not in turn_html(replace(one, chosen=Chosen(library=1)), last=True)
    lost = replace(one, answer=answers.unclear("q"))
    assert "looked" not in turn_html(lost, last=True)
