"""The buttons that pin a finding or an answer to the briefing."""

from __future__ import annotations

from assistant.answer import Citation, Intent
from assistant.web.session import Phase, Turn
from assistant.web.words import escape, one_line, say


def pin_card(citation: Citation, kind: str, place: str, nearest: bool = False) -> str:
    """The button of an evidence card; ``kind`` and ``place`` say which finding it is."""
    named = {"n": citation.n, "kind": kind, "section": place}
    which = say("briefing.nearest" if nearest else "briefing.finding", **named)
    return _button(f"f:{citation.finding_id}", which)


def pin_answer(turn: Turn) -> str:
    """The buttons under a finished answer; "" where there is nothing to pin. A brief can be taken
    over whole."""
    answer = turn.answer
    if answer is None or turn.phase is Phase.RUNNING or not answer.status.has_answer:
        return ""
    named = f' data-visit="{escape(turn.visit)}" data-mark="{escape(turn.mark)}"'
    brief = "" if answer.intent is not Intent.BRIEF else (
        f'<button type="button" class="plain" data-brief{named}>'
        f"{escape(say('briefing.brief'))}</button>")
    pin = _button(f"a:{turn.mark}", say("briefing.answer", question=turn.question), named,
                  "plain", "_answer")
    return f'<div class="choices pins">{pin}{brief}</div>'


def _button(origin: str, which: str, more: str = "", css: str = "link", suffix: str = "") -> str:
    """A button that pins. The script makes it one that unpins, and back, with ``data-what``."""
    label = one_line(say("briefing.pin_label", what=which))
    return (f'<button type="button" class="{css} pin" data-pin="{escape(origin)}"{more}'
            f' data-what="{one_line(which)}" aria-label="{label}">'
            f"{escape(say(f'briefing.pin{suffix}'))}</button>")
