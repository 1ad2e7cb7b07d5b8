"""What a reader thinks of an answer, as HTML: two buttons, thanks, the form for what is wrong."""

from __future__ import annotations

from assistant.feedback import CORRECTION_LIMIT, Entry, Reason, Verdict
from assistant.web.session import Phase, Turn
from assistant.web.words import escape, one_line, say


def feedback_html(turn: Turn) -> str:
    """The controls under a finished answer and what was said with them; "" where there is none.

    The script puts the form into it, filled with ``data-reason`` and ``data-correction``.
    """
    if turn.answer is None or turn.phase is Phase.RUNNING:
        return ""
    given = turn.given
    reason = given.reason.value if given is not None and given.reason else ""
    correction = given.correction if given is not None else ""
    verdict = given.verdict if given is not None else None
    buttons = (_toggle("up", verdict is Verdict.UP) +
               _toggle("down", verdict is Verdict.DOWN, " aria-expanded=\"false\""))
    return (f'<div class="feedback" role="group" aria-label="{escape(say("feedback.label"))}"'
            f' data-visit="{escape(turn.visit)}" data-mark="{escape(turn.mark)}"'
            f' data-reason="{escape(reason)}" data-correction="{escape(correction)}">'
            f'<div class="verdicts">{buttons}{_thanks(given)}</div>'
            f'<p class="trouble" role="alert" hidden></p></div>')


def _toggle(name: str, pressed: bool, more: str = "") -> str:
    return (f'<button type="button" class="verdict {name}" data-feedback="{name}"'
            f' aria-pressed="{str(pressed).lower()}" title="{escape(say("feedback.kept"))}"{more}>'
            f"{escape(say(f'feedback.{name}'))}</button>")


def _thanks(given: Entry | None) -> str:
    if given is None:
        return ""
    change = _link("change") if given.verdict is Verdict.DOWN else ""
    return (f'<p class="thanks">{one_line(thanks_words(given))}</p>'
            f'<p class="again">{change}{_link("undo")}</p>')


def _link(name: str) -> str:
    return (f'<button type="button" class="link" data-feedback="{name}"'
            f' aria-label="{escape(say(f"feedback.{name}_label"))}">'
            f"{escape(say(f'feedback.{name}'))}</button>")


def thanks_words(given: Entry) -> str:
    """The thanks for what was said, and where it is kept; plain text."""
    thanks = say("feedback.thanks") if given.reason is None else say(
        "feedback.thanks_down", reason=say(f"feedback.reasons.{given.reason.value}"))
    return f"{thanks} {say('feedback.kept')}"


def form_html() -> str:
    """The form for what is not right, once for the whole page; the script copies it."""
    reasons = "".join(
        f'<label><input type="radio" name="reason" value="{one.value}">'
        f"<span>{escape(say(f'feedback.reasons.{one.value}'))}</span></label>" for one in Reason)
    words = {"choose": say("feedback.choose"), "lost": say("library.lost")}
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    return (
        f'<template id="feedback-form"><form novalidate aria-label="{escape(say("feedback.form"))}"'
        f'{data}><fieldset><legend>{escape(say("feedback.heading"))}</legend>{reasons}</fieldset>'
        f'<label class="correction"><span>{escape(say("feedback.correction"))}</span>'
        f'<textarea name="correction" rows="3" maxlength="{CORRECTION_LIMIT}"></textarea></label>'
        f'<p class="kept">{escape(say("feedback.kept"))}</p><div class="choices">'
        f'<button type="submit" class="plain main">{escape(say("feedback.send"))}</button>'
        f'<button type="button" class="plain" data-feedback="cancel">'
        f"{escape(say('feedback.cancel'))}</button></div></form></template>")
