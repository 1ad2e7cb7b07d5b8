"""What a list is narrowed by: the words that stand with its kind, not all the others."""

from __future__ import annotations

import re

_KINDS = re.compile(
    r"\b(?:areas? (?:for|of|needing) improvements?|afis?|causes? (?:of|for) concern"
    r"|recommendations?|recs|strengths?|weakness(?:es)?|problems?|issues?|judge?ments?"
    r"|(?:innovative|promising|notable)(?: (?:and|or) (?:innovative|promising|notable))? practices?"
    r"|findings|points|statements|comments|remarks|criticisms?|positives|negatives|shortcomings)\b",
    re.IGNORECASE)
_JOINED = re.compile(
    r"\b(?:about|on|regarding|concern(?:s|ed|ing)?|mention\w*|relat\w+ to|deal\w* with|to do with"
    r"|cover(?:s|ed|ing)?|involv\w+|around|under|for|in|at|of|with|against|speak\w* of|to)\b(.*)$",
    re.IGNORECASE)
_OF_REPORTS = re.compile(
    r"\b(?:in|across|from|over|of|between|for|at|through)\b (?:[\w’'-]+ ){0,3}?"
    r"(?:reports?|inspections?|forces?|years?|cycles?)\b(?: (?:that |which )?(?:you|we|I|there)"
    r"\b.*)?", re.IGNORECASE)
_BEFORE = 3
_PLAIN = re.compile(r"(?:list|show|give|tell|name|set|out|me|us|all|every|each|any|the|its|their|a"
                    r"|an|which|what|how|many|number|of|count|are|is|were|was|do|does|did|there|please"
                    r"|has|have|had|and|or|only|just|more)$", re.IGNORECASE)


def attached(text: str) -> str:
    """The part of a question for a list that says what it is to be about: what is joined to the
    kind asked for ("areas for improvement about staffing") or stands right before it ("vetting
    recommendations"). All of a question that names no kind."""
    match = _KINDS.search(text)
    if match is None:
        return _OF_REPORTS.sub(" ", text)
    before: list[str] = []
    for word in reversed(text[:match.start()].split()[-_BEFORE:]):
        if _PLAIN.match(word.strip(",.;:'’\"")) or word.endswith((",", ":", ";")):
            break
        before.insert(0, word)
    after = _JOINED.search(_OF_REPORTS.sub(" ", text[match.end():]))
    return f"{' '.join(before)} {after[1] if after else ''}".strip()
