"""What a heading announces: a pillar, an inspection question, a box of findings, or a topic."""

from __future__ import annotations

import re
from enum import StrEnum

from corpus.model import FindingKind

PILLARS = re.compile(r"^(?:our judg[e]?ment[s]? (?:on|of) )?(effectiveness|efficiency|legitimacy"
                     r"|leadership|people)$", re.IGNORECASE)
_PILLAR_QUESTION = re.compile(
    r"^how (?:effective|efficient|legitimate) is the [\w ]{3,40}? (?:at|in) (?:keeping people safe"
    r"|treating the public)|^how effectively does the [\w ]{3,40}? reduce crime and keep people"
    r" safe|^how efficiently does the [\w ]{3,40}? (?:operate|manage)"
    r"|^how legitimately does the [\w ]{3,40}? treat the public and its workforce"
    r"|^how well does the [\w ]{3,40}? look after its people|^how well led is", re.IGNORECASE)
_INSPECTION_QUESTION = re.compile(r"^(?:how|to what extent|what|does|is|do|are|has|have)\b.*\?$",
                                  re.IGNORECASE)
_KINDS: tuple[tuple[FindingKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"^(?:\d+(?:\.\d+)*[.)]?\s+)?(?:{words})(?:\s*\(?\d*\)?)?:?$",
                      re.IGNORECASE))
    for kind, words in (
        (FindingKind.AREA_FOR_IMPROVEMENT,
         r"(?:areas? for (?:further )?(?:improvement|development)|afis?)(?: \d+)?|what (?:does|must"
         r"|should) the [\w ]{3,30}? (?:need to )?(?:do to )?improve(?: further)?\?"),
        (FindingKind.CAUSE_OF_CONCERN, r"(?:accelerated )?causes? of concern(?: \d+)?"),
        (FindingKind.RECOMMENDATION, r"(?:our |the |list of |summary of |key )*recommendations?"
                                     r"(?: \d+)?(?: to .{3,60})?"),
        (FindingKind.INNOVATIVE_PRACTICE, r"(?:(?:innovative|promising|notable|good|effective)"
                                          r"(?:,? (?:and|or) |, )?)+ practices?"),
        (FindingKind.STRENGTH, r"strengths|what (?:is|was) working well|positive findings"),
        (FindingKind.WEAKNESS, r"weaknesses|what needs to improve"),
        (FindingKind.SUMMARY, r"(?:overall |executive |inspection )?summary(?: of .{3,60})?"
                              r"|overview|hm inspector[’']s (?:observations|summary)"
                              r"|overall judg[e]?ment"),
    ))
DIVIDER = re.compile(r"^questions for (?:\w+ ?){1,4}$", re.IGNORECASE)
FURNITURE = re.compile(r"^(?:about (?:the data|us|this report)|introduction|foreword|contents"
                        r"|annex\b.*|appendix\b.*|terminology.*|next steps|conclusion\w*|background"
                        r"|our judg[e]?ments?|important changes to peel|definitions.*|references"
                        r"|summary|overview|overall summary|full report|detailed findings)$",
                       re.IGNORECASE)


_AUXILIARY = (r"is|are|was|were|has|have|had|does|do|did|needs? to|should|must|can|could|may|will"
              r"|\w+n[’']t|cannot")
_SUBJECT = (r"(?:the|its|their|our|some|most|many|all)? ?(?:force|service|constabulary|council"
            r"|school|it|they|officers|staff|victims|leaders|managers|supervisors|sergeants|detectives"
            r"|investigators|call takers|call handlers|firefighters|residents|people|teams)"
            r"|[A-Z]\w+(?: \w+){0,4} (?:Police|Constabulary|Service|Council)")
_STATEMENT = re.compile(
    rf"^(?!(?:how|what|why|who|when|where|an? (?:inspection|report|review))\b)"
    rf"(?:(?:\w[\w’'-]* ){{1,9}}?(?:{_AUXILIARY})\b"
    rf"|(?:{_SUBJECT}) (?!(?:of|and|in|for|to|with|area|who|that)\b)\w+)", re.IGNORECASE)
_TOPICAL = re.compile(r"^\w+ing\b(?! (?:is|are|was|were|has|have|needs?)\b)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\b(?:should|must|needs? to|is recommended|we recommend|recommends? that"
                        r"|is asked to)\b|^(?:that|to)\b|^(?:within|by|immediately|before)\b.*\b"
                        r"(?:should|must)\b", re.IGNORECASE)


class Rank(StrEnum):
    """Where a heading without a level stands in a report."""

    PILLAR = "pillar"
    QUESTION = "question"
    BOX = "box"
    DIVIDER = "divider"
    TOP = "top"
    SUB = "sub"


def box(heading: str) -> FindingKind | None:
    """The kind of findings that a heading such as "Areas for improvement" announces."""
    return next((kind for kind, pattern in _KINDS if pattern.match(heading.strip())), None)


def is_pillar_question(heading: str) -> bool:
    """Whether a heading asks a pillar's overall question and so is no section of its own."""
    return bool(_PILLAR_QUESTION.search(heading))


def rank(heading: str) -> Rank:
    """The rank of a heading, from its words alone."""
    text = heading.strip()
    if PILLARS.match(text):
        return Rank.PILLAR
    kind = box(text)
    if kind is not None and kind is not FindingKind.SUMMARY:
        return Rank.BOX
    if _INSPECTION_QUESTION.match(text):
        return Rank.QUESTION
    if DIVIDER.match(text):
        return Rank.DIVIDER
    return Rank.TOP if kind is not None or FURNITURE.match(text) else Rank.SUB


def states_a_finding(heading: str) -> bool:
    """Whether a heading is a whole statement ("The force has invested in its control room")."""
    return (len(heading.split()) >= 5 and not heading.endswith("?")
            and bool(_STATEMENT.match(heading)) and not _TOPICAL.match(heading))


def asks_for_action(statement: str) -> bool:
    """Whether a statement says that something should be done ("The force should ...")."""
    return bool(_DIRECTIVE.search(statement))
