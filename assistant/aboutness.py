"""What a question is about: its own words without the asking, the kinds and the bodies."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.facets import Facets
from corpus.names import forces_in, topics
from index.words import terms

_ASKING = re.compile(
    r"^\W*(?:(?:why|how many|how much|how|what|when|where|who|which|is|are|was|were|does|do|did|has"
    r"|have|had|can|could|will|would|should|must|being|be|the force|the forces|the police|the "
    r"constabulary|between|and|the service|the reports?|inspectors|they|it|its|list|show|give|tell"
    r"|brief|me|us"
    r"|all|every|each|about|the|any|there|some|please|say|says|said|think|find|found|get|got|a"
    r"|compare|summari[sz]e|doing|going|well|badly|good|bad|mention|mentions|graded?|judged|rated"
    r"|recommend(?:ed|ations?)?|recs|ask(?:ed)?|for|on|at|with|in|of|to|from|that|negative|positive"
    r"|critical|findings?|points|comments|statements|problems?|issues|weakness(?:es)?|strengths?"
    r"|criticisms?|areas? (?:for|of|needing) improvements?|afis?|causes? (?:of|for) concern"
    r"|innovative practices?|judge?ments?|grades?|happening|effective|overview|brief(?:ing)?"
    r"|summary|wrong|right|liked?|exactly|precisely|straight away|immediately|urgently)\b\W*)+",
    re.IGNORECASE)
_TAIL = re.compile(r"\W+(?:are there|is there|were there|was there|there are|given|made"
                   r"|reported|in the reports?|overall|any good|up to scratch|please|and|or|on"
                   r"|for|with|at|in|of|to|about)\W*$", re.IGNORECASE)
_YEARS = re.compile(r"\W*\b(?:in |for |of |from |since )?(?:the )?"
                    r"(?:(?:19|20)\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?|\d\d/\d\d)\b"
                    r"(?: inspection| report)?", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:how|what|where|why|when|who)\b", re.IGNORECASE)
_NAMED = r"(?:\b(?:in|for|of|at|by|from|on)\s+)?"


def about(text: str) -> str:
    """What a question is about, in its own words where it has any: "digital investigations
    delayed" of "Why are digital investigations delayed in Kent?"; "" for nothing of its own."""
    plain = re.sub(r"[(:](?: ?about |.?only those about )([^)?]*)\)?", r" \1 ", text)
    rest = _ASKING.sub("", without_owners(bare(plain)))
    before = None
    while before != rest:
        before, rest = rest, _TAIL.sub("", rest).strip(" ,;:")
    asked = [topic for topic in topics() if topic.asked.search(text)]
    beyond = rest
    for topic in asked:
        beyond = topic.asked.sub(" ", beyond)
    if asked and (not terms(rest) or (_CLAUSE.search(rest) and len(terms(beyond)) <= 1)):
        return " and ".join(topic.label for topic in asked)
    return rest if terms(rest) else ""


def owner(told: Facets, before: Facets | None = None) -> str:
    """", Kent 2017" for what a question names, or the one ``before`` it where it names no body or
    no year; "" where neither names one. A body of its own takes no earlier year along."""
    if before is not None:
        years = told.years or (() if told.forces else before.years)
        told = replace(told, forces=told.forces or before.forces, years=years)
    named = " ".join([*dict.fromkeys(told.forces), *map(str, told.years)])
    return f", {named}" if named else ""


def without_owners(text: str, forces: bool = True) -> str:
    """A text without the years and, unless told otherwise, the bodies that it names."""
    text = _YEARS.sub("", text)
    for force in forces_in(text) if forces else ():
        text = re.sub(_NAMED + force.pattern.pattern + r"(?:['’]s)?", " ", text,
                      flags=re.IGNORECASE)
    return re.sub(r"\s+([,?])", r"\1", " ".join(text.split())).strip(" ,")


def bare(text: str) -> str:
    """A question without its closing marks."""
    return text.rstrip("?!. ").strip()


def tidied(text: str) -> str:
    """Without doubled words and trailing scraps, with one question mark."""
    plain = re.sub(r"\b(\w+)(?:\s+\1\b)+", r"\1", " ".join(text.split()), flags=re.IGNORECASE)
    plain = re.sub(r"(?:\s+(?:and|or|on|for|with|at|in))+\W*$", "", plain)
    return f"{bare(plain)}?"
