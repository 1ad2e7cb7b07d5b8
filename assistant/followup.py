"""Follow-ups: a question that leans on the conversation, made to stand alone from its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.facets import Facets, facets
from corpus.names import forces_in, topics
from index.words import terms

_THINGS = re.compile(r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?! (?:is|are|was"
                     r"|were)\b)|\b(?:this|that|these|those|one|ones|same|such|the (?:former|latter"
                     r"|first|second|third|last))\b", re.IGNORECASE)
_BODY = re.compile(r"\b(?:it|its|they|their|them)\b", re.IGNORECASE)
_LEANING = re.compile(
    r"^\W*(?:and|but|so|or|also|then|what about|how about|what else|anything else|why not|why\W*$"
    r"|how so|how many\W*$|just|only|more|go on|tell me more|in what way|which of|what next"
    r"|since when|by whom|for example|such as|what should (?:it|they|be)\b|what (?:can|must|did|do"
    r"|does|will|is being|are|was|were) (?:it|they|be)\b)", re.IGNORECASE)
_SWAP = re.compile(r"^\W*(?:(?:and|but|or|so|then)\b\W*)?(?:(?:what|how) about|and|for|on|with|at"
                   r"|in|about)\s+(?:(?:for|on|with|at|in|about)\s+)?(?P<what>.+?)\W*$",
                   re.IGNORECASE)
_AMONG = re.compile(r"^\W*(?:and )?(?:which|how many|any) of (?:these|those|them|the\w*)\s*"
                    r"(?:are|is|were|mention|concern|have|relate|deal|talk)?\s*(?:about|to|with|on"
                    r"|concern(?:ing)?)?\s*(?P<what>.*?)\W*$", re.IGNORECASE)
_ONLY = re.compile(r"^\W*(?:just|only|and|what about|but)\s+(?:the |its |their )?(?P<what>problems?"
                   r"|weakness(?:es)?|strengths?|positives?|negatives?|good (?:things|points|news)"
                   r"|bad (?:things|points|news)|issues|concerns)\W*$", re.IGNORECASE)
_ASKS = re.compile(r"(?:why|how|what|when|where|who|which|is|are|was|were|does|do|did|has|have|can"
                   r"|could|will|should)\b", re.IGNORECASE)
_ABOUT_IT = re.compile(r"\b(?:about|on|with|of|to|for) (?:it|them)\b", re.IGNORECASE)
_LINKS = re.compile(r"^\W*(?:and|but|so|or|also|then)\b[\s,]*", re.IGNORECASE)
_ASKING = re.compile(r"^\W*(?:(?:why|how|what|when|where|who|which|is|are|was|were|does|do|did|has"
                     r"|have|had|can|could|will|being|be|the force|the police|they|it|list|show"
                     r"|give|tell|me|all|about|the|any|there)\b\W*)+", re.IGNORECASE)
_LOOKED_BACK = 4


def standalone(text: str, history: Sequence[tuple[str, str]]) -> tuple[str, bool]:
    """The question in a form that can be answered alone, and whether it leaned on earlier ones.

    Each earlier follow-up is first made to stand alone itself, so that a subject is carried
    through "why?", "and what about ...?" until a question brings a new one.
    """
    asked = [question for question, _ in history[-_LOOKED_BACK:] if question]
    if not text or not asked or not leans(text):
        return text, False
    earlier = asked[0]
    for question in asked[1:]:
        earlier = _step(question, earlier) if leans(question) else question
    return _step(text, earlier), True


def leans(text: str) -> bool:
    """Whether a question can't be understood without the one before."""
    told = facets(text)
    own = terms(text)
    if _LEANING.match(text):
        return len(own) <= 7
    if told.topics:
        return False
    if not own or (_LINKS.match(text) and len(own) <= 4):
        return True
    if _THINGS.search(text) or _ABOUT_IT.search(text):
        return len(own) <= 5
    # "it" and "they" are the inspected force wherever the question has a subject of its own.
    return bool(_BODY.search(text)) and not told.kinds and not told.grades and len(own) <= 1


def _step(text: str, earlier: str) -> str:
    """One follow-up joined to the stand-alone question before it."""
    told, before = facets(text), facets(earlier)
    if among := _AMONG.match(text):
        rest = among["what"]
        return f"{_bare(earlier)} about {rest}?" if rest else earlier
    if only := _ONLY.match(text):
        return f"{only['what'].capitalize()} with {subject(earlier, before)}?"
    swap = _SWAP.match(text)
    if swap and not told.kinds and len(terms(swap["what"])) <= 5 and not (
            _THINGS.search(swap["what"]) or _ASKS.match(swap["what"])):
        return _swapped(swap["what"], told, earlier, before)
    about = subject(earlier, before)
    if told.forces:
        about = _without_forces(about)
    said = _bare(_LINKS.sub("", text))
    return f"{said[:1].upper()}{said[1:]} (about {about})?" if about else text


def _swapped(what: str, told: Facets, earlier: str, before: Facets) -> str:
    """"And for sex offenders?" keeps what was asked and takes the new subject."""
    if told.forces and (before.topics or before.kinds):
        return f"{_bare(_without_forces(earlier))} ({what})?"
    if told.years and not told.topics:
        return f"{_bare(re.sub(r'(?:19|20)[0-9]{2}', '', earlier))} ({what})?"
    if before.topics:
        kept = re.sub(r"\s\(?about\b[^?]*", "", _bare(earlier)) or earlier
        for topic in topics():
            if topic.key in before.topics:
                kept = topic.asked.sub("\0", kept)
        first, *rest = kept.split("\0")
        return _tidied(f"{first}{what}{' '.join(rest)}")
    if before.kinds or before.grades:
        return _tidied(f"{_bare(earlier)} on {what}")
    return f"What do the reports say about {what}?"


def _tidied(text: str) -> str:
    """Without doubled words and trailing scraps, with one question mark."""
    bare = re.sub(r"\b(\w+)(?:\s+\1\b)+", r"\1", " ".join(text.split()), flags=re.IGNORECASE)
    bare = re.sub(r"(?:\s+(?:and|or|on|for|with|at|in|crime))+\W*$", "", bare)
    return f"{_bare(bare)}?"


def subject(text: str, told: Facets) -> str:
    """What a question is about: its topics by name, else its own meaningful words."""
    labels = [topic.label for topic in topics() if topic.key in told.topics]
    if labels:
        return " and ".join(labels)
    return _bare(_ASKING.sub("", text)) if terms(text) else ""


def _bare(text: str) -> str:
    return text.rstrip("?!. ").strip()


def _without_forces(text: str) -> str:
    for force in forces_in(text):
        text = force.pattern.sub(" ", text)
    return " ".join(text.split())
