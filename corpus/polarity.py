"""Whether a statement speaks well or ill, from its lead-in first and its own words second."""

from __future__ import annotations

import re

from corpus.model import Polarity

_WELL = re.compile(
    r"\bpositiv|\bpleas(?:ed|ing)\b|\bgood\b|\bstrength|\bwell\b|\bcommend|\bencourag|\bexcellent"
    r"|\bgoing well\b|\beffective at\b", re.IGNORECASE)
_ILL = re.compile(
    r"\bneeds? to\b|\bshould\b|\bmust\b|\bconcern|\bweak|\bproblem|\bpoor|\bfail|\bnegativ|\black"
    r"|\bdisappoint|\b(?:does|do|did|is|are|has|have|was|were|could|can) ?n[o']t\b|\bcannot\b"
    r"|\binsufficient|\bimprovements? (?:is|are) (?:needed|required)|\bless well\b|\bnot yet\b"
    r"|\brequir(?:es?|ed|ing) improvement|\bneed(?:s|ed)? (?:further )?improve", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:however|but|although|though|despite|nevertheless|conversely|on the "
                       r"other hand|unfortunately|less positively)\b", re.IGNORECASE)

_BAD = re.compile(
    r"\b(?:backlog|shortage|shortfall|inconsisten\w*|insufficient\w*|inadequate\w*|ineffective\w*"
    r"|inefficien\w*|inappropriate\w*|inaccura\w*|incorrect\w*|incomplete|unable|unaware|unclear"
    r"|unmanageable|unacceptabl\w*|unsafe|unsatisfactor\w*|untrained|unsupported"
    r"|lack(?:s|ed|ing)?|limited|partial|poor\w*|weak\w*|declin\w*|deteriorat\w*|fail\w*"
    r"|miss(?:ed|ing) opportunit\w*|missing|excessive\w*|overdue|delay\w*|too (?:many|few|long"
    r"|much|little|often|slow\w*|late)|gaps?|struggl\w*|slow(?:ly|er)?|hamper\w*|hinder\w*"
    r"|restrict\w*|rarely|seldom|concern\w*|problems with|difficult\w*|danger|worse\w*|wors[et]"
    r"|(?:very )?high rates?|(?:low|lower|reduced|falling) (?:rates?|proportion|number|use)"
    r"|(?:low|lower) (?:\w+ ){0,3}rate|declining|little progress|few(?:er)? \w+|only some"
    r"|spends? (?:a lot|too much|much)|under (?:excessive )?pressure|high workloads?"
    r"|needs? to|need(?:s)? (?:further )?improve\w*|should|must|could do more|requires? improv\w*"
    r"|yet to|has (?:been )?reduced since|not enough|no (?:policy|process|plan|strateg\w+|system"
    r"|oversight|clear|formal|consistent)|without (?:a|any|clear|proper|adequate)|risks? being"
    r"|overwhelmed|unresolved|outstanding (?:action|case|demand|suspect|visit)\w*|doubl\w+ crewed"
    r"|barriers?|confus\w+|neglect\w*|absence of|errors?|mistakes?|deficien\w*|substandard)\b",
    re.IGNORECASE)
_GOOD = re.compile(
    r"\b(?:good|effective(?:ly)?|efficient(?:ly)?|improv(?:ed|ing|ement in)|well|strong\w*"
    r"|success\w*|positive\w*|pleased|progress|comprehensive\w*|robust\w*|consistent(?:ly)?"
    r"|excellent|innovativ\w*|committed|prompt(?:ly)?|timely|clear(?:ly)?|ensur(?:es|ed)"
    r"|has (?:developed|increased|invested|introduced|established|strengthened|created)"
    r"|tests its|works? (?:closely )?with|understands?|good understanding|proactive\w*"
    r"|appropriate(?:ly)?|thorough(?:ly)?|swift(?:ly)?|outstanding|high.quality|supportive"
    r"|praise\w*|impress\w*|exemplary|makes? best use|enough trained|benefit\w*|rigorous\w*"
    r"|skilled|reliabl[ey]|valued?|actively|regularly|routinely)\b", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:not|n't|n’t|never|cannot|neither|nor|no longer|without|hardly|less|isn’t|doesn’t)"
    r"(?:\s+\w+){0,4}\s*$", re.IGNORECASE)
_RELIEF = re.compile(r"\b(?:reduc\w+|tackl\w+|address\w*|prevent\w*|clear(?:ed|ing)|remov\w+|cut"
                     r"|eliminat\w+|resolv\w+|overcom\w+|fewer|avoid\w*|despite|minimis\w+)"
                     r"(?:\s+\w+){0,4}\s*$", re.IGNORECASE)
_CLAUSES = re.compile(r"\b(?:but|however|although|though|whereas|while)\b|;", re.IGNORECASE)


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
    """What a statement's own words say; one with a good and a bad half is neutral."""
    verdicts = {_of_clause(clause) for clause in _CLAUSES.split(" ".join(text.split()))}
    verdicts.discard(Polarity.NEUTRAL)
    return verdicts.pop() if len(verdicts) == 1 else Polarity.NEUTRAL


def _of_clause(clause: str) -> Polarity:
    bad = good = 0
    for match in _BAD.finditer(clause):
        if _RELIEF.search(clause[:match.start()]):
            good += 1
        else:
            bad += 1
    for match in _GOOD.finditer(clause):
        if _NEGATED.search(clause[:match.start()]):
            bad += 1
        else:
            good += 1
    if re.search(r"\b(?:does|do|did|is|are|was|were|has|have|could) ?n[o'’]t\b|\bcannot\b", clause,
                 re.IGNORECASE) and not good:
        bad += 1
    if bad:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if good else Polarity.NEUTRAL
