"""Whether a statement speaks well or ill, from its lead-in first and its own words second."""

from __future__ import annotations

import re

from corpus import sentences
from corpus.model import Polarity
from corpus.signs import weigh

POINTS_BACK = re.compile(r"(?:this|these|such|that (?:is|was|means)|that[’']s|as a result"
                         r"|for example|for instance|in (?:these|such|this))\b", re.IGNORECASE)

_WELL = re.compile(
    r"\bpositiv|\bpleas(?:ed|ing)\b|\bgood\b|\bstrength|\bwell\b|\bcommend|\bencourag|\bexcellent"
    r"|\bgoing well\b|\beffective at\b", re.IGNORECASE)
_ILL = re.compile(
    r"\bneeds? to\b|\bshould\b|\bmust\b|\bconcern|\bweak|\bproblem|\bpoor|\bfail|\bnegativ|\black"
    r"|\bdisappoint|\b(?:does|do|did|is|are|has|have|was|were|could|can) ?n[o']t\b|\bcannot\b"
    r"|\binsufficient|\bimprovements? (?:is|are) (?:needed|required)|\bless well\b|\bnot yet\b"
    r"|\bcould (?:be|do) better\b"
    r"|\bmore to do\b|\brequir(?:es?|ed|ing) improvement|\bneed(?:s|ed)? (?:further )?improve",
    re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:however|but|although|though|despite|nevertheless|conversely|on the "
                       r"other hand|unfortunately|less positively)\b", re.IGNORECASE)

_DIRECTIVE = re.compile(
    r"(?<!as it )(?<!as they )\b(?:should|must|ought to)\b|\bneeds to\b"
    r"|\b(?:force|service|constabulary|council|leaders|supervisors|managers|officers|staff)"
    r" (?:also |still |now )?need to\b", re.IGNORECASE)
_CLAUSES = re.compile(r"\b(?:but|however|although|though|whereas|except|yet it|yet they)\b"
                      r"|, (?:while|whilst|yet)\b|;", re.IGNORECASE)
_CONCESSION = re.compile(r"(?:although|though|even though|while|whilst)\b", re.IGNORECASE)
_INTENTION = re.compile(
    r"\b(?:(?:plans|intends|aims|hopes|proposes|expects|is planning|are planning|is due"
    r"|has (?:made )?plans)(?= to\b)|will\b|is (?:introducing|establishing|planning)\b)",
    re.IGNORECASE)
_NOT_ONLY = re.compile(r"\bnot (?:only|just)\b|\bbut also\b|\bas well(?: as)?\b", re.IGNORECASE)
_NOISE = re.compile(
    r"\b(?:despite|in spite of|notwithstanding|regardless of)\b[^,;.]{0,200}[,;.]?"
    r"|\bareas? for improvement\b|\b(?:that|which) (?:we|inspectors) (?:had )?(?:critici[sz]ed"
    r"|raised|identified|reported|highlighted|found)\b(?: in (?:our |the )?(?:\d{4})?"
    r"(?: inspection)?)?|\bhow (?:well|good|effective(?:ly)?|efficient(?:ly)?|fair(?:ly)?"
    r"|quick(?:ly)?|long|easy|clear(?:ly)?|legitimate(?:ly)?)\b"
    r"|^(?:we|our inspection|the inspection|inspectors) (?:also )?(?:examin|look|assess|inspect"
    r"|consider|ask|evaluat)\w* (?:at )?(?:how|whether|the|what|if)\b[^,;.]{0,200}"
    r"|\b(?:not|n[’']t) (?:yet )?(?:be |been )?(?:re-?inspect|inspect|grad|judg|examin|assess)\w*"
    r"|\b(?:do|did|does) ?n(?:o|[’'])t (?:\w+ ){1,3}graded judg\w+"
    r"|\b(?:all|every|each)(?: [\w-]+){0,4} (?:forces?|services?|councils?|schools?) "
    r"(?:should|must)\b[^;.]{0,200}", re.IGNORECASE)
_PRACTICE = re.compile(
    r"(?:(?:the )?\w+ )?(?:also |now )?(?:tests|shares|checks|monitors|reviews|trains|listens to"
    r"|consults|works (?:\w+ )?with|supports|seeks|visits every|publishes)\b"
    r"|(?:(?:the )?(?:force|service|constabulary|it) )?(?:has |had |have )?"
    r"(?:recently |also |now )?(?:set up|introduced|created|developed|established|recruited"
    r"|appointed|launched)\b",
    re.IGNORECASE)


def of_lead_in(lead_in: str, previous: Polarity | None = None) -> Polarity | None:
    """What a lead-in says of its bullets; None where they decide for themselves.

    ``previous`` is the polarity of the list before it under the same heading: "However, it:"
    after strengths introduces weaknesses, and after weaknesses strengths.
    """
    text = " ".join(lead_in.split())
    if _ILL.search(text):
        return Polarity.NEGATIVE
    if _WELL.search(text):
        return Polarity.POSITIVE
    if _CONTRAST.search(text):
        if previous is Polarity.NEGATIVE:
            return Polarity.POSITIVE
        if previous is Polarity.POSITIVE:
            return Polarity.NEGATIVE
        return None
    verdict = of_statement(text.removesuffix(":"))
    return verdict if verdict is not Polarity.NEUTRAL else None


def of_heading(heading: str) -> Polarity | None:
    """What a heading such as "Strengths" says of the statements under it; usually nothing."""
    text = heading.lower()
    if re.search(r"\b(?:strengths?|what (?:is|was|went|works?|'s|’s) (?:going |working )?well"
                 r"|good practice|positive)\b", text):
        return Polarity.POSITIVE
    if re.search(r"\b(?:weakness\w*|concerns?|what needs to improve|problems?|shortcomings?"
                 r"|what (?:must|should|needs? to) improve)\b", text):
        return Polarity.NEGATIVE
    return None


def of_statement(text: str) -> Polarity:
    """What a statement's own words say; one with a good and a bad half is neutral.

    A sentence that points back ("This means ...") explains the one before it, so it decides
    only where that says nothing.
    """
    verdicts: set[Polarity] = set()
    for sentence in sentences.split(" ".join(text.split())):
        if not (verdicts and POINTS_BACK.match(sentence)):
            verdicts |= _of_sentence(sentence)
    return verdicts.pop() if len(verdicts) == 1 else Polarity.NEUTRAL


def _of_sentence(sentence: str) -> set[Polarity]:
    flat = _NOISE.sub(" ", _NOT_ONLY.sub(" and ", sentence))
    verdicts = {_of_clause(clause) for clause in _clauses(flat)} - {Polarity.NEUTRAL}
    if not verdicts and _PRACTICE.match(flat):
        return {Polarity.POSITIVE}
    return verdicts


def _clauses(text: str) -> list[str]:
    """The parts of a statement that may contradict each other. "Although A, B" has two."""
    if _CONCESSION.match(text):
        text = text.replace(", ", " ; ", 1)
    return [_INTENTION.split(clause, maxsplit=1)[0] for clause in _CLAUSES.split(text)]


def _of_clause(clause: str) -> Polarity:
    """Bad outweighs good within a clause: "the lack of effective supervision" is bad."""
    if _DIRECTIVE.search(clause):
        return Polarity.NEGATIVE
    weighed = weigh(clause)
    if "bad" in weighed:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if "good" in weighed else Polarity.NEUTRAL
