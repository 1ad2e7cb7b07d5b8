"""Facets of a question: kinds, forces, years, topics, polarity, and what sort of thing it asks
for. All from its words, without a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant import cues
from corpus.model import FindingKind, Grade, Polarity
from corpus.names import forces_in, topics

_KINDS: tuple[tuple[FindingKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for kind, pattern in (
        (FindingKind.AREA_FOR_IMPROVEMENT, r"areas? (?:for|of|needing|that needs?) improvement"
                                           r"s?|afis?|improvement areas?"),
        (FindingKind.CAUSE_OF_CONCERN, r"causes? (?:of|for) concern"),
        (FindingKind.RECOMMENDATION, r"recommendations?|recs"),
        (FindingKind.INNOVATIVE_PRACTICE, r"(?:innovative|promising|notable)"
                                             r"(?: (?:and|or) (?:innovative|promising|notable))?"
                                             r" practices?"),
        (FindingKind.STRENGTH, r"strengths?"),
        (FindingKind.WEAKNESS, r"weakness(?:es)?"),
        (FindingKind.JUDGMENT, r"judge?ments?|gradings?"),
    ))
_WHO = r"(?:it|they|them|(?:the )?\w+(?: \w+){0,2}?)"
_MEND = (r"(?:do better|improve|change|fix|put right|get right|sort out|address|tackle|mend"
         r"|work on|get better(?: at)?)")
# "What did they recommend" asks for whatever inspectors called for, in either kind of box.
_RECOMMENDED = re.compile(r"\bwhat (?:exactly |else |precisely )?(?:must|should) "
                          r"(?:it|they|the \w+|[A-Z]\w+(?: \w+)?) do\b"
                          rf"|\b(?:what|which|everything|all|anything)(?: else| exactly)?"
                          rf"(?: \w+)? (?:(?:that )?{_WHO} )?(?:must|should|(?:needs?|has|have|is"
                          rf"|are|was|were) (?:still )?to)(?: {_WHO})? {_MEND}\b"
                          rf"|\binspectors? (?:want(?:ed)?|expect(?:ed)?|require[ds]?) {_WHO} to\b"
                          r"|\b(?:being|been|be) (?:asked|told|required|expected) to\b"
                          r"|\bwhat (?:does|did|do|will) (?:it|they|the \w+|[A-Z]\w+(?: \w+)?) "
                          r"(?:have|need) to (?:do|change|fix|improve|put right)\b"
                          r"|\b(?:was|were|been) (?:[A-Z]\w+ )?told to\b"
                          r"|\b(?:is|are|was|were) [A-Z][\w ]{2,30} told to\b"
                          r"|\b(?:recommend(?:s|ed|ing)?|ask(?:ed|ing)? (?:the force|the service|it"
                          r"|them|for)\b(?! help)|call(?:ed|ing)? for)\b", re.IGNORECASE)
# The recommendations of a cause of concern are asked for, not the concern.
_OF_A_CONCERN = re.compile(r"\brec(?:ommendation)?s?\b(?!\s*(?:,|and\b|or\b|&)).{0,60}"
                           r"\bcauses? of concern\b|\bcauses? of concern\b.{0,60}"
                           r"\brecommendations?\b.{0,25}\b(?:with|under|from|for|to|by) "
                           r"(?:it|them)\b", re.IGNORECASE)
# What of such a question is no subject: "told to improve", "must put right".
_MENDING = re.compile(rf"\b(?:being |been )?(?:told|asked|expected|required|want(?:s|ed)?"
                      rf"|needs?|ha(?:s|ve|d)|must|should) (?:to )?(?:do|{_MEND})"
                      r"(?=\s+(?:about|on|in|for|at|with|around|regarding|under|by|within)\b"
                      rf"|\W*$|,)|\b{_MEND}(?=\s+(?:about|on|in|for|at|with|around|regarding"
                      r"|under|by|within)\b|\W*$|,)", re.IGNORECASE)
_NOT_THESE = re.compile(r"\b(?:not|except(?: for)?|excluding|other than|rather than|apart from)"
                        r"\b (?:the )?(?:areas? for improvement|afis?|causes? of concern"
                        r"|recommendations?|strengths?|weakness(?:es)?|judge?ments?)",
                        re.IGNORECASE)
_DEADLINE = re.compile(r"\b(?:within|in) (?:the )?(?:next )?((?:\d+|one|two|three|four|five|six"
                       r"|nine|twelve|eighteen) (?:days?|weeks?|months?|years?))\b",
                       re.IGNORECASE)
_COUNTED = dict(zip("1 2 3 4 5 6 9 12 18".split(),
                    "one two three four five six nine twelve eighteen".split(), strict=True))
_BY_MONTH = re.compile(
    r"\b(?:by|before|until) (?:the )?(?:(?:end|start|beginning|middle) of )?"
    r"(?:\d{1,2}(?:st|nd|rd|th)? )?((?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december) (?:19|20)\d\d)\b", re.IGNORECASE)
_REQUESTS = (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.RECOMMENDATION)
# "Negative findings", "good points": statements of any kind, told by their polarity alone.
_STATEMENTS = re.compile(r"\b(?:positive|negative|good|bad|critical|favourable|unfavourable"
                         r"|adverse) (?:findings|points|statements|comments|remarks|things"
                         r"|feedback)\b"
                         r"|\b(?:criticisms?|positives|negatives|shortcomings)\b"
                         r"|\bwhat (?:the )?inspectors? (?:liked|praised|criticised|disliked"
                         r"|were (?:pleased|impressed|unhappy|concerned|worried))\b", re.IGNORECASE)
_GRADES = ((Grade.OUTSTANDING, r"outstanding"),
           (Grade.REQUIRES_IMPROVEMENT, r"requir(?:es?|ed|ing) improvement"),
           (Grade.INADEQUATE, r"inadequate"), (Grade.ADEQUATE, r"adequate"),
           (Grade.GOOD, r"good"), (Grade.NOT_GRADED, r"not (?:yet )?graded|ungraded|no grades?"
            r"|without (?:a )?grades?"))
_PRAISE = re.compile(
    r"\b(?:going well|go(?:es)? well|went well|do(?:ing|es|ne)? (?:\w+ )?well|strengths?|positives?"
    r"|praised?|good (?:things|news|points|at)|what (?:is|are|was) .{0,40}good\b"
    r"|(?:get(?:s|ting)?|got) (?:\w+ )?right\b|bright spots?|high points?|healthy"
    r"|commend(?:s|ed|ing|able)?|excel(?:s|led|ling)?|successes|works? well|liked"
    r"|pats? on the back|compliments?|plaudits|kudos|good (?:bits|stuff)|impress(?:ed|es|ive)"
    r"|pleased"
    r"|best at|got better|better at"
    r"|proud of|improved)\b", re.IGNORECASE)
_BLAME = re.compile(
    r"\b(?:problems?|weakness(?:es)?|going wrong|went wrong|goes wrong|do(?:ing|es)? badly|bad at"
    r"|poor(?:ly)?|fail(?:s|ing|ed|ings?|ures?)?|concerns?|concerned|issues?|worr(?:y|ies|ied|ying)"
    r"|negatives?|disliked|unhappy|criticis\w+|shortcomings?|struggl\w+|not (?:doing )?well|worst"
    r"|wrong with|need(?:s|ing)? to improve|not good enough|f[ae]ll(?:s|ing|en)? (?:short|down)"
    r"|bad news|bad (?:bits|stuff)|to (?:sort out|fix|put right|mend)|low points?|deficien\w+"
    r"|lets? (?:\w+ ){1,3}down|unhealthy|weak)\b", re.IGNORECASE)
_NOT_THOSE = re.compile(r"\b(?:not|never mind|without|leave out|skip|no)(?: (?:the|any))? "
                        r"(?:compliments?|praise|positives?|negatives?|criticisms?|strengths?"
                        r"|weakness(?:es)?|problems?|good|bad)\b(?: (?:bits|points|things|news))?",
                        re.IGNORECASE)
_MENTAL_HEALTH = re.compile(r"\bmental health (?:problems?|issues?)\b", re.IGNORECASE)
_PILLARS = re.compile(r"\b(effectiveness|efficien(?:cy|t)|legitima(?:cy|te)|leadership)\b",
                      re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s?[/–-]\s?(?:20)?(\d\d))?(?!\d)")


_SHORT = re.compile(r"(?<![\d/])(\d\d)/(\d\d)(?![\d/])")


class Sought(StrEnum):
    """The sort of thing that an answer has to hold."""

    PERSON = "person"
    NAME = "name"
    COUNT = "count"
    DURATION = "duration"
    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    DATE = "date"
    PLACE = "place"
    ANYTHING = "anything"


_THE = r"\bwhat(?:['’]s| is| was| are| were) (?:the|its|their|a) (?:[\w’'-]+ ){0,4}?"
_SOUGHT: tuple[tuple[Sought, re.Pattern[str]], ...] = tuple(
    (sought, re.compile(pattern, re.IGNORECASE)) for sought, pattern in (
        (Sought.SHARE, r"\b(?:what|which) (?:percentage|proportion|share|fraction|per ?cent)\b"
                       rf"|\bhow many per ?cent\b|{_THE}(?:percentage|proportion)\b"),
        (Sought.MONEY, r"\bhow (?:big|large|much) (?:is|was|are|were) .*\b(?:grant|budget"
                       r"|fund(?:ing)?|cost|bill|savings?|investment|spend(?:ing)?)\b"
                       r"|\bhow much (?:money|funding)\b|\bhow much (?:does|did|do|is|was|were|has"
                       r"|have|will) .*\b(?:costs?|spen[dt]|paid|pay|worth|earn)\b|\bwhat (?:does"
                       rf"|did) .*\bcost\b|\bwhat (?:did|does|do|has|have) .{{1,40}}\b(?:pay"
                       rf"|paid|spend|spent|charge) (?:for|on)\b"
                       rf"|{_THE}(?:budget|costs?|salary|funding|price"
                       r"|expenditure)\b|\bsize of (?:the|its|their) (?:grant|budget|fund\w*"
                       r"|saving\w*|bill)\b"
                       r"|\bin (?:£|pounds)(?!\w)"),
        (Sought.COUNT, r"\bhow many\b"),
        (Sought.DURATION, r"\bhow (?:long|old)\b|\bhow much (?:time|longer)\b"
                          rf"|{_THE}(?:response|waiting) times?\b"),
        (Sought.NUMBER, r"\b(?:exact|precise) .{0,40}\b(?:rate|number|figure|percentage|total)\b|"
                        rf"\bhow (?:tall|far|big|large)\b|{_THE}(?:number|total|average|ratio"
                        r"|headcount|size)\b"),
        (Sought.NAME, r"\bnames? of\b|\bwhat(?:['’]s| is| was| are) .*\b(?:name|called)\b"
                      r"|^\W*who(?:['’]s| is| was| are| were)\s+(?:the|its|their|in charge|leading"
                      r"|running|heading|(?:\w+ ){0,2}?(?:chief|deputy|constable|commissioner"
                      r"|superintendent|head|leader|chair)\b)\b"
                      r"|\bwho (?:leads?|led|runs?|ran|heads?|headed|wrote"
                      r"|commands?|commanded|chairs?|chaired|appointed|signed|owns?)\b|\bwhich "
                      r"(?:private |outside )?(?:company|firm|contractor|supplier|person"
                      r"|inspector|minister|laborator(?:y|ies)|lab|university|consultancy)\b"),
        (Sought.DATE, r"^\W*(?:and )?when (?:did|does|do|will|would|was|were|is|are|has|have"
                     r"|had|can|could|should|must|exactly)\b|^\W*(?:since )?when\W*$"
                     r"|\b(?:what|which) (?:date|year|month|day)\b|\bby when\b"
                      rf"|{_THE}deadline\b"),
        (Sought.PERSON, r"^\W*who(?:['’]s)?\b|\bwhose\b"),
        (Sought.PLACE, r"^\W*where(?:['’]s| is| are| was| were)\b|\baddress of\b"
                       r"|\bwhich (?:town|city|station|building)\b"),
    ))
# Sorts of things that an answer either holds or is no answer.
STRICT = frozenset({Sought.SHARE, Sought.MONEY, Sought.COUNT, Sought.DURATION, Sought.NUMBER,
                    Sought.NAME, Sought.DATE})


@dataclass(frozen=True, slots=True)
class Facets:
    """What a question names. Empty tuples and None: it doesn't say.

    ``trend``: it asks how something changed; ``compares``: it sets things side by side;
    ``deadline``: "three months" of "within three months"; ``latest``: it wants the newest report;
    ``onwards`` is a year from which on it asks.
    ``topics`` are named as a whole, ``parts`` by something narrower within them ("stop and
    search"). ``requests``: it asks what inspectors called for. ``statements``: it asks for
    findings by polarity alone.
    """

    kinds: tuple[FindingKind, ...] = ()
    forces: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    topics: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    polarity: Polarity | None = None
    pillars: tuple[str, ...] = ()
    sought: Sought = Sought.ANYTHING
    requests: bool = False
    statements: bool = False
    trend: bool = False
    compares: bool = False
    latest: bool = False
    onwards: int | None = None
    deadline: str = ""

    @property
    def pillar(self) -> str | None:
        """The pillar that a question names, the first where there are several."""
        return self.pillars[0] if self.pillars else None


def facets(text: str) -> Facets:
    """The facets of a question."""
    said = _NOT_THESE.sub(" ", text)
    kinds = tuple(kind for kind, pattern in _KINDS if pattern.search(said))
    if _OF_A_CONCERN.search(text):
        kinds = tuple(kind for kind in kinds if kind is not FindingKind.CAUSE_OF_CONCERN)
    asked = bool(_RECOMMENDED.search(text))
    deadline = _DEADLINE.search(text) or _BY_MONTH.search(text)
    return Facets(
        kinds=tuple(dict.fromkeys((*kinds, *_REQUESTS))) if asked else kinds,
        forces=tuple(force.name for force in forces_in(text)),
        years=_years(_BY_MONTH.sub(" ", text)),
        topics=tuple(topic.key for topic in topics() if topic.asked.search(text)),
        parts=tuple(topic.key for topic in topics() if topic.parts.search(text)),
        trend=cues.trend(text), compares=cues.compares(text), latest=cues.latest(text),
        onwards=cues.onwards(text), deadline=_spelt(deadline[1].lower()) if deadline else "",
        requests=asked, statements=bool(_STATEMENTS.search(text)),
        grades=grades(text), polarity=polarity(text), pillars=pillars(text), sought=sought(text))


def _spelt(deadline: str) -> str:
    """A deadline as reports write it: "three months" for "3 months"."""
    number, _, unit = deadline.partition(" ")
    return f"{_COUNTED.get(number, number)} {unit}"


def _years(text: str) -> tuple[int, ...]:
    """The years that a text names, "18/19" as 2018."""
    found = [int(match[1]) for match in _YEAR.finditer(text)]
    found += [2000 + int(match[1]) for match in _SHORT.finditer(text)
              if int(match[2]) == int(match[1]) + 1]
    return tuple(dict.fromkeys(found))


def without_deadline(text: str) -> str:
    """A text without the time by which something has to be done."""
    return _BY_MONTH.sub(" ", _DEADLINE.sub(" ", text))


def without_mending(text: str) -> str:
    """A question for what inspectors called for without the words that only say so."""
    return _MENDING.sub(" ", text)


def grades(text: str) -> tuple[Grade, ...]:
    """The grades that a question names, "good" only where it is used as one."""
    found = [grade for grade, pattern in _GRADES if re.search(rf"\b{pattern}\b", text, re.I)]
    if Grade.GOOD in found and not re.search(
            r"\b(?:graded?|rated?|judged|marked|scored|is|are|be|was|were|as)\b.{0,60}\bgood\b"
            r"|\ban? [\"'‘“]?good[\"'’”]? (?:for|in|on|at|grade|rating|mark)\b", text, re.I):
        found.remove(Grade.GOOD)
    return tuple(found)


def polarity(text: str) -> Polarity | None:
    """Whether a question asks for the good or the bad only; None when it asks for neither or
    for both."""
    plain = _MENTAL_HEALTH.sub("mental health", text)
    plain = _NOT_THOSE.sub("", _KINDS[1][1].sub("", plain))
    praise, blame = bool(_PRAISE.search(plain)), bool(_BLAME.search(plain))
    if praise == blame:
        return None
    return Polarity.POSITIVE if praise else Polarity.NEGATIVE


def pillars(text: str) -> tuple[str, ...]:
    """The pillars that a question names, as reports head them."""
    headed = {"effec": "Effectiveness", "effic": "Efficiency", "legit": "Legitimacy",
              "leade": "Leadership"}
    return tuple(dict.fromkeys(headed[match[1].lower()[:5]] for match in _PILLARS.finditer(text)))


def sought(text: str) -> Sought:
    """What sort of thing the answer has to hold."""
    return next((kind for kind, pattern in _SOUGHT if pattern.search(text)), Sought.ANYTHING)
