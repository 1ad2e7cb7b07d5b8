"""A turn of the conversation as HTML: question, status in words, sentences, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from assistant.answer import Answer, Citation, Layout, Sentence, Status
from assistant.web.cards import cards, mark
from assistant.web.session import Phase, Turn
from assistant.web.words import escape, one_line, say, shorten

# A screen reader says this much of an answer at once; the rest is there to be read.
ANNOUNCED = 1500

_SIGNS = {Status.ANSWERED: "✓", Status.PARTIAL: "◐", Status.NOT_IN_REPORTS: "○",
          Status.NEEDS_CLARIFICATION: "?", Status.DECLINED: "–", Status.ERROR: "!"}


def status_words(answer: Answer) -> str:
    """How the question ended, in words, from the answer's data."""
    count = len(answer.citations)
    if answer.status is Status.ANSWERED:
        return say("status.answered", count=count)
    if answer.status is Status.PARTIAL and answer.trace.left_out:
        return say("status.partial", count=len(answer.trace.left_out))
    if answer.status is Status.PARTIAL:
        return say("status.partial_other")
    return say(f"status.{answer.status.value}")


def sentences_html(sentences: Sequence[Sentence], citations: Sequence[Citation]) -> str:
    """Sentences as headings, lists and paragraphs, each with the marks of what it cites."""
    known = {citation.n: citation for citation in citations}
    parts = []
    for layout, group in groupby(sentences, key=lambda one: one.layout):
        said = [_sentence(one, known) for one in group]
        if layout is Layout.HEADING:
            parts += [f"<h3>{one}</h3>" for one in said]
        elif layout is Layout.ITEM:
            parts.append("<ul>" + "".join(f"<li>{one}</li>" for one in said) + "</ul>")
        else:
            parts.append("<p>" + " ".join(said) + "</p>")
    return "".join(parts)


def _sentence(sentence: Sentence, known: Mapping[int, Citation]) -> str:
    marks = "" if sentence.layout is Layout.HEADING else "".join(
        mark(known[n]) for n in sentence.citations if n in known)
    # A mark must not stand alone at the start of a line.
    return one_line(sentence.text) + (f'<span class="marks">&nbsp;{marks}</span>' if marks else "")


def turn_html(turn: Turn, last: bool) -> str:
    """A turn as an article; the ``last`` one also offers questions to go on with."""
    running = turn.phase is Phase.RUNNING
    # An answer that is being written up stays in sight until there is something to replace it.
    fresh = running and (turn.answer is None or bool(turn.sentences))
    body = _running(turn) if fresh else _settled(turn, last)
    announce = "" if running else f' data-announce="{escape(_announcement(turn))}"'
    return (
        f'<article class="turn" data-turn="{turn.number}" data-phase="{turn.phase}"'
        f' data-revision="{turn.revision}" aria-busy="{str(running).lower()}"{announce}>'
        f'<h2 class="asked"><span class="hidden-words">{escape(say("turn.question"))} </span>'
        f"{one_line(turn.question)}</h2>{body}</article>")


def _status(words: str, name: str, sign: str) -> str:
    return (f'<p class="status {escape(name)}"><span class="sign" aria-hidden="true">{sign}</span>'
            f" {escape(words)}</p>")


def _running(turn: Turn) -> str:
    count = len(turn.citations)
    words = say("status.writing", count=count) if count else say("status.searching")
    waiting = '<p class="waiting" aria-hidden="true"></p>'
    return (_status(words, "running", "…")
            + f'<div class="said">{sentences_html(turn.sentences, turn.citations)}{waiting}</div>'
            + cards(turn.citations, say("turn.found", count=count)))


def _settled(turn: Turn, last: bool) -> str:
    answer = turn.answer
    note = f'<p class="note">{one_line(turn.note)}</p>' if turn.note else ""
    if answer is None:
        stopped = turn.phase is Phase.STOPPED
        return _status(say("status.stopped" if stopped else "status.error"),
                       "stopped" if stopped else "error", "■" if stopped else "!") + note
    parts = [_status(status_words(answer), answer.status.value, _SIGNS[answer.status]), note]
    if answer.notice:
        parts.append(f'<p class="note">{one_line(answer.notice)}</p>')
    if " ".join(answer.standalone_question.split()) != " ".join(turn.question.split()):
        understood = say("turn.understood", question=answer.standalone_question)
        parts.append(f'<p class="understood">{one_line(understood)}</p>')
    parts.append(f'<div class="said">{sentences_html(answer.sentences, answer.citations)}</div>')
    if answer.status.has_answer:
        by = say("turn.quotes") if answer.model == "quotes" else say("turn.prose",
                                                                     model=answer.model)
        parts.append(f'<p class="by">{one_line(by)}</p>')
    parts.append(cards(answer.citations, say("turn.evidence", count=len(answer.citations))))
    parts.append(cards(answer.nearest, say("turn.nearest"), nearest=True))
    if last:
        parts.append(suggestions_html(answer.suggestions, say("turn.suggestions")))
    return "".join(parts)


def suggestions_html(questions: Sequence[str], heading: str) -> str:
    """Questions as buttons that ask themselves; "" for none."""
    if not questions:
        return ""
    buttons = "".join(f'<li><button type="button" class="suggestion" data-ask="{escape(one)}">'
                      f"{one_line(one)}</button></li>" for one in questions)
    return (f'<section class="suggestions"><h3>{escape(heading)}</h3>'
            f"<ul>{buttons}</ul></section>")


def _announcement(turn: Turn) -> str:
    if turn.answer is None:
        return turn.note
    text = " ".join(sentence.text for sentence in turn.answer.sentences)
    status = status_words(turn.answer)
    said = say("turn.announce", status=status, text=f"{turn.note} {text}".strip())
    return shorten(said, ANNOUNCED)
