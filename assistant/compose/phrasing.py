"""Findings as grammatical sentences: lead-ins joined, pronouns resolved, requests reported."""

from __future__ import annotations

import re

from corpus import sentences
from corpus.model import Finding, FindingKind
from corpus.names import official_name
from prompts import wording

_OPENERS = re.compile(
    r"^(?:(?:most |very )?positively|however|but|also|in addition|additionally|furthermore"
    r"|on the positive side|on a positive note|encouragingly|conversely|despite this"
    r"|nevertheless|nonetheless|overall|in general|specifically|in particular|unfortunately"
    r"|similarly|equally|finally|importantly)\b,?\s*", re.IGNORECASE)
_FOUND = re.compile(r"^(?:we (?:also )?(?:found|saw|noted|were pleased to (?:find|see|note)"
                    r"|were concerned(?: to find)?|are pleased)(?: that)?|it is pleasing that)\s+",
                    re.IGNORECASE)
_REQUEST = re.compile(r"^(?P<who>(?:the|this) (?:force|service|constabulary|council|organisation"
                      r"|trust|school|authority)|it|[A-Z][\w’'&-]+(?: (?:and|of|[A-Z][\w’'&-]+))*?"
                      r" (?:Police|Constabulary|Fire and Rescue Service|Council))"
                      r" (?P<also>also )?should (?P<also2>also )?(?P<what>.+)$",
                      re.IGNORECASE | re.DOTALL)
_PRONOUN = re.compile(r"^(?:It|They)\b(?=\s+(?:is|are|was|were|has|have|had|does|do|did|can|could"
                      r"|will|would|should|must|needs?|may|might|also|now|still|recently"
                      r"|consistently|routinely|regularly|\w+(?:s|ed)\b))")
_ITS = re.compile(r"^Its\b(?=\s+\w)")
_VERB_FIRST = re.compile(r"^(?:is|are|was|were|has|have|had|does|do|did|can|could|will|would|should"
                         r"|must|needs?|may|might|\w+s|\w+ed|not|now|also|still|\w+ly)\b",
                         re.IGNORECASE)


def subject(finding: Finding) -> str:
    """What the inspected body is called in a sentence: "the force", "the service", its name."""
    lead = (finding.lead_in or "") + " " + finding.text
    for word in ("force", "service", "constabulary", "council", "school", "trust"):
        if re.search(rf"\bthe {word}\b", lead, re.IGNORECASE):
            return f"the {word}"
    if finding.force and "Fire" in (official_name(finding.force) or ""):
        return "the service"
    return "the force" if finding.force else "it"


def said(finding: Finding, again: bool = False) -> list[str]:
    """A finding's sentences as an answer shows them. ``again``: a request came just before."""
    parts = sentences.split(_joined(finding))
    first = _resolved(parts[0], finding)
    if finding.kind in (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.RECOMMENDATION):
        first = requested(first, again)
    rest = [_sentence(part) for part in parts[1:]]
    return [_sentence(first), *rest]


def plain(finding: Finding) -> str:
    """A finding as one item of a list: its own words, lead-in joined where the item is no
    sentence without it."""
    if finding.kind is FindingKind.RECOMMENDATION and finding.lead_in:
        return " ".join(map(_sentence, sentences.split(_opened(finding.words))))
    return " ".join(_sentence(part if i else _resolved(part, finding))
                    for i, part in enumerate(sentences.split(_joined(finding))))


def requested(sentence: str, again: bool = False) -> str:
    """"The force should improve X" as "Inspectors asked the force to improve X"."""
    match = _REQUEST.match(sentence)
    if match is None:
        return sentence
    words = wording("replies")["quotes"]
    body = match["who"]
    action = match["what"].strip()
    if again:
        return str(words["asked_again"]).format(action=action)
    asked = str(words["asked_for"]).format(action=action)
    who = body if body[0].isupper() and not body.lower().startswith(("the ", "it")) \
        else body.lower()
    return asked.replace("the force", who if who != "it" else "the force", 1)


def _joined(finding: Finding) -> str:
    """Lead-in and bullet as one sentence: "However, it:" + "records ..." reads "It records"."""
    text = finding.words
    lead = " ".join((finding.lead_in or "").split()).rstrip(":").strip()
    if not lead:
        return _opened(text)
    lead = sentences.split(lead)[-1]
    stripped = _opened(lead)
    if not stripped or re.search(r"\b(?:following|as follows|include|includes|including|below)$",
                                 stripped, re.IGNORECASE):
        return _opened(text)
    if re.match(r"(?:it|they|the (?:force|service|constabulary|council))\b", text, re.IGNORECASE):
        return _opened(text)
    body = text
    if body[0].isupper() and len(body) > 1 and body[1].islower() and _VERB_FIRST.match(body):
        body = body[0].lower() + body[1:]
    return f"{stripped} {body}"


def _opened(text: str) -> str:
    """A sentence without an opening that only links it to the one before; the inspectors' "we"
    becomes "inspectors", since the reader did not write the report."""
    bare = _OPENERS.sub("", text, count=1)
    if not re.search(r",? and that\b", bare):
        bare = _FOUND.sub("", bare, count=1)
    bare = re.sub(r"^We\b", "Inspectors", bare[:1].upper() + bare[1:])
    bare = re.sub(r"\bwe(?=\s+[a-z])", "inspectors", bare)
    return re.sub(r"\b([Oo])ur (?=(?:\d{4} |last |previous |earlier )?inspection)",
                  lambda m: "The " if m[1] == "O" else "the ", bare) or text


def _resolved(sentence: str, finding: Finding) -> str:
    who = subject(finding)
    if who == "it":
        return sentence
    name = who[0].upper() + who[1:]
    if _PRONOUN.match(sentence):
        return _PRONOUN.sub(name, sentence, count=1)
    return _ITS.sub(f"{name}’s", sentence, count=1)


def _sentence(text: str) -> str:
    """Capital first letter and a full stop at the end."""
    text = text.strip().rstrip(";,:")
    if not text:
        return text
    text = text[0].upper() + text[1:]
    quoted_end = text[-1] in "”’\"" and text[-2:-1] in ".!?"
    return text if text[-1] in ".!?" or quoted_end else f"{text}."


def place(finding: Finding) -> str:
    """Where a finding stands, in a few words: its topic's label or its last heading."""
    from corpus.names import topics
    from index.filter import topics_of

    keys = topics_of(finding)
    for topic in topics():
        if topic.key in keys:
            return topic.label
    return finding.section[-1].rstrip("?") if finding.section else ""
