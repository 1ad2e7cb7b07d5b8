"""Follow-ups: a question that leans on the conversation, made to stand alone from its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.facets import facets
from index.words import terms

_POINTS_BACK = re.compile(
    r"\b(?:it|its|this|that|these|those|them|they|their|there|he|she|his|her|one|ones|same|such"
    r"|the (?:former|latter|first|second|third|last))\b", re.IGNORECASE)
_STARTS = re.compile(r"^\W*(?:and|but|so|or|also|then|what about|how about|what else|anything else"
                     r"|why not|why\W*$|how so|how many\W*$|just|only|more|go on|tell me more|in what way"
                     r"|which of|what next|since when|by whom|for example|such as|what should"
                     r"|what (?:can|could|must|did|do|does|will|would|is being|are|was|were) "
                     r"(?:it|they|be|we|the force)\b)", re.IGNORECASE)
_FORCE_WORDS = re.compile(r"\b(?:it|they|its|their|them)\b", re.IGNORECASE)
_WHOLE = 7


def standalone(text: str, history: Sequence[tuple[str, str]]) -> tuple[str, bool]:
    """The question in a form that can be answered alone, and whether it leaned on earlier ones.

    A question leans on the one before when it points back ("that", "and for sex offenders?") or
    is too short to have a subject. The earlier question's subject is then added to it; an
    earlier follow-up carries its own subject along, at most three questions back.
    """
    if not text or not history or not leans(text):
        return text, False
    asked = [question for question, _ in history[-3:] if question]
    if not asked:
        return text, False
    earlier = asked[-1]
    if len(asked) > 1 and leans(earlier):
        earlier = standalone(earlier, [(q, "") for q in asked[:-1]])[0]
    return _joined(text, earlier), True


def leans(text: str) -> bool:
    """Whether a question can't be understood without the one before."""
    told = facets(text)
    own = [word for word in terms(text)]
    if _STARTS.match(text):
        return len(own) <= 6
    if told.topics and not _POINTS_BACK.search(text):
        return False
    if not own:
        return True
    # "it" and "they" are the inspected force in a question that has a subject of its own.
    pointing = _POINTS_BACK.findall(_FORCE_WORDS.sub(" ", text))
    if pointing:
        return len(own) <= 4 or not told.topics and len(own) <= 5
    return bool(_FORCE_WORDS.search(text)) and len(own) <= 2 and not told.kinds


def _joined(text: str, earlier: str) -> str:
    told = facets(text)
    before = earlier.rstrip("?!. ")
    if told.forces:
        before = _without_forces(before)
    if told.topics and facets(before).topics:
        return _swapped(text, before)
    return f"{text.rstrip('?!. ')} ({before})?"


def _swapped(text: str, earlier: str) -> str:
    """"And for sex offenders?" keeps what was asked and takes the new topic."""
    from corpus.names import topics

    kept = earlier
    for topic in topics():
        kept = topic.asked.sub(" ", kept)
    return f"{text.rstrip('?!. ')} ({' '.join(kept.split())})?"


def _without_forces(text: str) -> str:
    from corpus.names import forces_in

    for force in forces_in(text):
        text = force.pattern.sub(" ", text)
    return " ".join(text.split())
