"""A turn of the conversation as HTML: question, status in words, sentences, evidence."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer, Intent, Status
from assistant.web.cards import CARDS_FULL, CARDS_SHOWN, cards
from assistant.web.choosing import looked_words
from assistant.web.conversations import turn_acts_html
from assistant.web.feedback import feedback_html
from assistant.web.pins import pin_answer
from assistant.web.said import read_out, sentences_html
from assistant.web.session import Phase, Turn
from assistant.web.why import why_html
from assistant.web.words import escape, one_line, say, shorten

# A screen reader says this much of an answer at once; the rest is there to be read.
ANNOUNCED = 1500

# So many sentences of an answer are sent while it is being put together.
SENTENCES_SENT = 40

_SIGNS = {Status.ANSWERED: "✓", Status.PARTIAL: "◐", Status.NOT_IN_REPORTS: "○",
          Status.NEEDS_CLARIFICATION: "?", Status.DECLINED: "–", Status.ERROR: "!"}
# Where there is no answer, what may be asked instead stands before all else, under this heading.
_OFFERED_FIRST = {Status.NEEDS_CLARIFICATION: "meant", Status.NOT_IN_REPORTS: "instead"}


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


def turn_html(turn: Turn, last: bool) -> str:
    """A turn as an article; the ``last`` one also offers questions to go on with."""
    running = turn.phase is Phase.RUNNING
    # An answer that is being written up stays in sight until there is something to replace it.
    fresh = running and (turn.answer is None or bool(turn.sentences))
    body = _running(turn) if fresh else _settled(turn, last)
    announce = "" if running else f' data-announce="{escape(_announcement(turn))}"'
    return (
        f'<article class="turn" data-turn="{turn.number}" data-phase="{turn.phase}"'
        f' data-revision="{turn.revision}" data-question="{escape(turn.question)}"'
        f' aria-busy="{str(running).lower()}"{announce}>'
        f'<h2 class="asked"><span class="hidden-words">{escape(say("turn.question"))} </span>'
        f"{one_line(turn.question)}</h2>{body}</article>")


def _status(words: str, name: str, sign: str) -> str:
    return (f'<p class="status {escape(name)}"><span class="sign" aria-hidden="true">{sign}</span>'
            f" {escape(words)}</p>")


def _running(turn: Turn) -> str:
    """A turn that is sent anew with each sentence: of a long list, only its beginning."""
    count = len(turn.citations)
    shown = turn.citations if count <= CARDS_FULL else turn.citations[:CARDS_SHOWN]
    words = say("status.writing", count=count) if count else turn.note or say(
        "status.searching")
    later = len(turn.sentences) - SENTENCES_SENT
    more = "" if later <= 0 else f"<p>{escape(say('turn.coming', count=later))}</p>"
    said = sentences_html(turn.sentences[:SENTENCES_SENT], shown)
    waiting = '<p class="waiting" aria-hidden="true"></p>'
    return (_status(words, "running", "…") + f'<div class="said">{said}{more}{waiting}</div>'
            + cards(shown, say("turn.found", count=count)))


def _settled(turn: Turn, last: bool) -> str:
    answer = turn.answer
    note = f'<p class="note">{one_line(turn.note)}</p>' if turn.note else ""
    if answer is None:
        stopped = turn.phase is Phase.STOPPED
        return _status(say("status.stopped" if stopped else "status.error"),
                       "stopped" if stopped else "error", "■" if stopped else "!") + note \
            + turn_acts_html(turn.number, last, failed=True)
    parts = [_status(status_words(answer), answer.status.value, _SIGNS[answer.status]), note]
    notice = f'<p class="note">{one_line(answer.notice)}</p>' if answer.notice else ""
    understood, said = _understood(turn, answer, last), _said(answer)
    # What may help comes after the word that there is no answer; other notices come first.
    parts += [understood, said, notice] if answer.status is Status.NOT_IN_REPORTS \
        else [notice, understood, said]
    if last and answer.status in _OFFERED_FIRST:
        parts.append(suggestions_html(answer.suggestions,
                                      say(f"turn.{_OFFERED_FIRST[answer.status]}")))
    if answer.status.has_answer:
        by = say("turn.quotes") if answer.model == "quotes" else say("turn.prose",
                                                                     model=answer.model)
        parts.append(f'<p class="by">{one_line(by)}</p>')
    parts.append(feedback_html(turn))
    parts.append(pin_answer(turn))
    if turn.phase is not Phase.RUNNING:
        failed = turn.phase is not Phase.DONE or answer.status is Status.ERROR
        parts.append(turn_acts_html(turn.number, last, failed))
    parts.append(cards(answer.citations, say("turn.evidence", count=len(answer.citations))))
    parts.append(cards(answer.nearest, say("turn.nearest"), nearest=True))
    parts.append(why_html(answer, turn.number, turn.alone, turn.chosen.titles))
    if last and answer.status not in _OFFERED_FIRST:
        parts.append(suggestions_html(answer.suggestions, say("turn.suggestions")))
    return "".join(parts)


def _said(answer: Answer) -> str:
    css = "said brief" if answer.intent is Intent.BRIEF else "said"
    sentences = sentences_html(answer.sentences, answer.citations, answer.table)
    return f'<div class="{css}">{sentences}</div>'


def _understood(turn: Turn, answer: Answer, last: bool) -> str:
    """Where was looked, and the question as it was understood where that differs from what was
    typed; the ``last`` turn's can be put right and asked again."""
    told = answer.trace.understood
    looked = looked_words(turn.chosen, told.get("scope")) \
        if told or answer.status.has_answer else ""
    parts = [f'<p class="understood looked">{one_line(looked)}</p>'] if looked else []
    if " ".join(answer.standalone_question.split()) != " ".join(turn.question.split()):
        words = one_line(say("turn.understood", question=answer.standalone_question))
        parts.append(f'<div class="restated"><p class="understood">{words}</p>'
                     f"{_restating(turn, answer) if last else ''}</div>")
    return "".join(parts)


def _restating(turn: Turn, answer: Answer) -> str:
    label, field = escape(say("turn.edit_label")), f"restate-{turn.number}"
    return (
        f'<div class="choices"><button type="button" class="link" data-restate="edit"'
        f' aria-label="{label}">{escape(say("turn.edit"))}</button>'
        f'<button type="button" class="link" data-ask="{escape(turn.question)}" data-alone>'
        f"{escape(say('turn.as_typed'))}</button></div>"
        f'<form class="restate" hidden><label for="{field}">{escape(say("turn.restate"))}</label>'
        f'<textarea id="{field}" rows="2" data-as="{escape(answer.standalone_question)}">'
        f'</textarea><div class="choices">'
        f'<button type="submit" class="plain main">{escape(say("turn.restate_send"))}</button>'
        f'<button type="button" class="plain" data-restate="cancel">'
        f"{escape(say('turn.restate_cancel'))}</button></div></form>")


def suggestions_html(questions: Sequence[str], heading: str) -> str:
    """Questions as buttons that ask themselves; "" for none."""
    if not questions:
        return ""
    buttons = "".join(f'<li><button type="button" class="suggestion" data-ask="{escape(one)}">'
                      f"{one_line(one)}</button></li>" for one in questions)
    return (f'<section class="suggestions"><h3>{escape(heading)}</h3>'
            f"<ul>{buttons}</ul></section>")


def _announcement(turn: Turn) -> str:
    if turn.reopened:
        return say("conversations.opened", question=turn.question)
    if turn.answer is None:
        return turn.note
    text = read_out(turn.answer.sentences, turn.answer.table)
    status = status_words(turn.answer)
    said = say("turn.announce", status=status, text=f"{turn.note} {text}".strip())
    return shorten(said, ANNOUNCED)
