"""Which sort of answer a question asks for, from its words."""

from __future__ import annotations

import re

from assistant.answer import Intent
from assistant.facets import Facets
from corpus.model import FindingKind

_BRIEF = re.compile(r"\b(?:brief (?:me|us)|briefing|summary|summar(?:ise|ize)|overview|run-?down"
                    r"|(?:key|main) (?:points|findings|messages)|(?:an?|short"
                    r"|quick) brief|brief for)\b(?: note| paper)?"
                    r"(?:\s*(?:on|of|about|from|for|:)\b)?(?P<what>.*)$", re.IGNORECASE)
_BRIEF_FIRST = re.compile(r"^\W*(?:\w+ ){0,4}?(?:brief (?:me|us|for)\b"
                          r"|(?:write|give|draft|send|do) "
                          r"(?:me |us )?an? (?:\w+ )?(?:brief|briefing|summary|overview)\b"
                          r"|summari[sz]e\b|an? (?:\w+ )?(?:brief|briefing|summary|overview)\b)",
                          re.IGNORECASE)
_KIND_FIRST = re.compile(r"^\W*(?:\w+ ){0,2}?(?:areas? for improvement|afis?|causes? of concern"
                         r"|recommendations|recs|strengths|weaknesses|innovative|positives?"
                         r"|negatives?|criticisms|good|bad)\b", re.IGNORECASE)
# "northants 2017 vuln - AFIs?": a heading, not a sentence.
_KIND_LAST = re.compile(r"^(?!.*\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would"
                        r"|should|must)\b).*\b(?:areas? for improvement|afis?|causes? of concern"
                        r"|recommendations|recs|strengths|weaknesses)\W*$", re.IGNORECASE)
# "What caused the cause of concern", "which force has most": about findings, no list of them.
_ONE_OF = re.compile(r"^\W*(?:why|how (?!many)|who|when|where|did|does|do|has|have|can|could|will"
                     r"|would|should)\b", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:how many|number of|count(?: of)?|total number)\b", re.IGNORECASE)
_LIST = re.compile(r"\b(?:list|all|every|each|which|what (?:are|were|is|was)|show|give|name|set out"
                   r"|any|are there|tell me|what)\b", re.IGNORECASE)
_GRADED = re.compile(
    r"\b(?:what (?:mark|score)s?|grade[ds]?|gradings?|marked|ratings?|rated|judged|judge?ments?"
    r"|how (?:good|bad|effective"
    r"|efficient|legitimate|strong|weak)\b|score[ds]?|verdict"
    r"|what did .{1,40} (?:get|receive|score) (?:for|on|in|at))\b", re.IGNORECASE)
_WELL = re.compile(r"^\W*how (?:well|badly) (?:does|did|do|is|are|was)\b|^\W*how (?:is|are|was|were"
                   r"|did|does) .{0,60}\b(?:do(?:ing)?|perform(?:ing)?|far(?:e|ing)|rated?)\b"
                   r"(?:\s+(?:at|on|in|with|when)\b.*)?\??$", re.IGNORECASE)
_OVERALL = re.compile(r"^\W*how (?:is|are|was|were|did|does|has) (?:it|they|the \w+|[\w ]{3,40}?) "
                      r"(?:do|doing|done|perform(?:ed|ing)?|fared?|faring)(?: overall)?\W*$",
                      re.IGNORECASE)
_WHY = re.compile(r"^\W*(?:why|how come|what (?:made|caused|led)|how did)\b", re.IGNORECASE)
_TRENDING = re.compile(r"^\W*(?:has|have|is|are|did|does|how (?:has|have|did|does))\b",
                       re.IGNORECASE)
_YES_NO = re.compile(r"^\W*(?:so,? |and )?(?:is|are|was|were|does|do|did|has|have|can|could"
                     r"|will)\b", re.IGNORECASE)
_VERDICT = re.compile(r"\b(?:good|bad|effective|outstanding|adequate|inadequate|poor|weak|strong"
                      r"|well|require(?:s|d)? improvement|failing|any good|up to scratch)\b",
                      re.IGNORECASE)


def asks_yes_or_no(text: str) -> bool:
    """Whether a question wants yes or no for an answer."""
    return bool(_YES_NO.match(text))


_ASIDE = re.compile(r"\s*[,;:]|\s+(?:ahead of|before|for (?:my|a|the|our|tomorrow)|then and now"
                    r"|please)\b", re.IGNORECASE)


def briefed_on(text: str) -> str:
    """What a brief is wanted on: what follows "brief me on", or all where nothing does."""
    match = _BRIEF.search(text)
    if match is None or len(match["what"].split()) < 2:
        return text
    return _ASIDE.split(match["what"].lstrip(" :,;-"), maxsplit=1)[0]


def intent(text: str, facets: Facets) -> Intent:
    """The intent of a question; lookup when nothing else fits."""
    boxed = [kind for kind in facets.kinds if kind is not FindingKind.JUDGMENT]
    listed = bool(boxed) or facets.statements
    if facets.compares or (len(facets.forces) > 1 and not listed):
        return Intent.COMPARE
    if len(facets.years) > 1 and not listed:
        return Intent.COMPARE
    if _BRIEF.search(text) and (not boxed or _BRIEF_FIRST.match(text)):
        return Intent.BRIEF
    if listed and _COUNT.search(text):
        return Intent.COUNT
    if listed and not _ONE_OF.search(text) and (
            _LIST.search(text) or len(text.split()) <= 6 or "?" not in text or facets.requests
            or _KIND_FIRST.match(text) or _KIND_LAST.match(text)):
        return Intent.LIST
    if _asks_for_a_grade(text, facets):
        return Intent.GRADE
    return Intent.LOOKUP


def _asks_for_a_grade(text: str, facets: Facets) -> bool:
    if _GRADED.search(text) and not re.match(r"\W*why\b", text, re.IGNORECASE):
        return True
    if facets.grades and (facets.topics or facets.pillar) and _WHY.match(text):
        return True
    if facets.grades and re.search(r"\b(?:which|what|where|who|anything|areas?|questions?|forces?"
                                   r"|every|all|any)\b", text, re.IGNORECASE):
        return True
    if _OVERALL.match(text):
        return True
    about = facets.topics or facets.pillar or facets.forces
    if facets.trend and (facets.topics or not facets.parts) and _TRENDING.match(text):
        return True
    if _YES_NO.match(text) and (facets.grades or _VERDICT.search(text)):
        return bool(about) or bool(facets.grades)
    return bool(about and _WELL.match(text))
