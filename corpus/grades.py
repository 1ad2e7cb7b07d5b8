"""Grades in the forms that reports print them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.headings import FURNITURE, PILLARS
from corpus.model import Grade
from corpus.names import forces_in, topic_of

_WORDS = (r"outstanding|good|adequate|requir(?:es?|ed|ing) improvement|inadequate"
          r"|not (?:yet )?(?:been )?(?:graded|judged)|to be (?:graded|confirmed)|ungraded")
_QUOTED = rf"[‘'“\"]?\b(?P<grade>{_WORDS})\b[’'”\"]?"
_LINE = re.compile(rf"(?:(?:overall |our )?(?:grade|graded|judge?ment|rating|rated)(?: as)?"
                   rf"\s*[:\-–]?\s*)?{_QUOTED}\.?$", re.IGNORECASE)
_ROW = re.compile(rf"(?P<what>[^:|\t]{{3,90}}?)\s*(?::|\||\t|\s[–—-]\s)\s*{_QUOTED}\.?$",
                  re.IGNORECASE)
_FIELD = re.compile(r"(?:[^:;]{1,60}: )?(?P<cell>[^:;]{1,120})")
_NAME = r"(?-i:[A-Z])[\w’'&.-]{1,40}"
_BODY = (rf"(?:the (?:force|service|constabulary|inspectorate|school|council)|{_NAME}"
         rf"(?: (?:and|of|&|the|{_NAME})){{0,6}}? (?:Police(?: Service)?|Constabulary"
         r"|Fire (?:and|&) Rescue Service|FRS|Fire Authority|Force|Service))")
_AFTER = r"(?=\s+(?:at|in|for|overall|with regard|with respect|and)\b|\s*[.;,]|\s*$)"
_EXTENT = re.compile(rf"(?:overall, )?the extent to which\b.*(?:\b|:\s*){_QUOTED}"
                     r"(?=\s*(?:[.;,]|$))", re.IGNORECASE)
_DIRECT = re.compile(
    rf"(?P<formal>(?:in general|overall|in our judge?ment|we judge that|we found that),? )?"
    rf"(?P<body>{_BODY})(?:[’']s? [\w ]{{1,60}}?)?(?:,[^,]{{1,80}},)?\s+"
    rf"(?:(?:is|was|has been|remains)(?: (?:now|still|currently|overall))?"
    rf"(?: judged| graded| rated| assessed)?(?: to be| as)?:?\s*)?{_QUOTED}{_AFTER}"
    rf"(?P<what>.*)", re.IGNORECASE)
_INSPECTED = (r"force|service|constabulary|police|effectiveness|efficiency|legitimacy|question"
              r"|area")
_WE_JUDGE = re.compile(
    rf"\b(?:we|HMIC\w*|the inspectorate)\b[^.]{{0,40}}?\b(?:judge|grade|rate|assess)\w*\b"
    rf"[^.]{{0,120}}?\b(?:{_INSPECTED}|it)\b[^.]{{0,160}}?{_QUOTED}{_AFTER}", re.IGNORECASE)
_IS_JUDGED = re.compile(
    rf"(?:\b(?:{_INSPECTED})\b[^.,;]{{0,80}}?\b(?:is|are|was|were|has been|been) (?:\w+ )?"
    rf"(?:judged|graded|rated|assessed)(?: overall)?(?: to be| as)?"
    rf"|\b(?:our|the|its) (?:\w+ )?(?:judge?ment|grade)\b[^.,;]{{0,80}}?"
    rf"\b(?:is|was|of|remains|as)(?: now| still)?:?) {_QUOTED}{_AFTER}", re.IGNORECASE)
_UNGRADED = re.compile(
    r"\b(?:we|HMIC\w*|the inspectorate)\b (?:have |has |did |do |does )?(?:not"
    r"|don[’']t|didn[’']t|haven[’']t) (?:yet )?(?:\w+ ){0,4}?(?:graded?|a judge?ment"
    r"|graded judge?ment)\b(?P<what>.*)", re.IGNORECASE)
_SPEAKS_OF_JUDGING = re.compile(r"\b(?:judg\w+|graded?|rated?|assessed as)\b", re.IGNORECASE)
_OURS = re.compile(r"\b(?:(?:the|this) (?:force|constabulary|service|police)|our|its|it)\b",
                   re.IGNORECASE)
_SAYS = re.compile(r"\b(?:is|are|was|were|been|be|as)$", re.IGNORECASE)
_ASKS = re.compile(r"(?:how|what|why|if|when|whether|although|where)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!since )(?<!from )(?<!than )\bin(?: our| the)? (?P<year>(?:19|20)\d\d)\b|"
                   r"(?<!since our )(?<!since the )(?<!from our )(?<!than in our )"
                   r"\b(?P<year2>(?:19|20)\d\d)(?:/\d\d)? (?:inspection|judge?ment|report)\b",
                   re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:previous\w*|earlier|last (?:inspection|report|time)|at that time"
                     r"|former\w*|used to)\b", re.IGNORECASE)
_COMMON = frozenset({
    "force", "police", "constabulary", "service", "effective", "effectively", "effectiveness",
    "efficient", "efficiently", "good", "well", "does", "with", "their", "that", "this", "from",
    "people", "improvement", "which", "what", "have", "extent", "requires", "outstanding",
    "adequate", "inadequate", "public", "fire", "rescue"})
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Judged:
    """A grade as a sentence states it, and the year of the earlier inspection that made it."""

    grade: Grade
    as_of: int | None = None


def parse(words: str) -> Grade:
    """The grade that these words name. Raises ``ValueError`` for any other words."""
    text = " ".join(words.lower().split())
    if text.startswith("requir"):
        return Grade.REQUIRES_IMPROVEMENT
    if text.startswith(("not ", "to be", "ungraded")):
        return Grade.NOT_GRADED
    return Grade(text)


def of_line(line: str) -> Grade | None:
    """The grade of a line that is nothing else: "Good", "Graded: requires improvement"."""
    if len(line) > 80:
        return None
    match = _LINE.match(" ".join(line.split()))
    return parse(match["grade"]) if match else None


def of_row(line: str) -> tuple[str, Grade] | None:
    """What a line of a grade list is about, and its grade: "Preventing crime: Good", or with
    the heads of its table, "Area: Preventing crime; Grade: Good"."""
    if len(line) > 240:
        return None
    if headed := _of_headed_row(line):
        return headed
    match = _ROW.match(line) if len(line) <= 160 else None
    if match is None or of_line(line) or _SAYS.search(match["what"]):
        return None
    return " ".join(match["what"].split()), parse(match["grade"])


def _of_headed_row(line: str) -> tuple[str, Grade] | None:
    parts = line.split("; ")
    fields = [_FIELD.fullmatch(part) for part in parts]
    if len(fields) < 2 or None in fields or ": " not in parts[-1]:
        return None
    cells = [field["cell"].strip() for field in fields if field is not None]
    found = [_LINE.match(cell) for cell in cells]
    what = next((cell for cell in cells if any(map(str.isalpha, cell))), "")
    match = found[-1]
    if match is None or any(found[:-1]) or len(what) < 3:
        return None
    return " ".join(what.split()), parse(match["grade"])


def of_sentence(sentence: str, body: str | None, opening: bool, year: int | None,
                heading: str | None = "") -> Judged | None:
    """The judgment that a sentence states, or None.

    ``body`` is the inspected body's name where known, ``year`` the report's own, ``opening``
    whether the sentence opens a section. "The force is good at listening" is a judgment only
    there and only where it is about what ``heading`` names (None: anything), otherwise praise,
    unless it speaks of judging. What an earlier inspection found has its year in ``as_of``, and
    is no judgment where the year is not said. The grade of another force is no judgment either.
    """
    text = " ".join(sentence.split())
    if len(text) > _LONGEST or _ASKS.match(text):
        return None
    if ungraded := _UNGRADED.search(text):
        named = re.match(r"\s*(?:on |for |of |in )?(?:this|it)\b", ungraded["what"])
        about = heading is not None and (named or _alike(ungraded["what"], heading))
        return Judged(Grade.NOT_GRADED) if about and not FURNITURE.match(heading or "") else None
    match = _EXTENT.match(text) or _direct(text, body, opening, heading)
    if match is None and _SPEAKS_OF_JUDGING.search(text):
        match = _WE_JUDGE.search(text) or _IS_JUDGED.search(text)
    if match is None or _of_another(text[:match.start("grade")], body):
        return None
    if not _SPEAKS_OF_JUDGING.search(text):
        return Judged(parse(match["grade"]))
    dated = _YEAR.search(text)
    stated = int(dated["year"] or dated["year2"]) if dated else None
    if stated is None and year and re.search(r"\blast year\b", text, re.IGNORECASE):
        stated = year - 1
    if stated is None and _BEFORE.search(text):
        return None
    return Judged(parse(match["grade"]), stated if stated != year else None)


def speaks_of_judging(text: str) -> bool:
    """Whether a text says that something was judged, graded or rated."""
    return bool(_SPEAKS_OF_JUDGING.search(text))


def _of_another(before: str, body: str | None) -> bool:
    """Whether what is graded is another force: the words before the grade name one, not ours, and
    do not come back to "the force" after it."""
    named = forces_in(before) if body is not None else []
    if not named or any(force.official == body for force in named):
        return False
    end = max(match.end() for force in named for match in force.pattern.finditer(before))
    return not _OURS.search(before, end)


def _direct(text: str, body: str | None, opening: bool,
            heading: str | None) -> re.Match[str] | None:
    match = _DIRECT.match(text)
    if match is None:
        return None
    named = not match["body"].lower().startswith("the ")
    ours = body is not None and match["body"].lower().startswith(body.lower()[:12])
    formal = (match["formal"] or "").lower().startswith(("in general", "in our", "we judge"))
    if formal or (ours and _SPEAKS_OF_JUDGING.search(text)):
        return match
    if not opening:
        return None
    what = match["what"].strip(" .;,")
    if named and body is not None and not ours:
        return None
    about = heading is None or (named and (not what or PILLARS.match(heading))) \
        or _alike(text[match.start("body"):], heading)
    return match if about else None


def _alike(text: str, heading: str | None) -> bool:
    """Whether two texts are about the same: a word stem in common, or the same topic."""
    if not heading:
        return False
    if _stems(text) & _stems(heading):
        return True
    topic = topic_of(heading)
    return topic is not None and topic is topic_of(text)


def _stems(text: str) -> set[str]:
    words = re.findall(r"[a-z]{4,40}", text[:_LONGEST].lower())
    return {word[:5] for word in words if word not in _COMMON}
