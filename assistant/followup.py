"""Follow-ups: a question that leans on the conversation, made to stand alone from its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant import cues
from assistant.aboutness import about, bare, owner, tidied, without_owners
from assistant.facets import Facets, facets
from corpus.model import FindingKind
from corpus.names import forces_in
from index.words import terms

_THINGS = re.compile(r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?! (?:is|are|was"
                     r"|were)\b)|\b(?:this|that|these|those|one|ones|same|such|the (?:former|latter"
                     r"|first|second|third|last))\b", re.IGNORECASE)
_BODY = re.compile(r"\b(?:it|its|they|their|them)\b", re.IGNORECASE)
_LEANING = re.compile(
    r"^\W*(?:and|but|so|or|also|then|what about|how about|what else|anything else|why not|why\W*$"
    r"|how so|how many\W*$|just|only|more|go on|tell me more|in what way|which of|what next"
    r"|how (?:many|much) (?:are|were|is|was) (?:left|there (?:now|then|left))\b"
    r"|where (?:did|does|do|is|was|are|were) (?:that|it|this|they) (?:stand|now|end up)\b"
    r"|since when|by whom|for example|such as|what should (?:it|they|be)\b|what (?:can|must|did|do"
    r"|does|will|is being|are|was|were) (?:it|they|be)\b)", re.IGNORECASE)
_SWAP = re.compile(r"^\W*(?:(?:and|but|or|so|then)\b\W*)?(?:(?:what|how) about|and|for|on|with|at"
                   r"|in|about)\s+(?:(?:for|on|with|at|in|about)\s+)?(?P<what>.+?)\W*$",
                   re.IGNORECASE)
_AMONG = re.compile(
    r"^\W*(?:and |so )?(?:which|how many|any|are any|is any|do any|does any|show me|list)"
    r"(?: one| ones)?(?: of)? (?:these|those|them|the (?:above|list|ones))\s*"
    r"(?:which |that )?(?:are|is|were|was|mention|mentions|concern|concerns|have|has|relate"
    r"|relates|deal|deals|talk|talks|cover|covers|involve|involves)?\s*(?:about|to|with|on|for"
    r"|of|concern(?:ing)?)?\s*(?P<what>.*?)\W*$"
    r"|^\W*(?:and |but )?(?:just|only)\s+(?:show |list )?(?:me )?(?:the )?(?:ones?|those|these)\s+"
    r"(?:which |that )?(?:are |is |were )?(?:about|on|for|with|concerning|mentioning|from|to do "
    r"with|related to|in)\s+(?P<only>.+?)\W*$", re.IGNORECASE)
_ONLY = re.compile(
    r"^\W*(?:(?:just|only|and|what about|but|show me|give me)\s+)+(?:just |only )?(?:the |its "
    r"|their |any )?(?P<what>problems?|weakness(?:es)?|strengths?|positives?|negatives?|good "
    r"(?:things|points|news|bits)|bad (?:things|points|news|bits)|issues|concerns|recommendations?"
    r"|recs|areas? for improvement|afis?|causes? (?:of|for) concern|innovative practices?)\W*"
    r"(?:please\W*)?$", re.IGNORECASE)
_REQUESTED = re.compile(
    r"^\W*(?:and |so |but )?(?:what|which|any|are there any|were there any|is there any|did (?:they"
    r"|inspectors)|do they)\b.{0,40}\b(?:recommend\w*|should (?:it|they|the \w+) (?:do|change|fix"
    r"|improve)|(?:should|must|needs?|has|have) (?:to )?(?:be )?(?:done|do|fixed|change[d]?)|to do"
    r"|asked (?:it|them|the \w+)|areas? for improvement|afis?)\b(?P<rest>.*)$", re.IGNORECASE)
_ASKS = re.compile(r"(?:why|how|what|when|where|who|which|is|are|was|were|does|do|did|has|have|can"
                   r"|could|will|should)\b", re.IGNORECASE)
_ABOUT_IT = re.compile(r"\b(?:about|on|with|of|to|for) (?:it|them|that|this)\b", re.IGNORECASE)
_MENDED = re.compile(r"\b(?:sort|fix|resolv|solv|address|mend|clear|tackl|put|rectif)\w* (?:it"
                     r"|them)\b",
                     re.IGNORECASE)
_NARROWED = re.compile(r"^(?P<whole>.+): only those about (?P<part>[^:]+?)\W*$")
_FROM = re.compile(r"\s*\(from number (\d[\d,]*)\)\??", re.IGNORECASE)
# More than this of a list at once helps nobody and would take longer than an answer may.
PAGE = 150
_NEXT = re.compile(r"^\W*(?:and |show |give )?(?:me )?(?:the )?(?:next(?: page| ones| \d+)?|rest"
                   r"|others|remaining ones)\W*(?:please\W*)?$", re.IGNORECASE)
_LINKS = re.compile(r"^\W*(?:and|but|so|or|also|then)\b[\s,]*", re.IGNORECASE)
_NOT_OF_A_KIND = re.compile(r"(?:problem|issue|concern|bad|negative)s?\b", re.IGNORECASE)
_PREPOSITION = r"(?:on|about|for|with|at|of|to|in|mention\w*|regarding|concerning|against)"
_YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?\b")
_LOOKED_BACK = 4
_MARK = re.compile(r"\s*\[\d+\]|^(?:yes|no)[:,] ", re.IGNORECASE)
_FIRST_WORDS = 16
_NEWEST = frozenset(terms("the latest newest most recent last one ones"))
_RELATIVE = re.compile(r"\bthe (?:(?:year|inspection|report) (?:before|after)|(?:next|previous"
                       r"|later|following|latest) (?:year|inspection|report))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standing:
    """A question that can be answered alone. ``follows``: it leaned on earlier ones."""

    text: str
    follows: bool = False


def paged(text: str) -> tuple[str, int]:
    """A question without "(from number 501)", and how many findings come before that number: the
    form in which the next page of a long list is asked for."""
    match = _FROM.search(text)
    if match is None:
        return text, 0
    return bare(_FROM.sub("", text)) + "?", max(0, int(match[1].replace(",", "")) - 1)


def from_number(text: str, number: int) -> str:
    """A question for a list, from a number on."""
    return f"{bare(paged(text)[0])} (from number {number})?"


def narrowed(text: str) -> tuple[str, str] | None:
    """The question and the condition of "QUESTION: only those about CONDITION?", the form in
    which a follow-up that filters an earlier answer stands alone; None for any other."""
    match = _NARROWED.match(text)
    return (f"{match['whole']}?", match["part"]) if match else None


def standalone(text: str, history: Sequence[tuple[str, str]]) -> Standing:
    """The question in a form that can be answered alone.

    Each earlier follow-up is first made to stand alone itself, so that a subject is carried
    through "why?", "and what about ...?" until a question brings a new one.
    """
    asked = [question for question, _ in history[-_LOOKED_BACK:] if question]
    if not text or not asked:
        return Standing(text)
    earlier = asked[0]
    for question in asked[1:]:
        earlier = _next(question, earlier).text
    if leans(text) and not facets(text).requests and not any(
            form.match(text) for form in (_AMONG, _NEXT, _ONLY, _REQUESTED)):
        earlier = _with_subject(earlier, history[-1][1])
    return _next(text, earlier)


def _with_subject(earlier: str, answer: str) -> str:
    """An earlier question that names no subject ("what was the cause of concern?"), with that of
    its answer's first sentence."""
    first = next(iter(answer.strip().split("\n")), "")
    if about(earlier) or not first or first.endswith(":") or facets(earlier).grades \
            or FindingKind.RECOMMENDATION in facets(earlier).kinds:
        return earlier
    said = " ".join(without_owners(_MARK.sub("", first)).split()[:_FIRST_WORDS])
    return f"{bare(earlier)} (about {bare(said)})?" if len(terms(said)) > 1 else earlier


def _next(text: str, earlier: str) -> Standing:
    """A question as it stands after another: joined to it where it leans on it, with the body
    that it was about where it only says "it" or "they"."""
    if leans(text):
        return _step(text, earlier)
    told = facets(text)
    whose = owner(facets(earlier))
    if whose and _BODY.search(text) and not told.forces and not told.years:
        return Standing(f"{bare(text)}{whose}?", True)
    return Standing(text)


def leans(text: str) -> bool:
    """Whether a question can't be understood without the one before."""
    told = facets(text)
    own = [term for term in terms(text) if not term.isdigit()]
    if _AMONG.match(text) or _ONLY.match(text) or _NEXT.match(text):
        return True
    if _LEANING.match(text):
        return len(own) <= 7
    if told.topics:
        return False
    if told.requests and not about(text):
        return True
    if not own or (_LINKS.match(text) and len(own) <= 4):
        return True
    if _THINGS.search(text) or _ABOUT_IT.search(text) or _MENDED.search(text):
        return len(own) <= 5
    # "it" and "they" are the inspected force wherever the question has a subject of its own.
    return bool(_BODY.search(text)) and not told.kinds and not told.grades and len(own) <= 1


def _step(text: str, earlier: str) -> Standing:
    """One follow-up joined to the stand-alone question before it."""
    told, before = facets(text), facets(earlier)
    if _NEXT.match(text) and before.kinds:
        return Standing(from_number(earlier, paged(earlier)[1] + PAGE + 1), True)
    if among := _AMONG.match(text):
        rest = among["what"] or among["only"]
        return Standing(f"{bare(earlier)}: only those about {rest}?" if rest else earlier, True)
    subject = about(earlier)
    whose = owner(told, before)
    if told.forces and before.years and not told.years and _RELATIVE.search(text):
        return Standing(_relative(text, told, earlier, before), True)
    if only := _ONLY.match(text):
        return Standing(_only(only["what"], subject, whose, earlier), True)
    newest = cues.latest(text) and set(terms(about(text))) <= _NEWEST
    if (told.requests or _REQUESTED.match(text)) and (newest or not about(text)):
        when = ", in the latest report" if newest else ""
        if subject:
            return Standing(f"What did inspectors recommend on {subject}{whose}{when}?", True)
        if FindingKind.CAUSE_OF_CONCERN in before.kinds:
            return Standing(f"What recommendations are there{whose}{when}?", True)
    if (told.years or told.forces) and not terms(without_owners(text)):
        return Standing(_handed(earlier, told), True)
    swap = _SWAP.match(text)
    if swap and not told.kinds and len(terms(swap["what"])) <= 5 and not (
            _THINGS.search(swap["what"]) or _ASKS.match(swap["what"])):
        return Standing(_swapped(swap["what"], told, earlier, before), True)
    if told.forces:
        subject = without_owners(subject)
    said = bare(_LINKS.sub("", text))
    said = f"{said[:1].upper()}{said[1:]}"
    if subject:
        return Standing(f"{said} (about {subject}{whose})?", True)
    return Standing(f"{said}{whose}?" if whose else text, True)


def _relative(text: str, told: Facets, earlier: str, before: Facets) -> str:
    """"And Kent, the year before?": the earlier question of that body, its year counted from."""
    match = _RELATIVE.search(text)
    handed = bare(_handed(earlier, replace(told, years=before.years)))
    return f"{handed}, {match.group()}?" if match else f"{handed}?"


def _only(what: str, subject: str, whose: str, earlier: str) -> str:
    """"Just the problems": the earlier subject, of one kind or polarity."""
    link = "with" if _NOT_OF_A_KIND.match(what) else "on"
    what = f"{what[0].upper()}{what[1:]}"
    if not subject:
        return f"{what}{whose}?" if whose else f"{what} ({bare(earlier)})?"
    return f"{what} {link} {subject}{whose}?"


def _swapped(what: str, told: Facets, earlier: str, before: Facets) -> str:
    """"And for sex offenders?" keeps what was asked and takes the new subject, body or year."""
    new_owner = bool(told.forces or told.years)
    if new_owner:
        earlier = _handed(earlier, told)
        what = without_owners(what)
        if not terms(what):
            return earlier
    subject = about(earlier)
    place = re.search(rf"\b{_PREPOSITION}\s+(?:the |its |their )?{re.escape(subject)}", earlier,
                      re.IGNORECASE) if subject else None
    if place and (before.kinds or before.grades or before.topics or before.polarity
                  or before.parts or len(before.forces) > 1):
        head = earlier[:place.end() - len(subject)]
        return tidied(f"{head}{what}{earlier[place.end():]}")
    if before.topics and subject and subject.lower() in earlier.lower():
        start = earlier.lower().index(subject.lower())
        return tidied(f"{earlier[:start]}{what}{earlier[start + len(subject):]}")
    if before.kinds or before.grades:
        return tidied(f"{bare(earlier)} on {what}")
    return f"What do the reports say about {what}{owner(facets(earlier))}?"


def _handed(earlier: str, told: Facets) -> str:
    """An earlier question asked of another body or year: in the place of the one it named, or
    at its end. A new body takes no year along, since its reports have years of their own."""
    text = earlier
    if told.forces:
        text = without_owners(text, forces=False)
        named = forces_in(text)
        if named:
            text = named[0].pattern.sub(told.forces[0], text, count=1)
        else:
            text = f"{bare(text)}, {told.forces[0]}?"
    if told.years:
        year = str(told.years[0])
        swapped, count = _YEAR.subn(year, text, count=1)
        text = swapped if count else f"{bare(text)}, {year}?"
    return tidied(text)
