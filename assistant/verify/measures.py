"""Numbers with what they count: "72 hours" is not "72 days", "22 of 60" is not "60 of 60"."""

from __future__ import annotations

import re
from functools import lru_cache

SPELLED = {word: str(i) for i, word in enumerate(
    ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
     "fifteen sixteen seventeen eighteen nineteen twenty").split())}
SPELLED |= {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
             "eighty": "80", "ninety": "90", "hundred": "100", "thousand": "1000",
             "million": "1000000", "half": "1/2", "third": "1/3", "thirds": "1/3",
             "quarter": "1/4", "quarters": "1/4", "dozen": "12", "twice": "x2", "double": "x2",
             "doubled": "x2", "triple": "x3", "tripled": "x3"}
_UNITS = ("second", "minute", "hour", "day", "week", "month", "year", "decade", "mile", "pound",
          "percent", "point", "million", "billion", "thousand")
_NUMBER = r"(?:\d+(?:[.,]\d+)*|" + "|".join(sorted(SPELLED, key=len, reverse=True)) + ")"
_MEASURE = re.compile(rf"(?P<pound>£)?\b(?P<n>{_NUMBER})(?:-| )?(?P<unit>%|per ?cent(?:age)?|"
                      rf"{'|'.join(_UNITS)})?s?\b|(?P<sign>\d+(?:\.\d+)?)\s?%", re.IGNORECASE)
_RATE = re.compile(r"\b(?:every|each|per)(?: single)? (?P<unit>hour|day|week|month|year)\b"
                   r"|\b(?P<adverb>hourly|daily|weekly|monthly|yearly|annual(?:ly)?)\b",
                   re.IGNORECASE)
_ANY = re.compile(rf"\b{_NUMBER}\b", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?(?:%|per ?cent)", re.IGNORECASE)
_ROUNDING = 0.05
# So many of the smaller make one of the bigger.
_SPANS = (("year", 12, "month"), ("week", 7, "day"), ("day", 24, "hour"), ("hour", 60, "minute"),
          ("year", 52, "week"))
_OF_ONE = {"year": {"12", "1"}, "week": {"7", "1"}, "day": {"24", "1"}, "hour": {"60", "1"},
           "month": {"1"}, "quarter": {"3", "4"}}
_OFTEN = tuple((re.compile(pattern, re.IGNORECASE), said) for pattern, said in (
    (r"\b(?:quarterly|every (?:three|3) months|(?:four|4) times a year)\b", {"3", "4"}),
    (r"\b(?:every (?:six|6) months|twice a year|six-monthly|half-yearly)\b", {"6", "x2", "2"}),
    (r"\b(?:twice|two (?:occasions|times)|doubled?|both|(?:a )?pair)\b", {"2", "x2"}),
    (r"\b(?:daily|every day|(?:seven|7) days a week|around the clock|24 hours a day)\b",
     {"7", "24"}),
    (r"\b(?:monthly|weekly|annual(?:ly)?)\b", {"1"})))
_ADVERBS = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month",
            "yearly": "year", "annual": "year", "annually": "year"}
_RATIO = re.compile(rf"\b({_NUMBER})(?: (?!per ?cent)\w+)? (?:out of|of|in)(?: the| its| all| these"
                    rf"| those)? (?!(?:19|20)\d\d\b|999\b|101\b)({_NUMBER})\b(?! calls)",
                    re.IGNORECASE)


def differing(text: str, known: str) -> str | None:
    """A problem when a number of the sentence is in the evidence with another unit, or in
    another proportion."""
    said, have = _measures(text), _measures(known)
    have |= {same for one in have for same in equal(*one)}
    counted = {number for number, _ in have}
    for number, unit in sorted(said - have):
        if number in counted or unit in {other for _, other in have}:
            return f"{number} {unit} is not in its evidence"
    for unit in sorted(_rates(text) - _rates(known)):
        return f"every {unit} is not in its evidence"
    return _ratio(text, known)


def _ratio(text: str, known: str) -> str | None:
    """A problem when the evidence has another part of the same whole and not this one, or has
    not both numbers: "22 of 60" may be told in two clauses, "22 of the 22" may not. "One in
    five" is some 20 percent."""
    have = _ratios(known)
    written = {_plain(match) for match in _ANY.findall(known)}
    for part, whole in sorted(_ratios(text) - have):
        if part.isdigit() and whole.isdigit() and int(whole) and \
                near_share(int(part) / int(whole), known):
            continue
        if part == whole or any(w == whole for _, w in have) or not {part, whole} <= written:
            return f"{part} of {whole} is not in its evidence"
    return None


def near_share(share: float, known: str) -> bool:
    """Whether the evidence gives a share, in percent or as so many of so many, that a writer
    would round to this one."""
    given = [float(m[1]) / 100 for m in _PERCENT.finditer(known)]
    given += [float(a) / float(b) for a, b in _ratios(known)
              if a.isdigit() and b.isdigit() and int(b)]
    return any(abs(share - one) <= _ROUNDING for one in given)


def equal(number: str, unit: str) -> set[tuple[str, str]]:
    """Other ways to write a span of time: a year is 12 months, two weeks are 14 days."""
    found: set[tuple[str, str]] = set()
    if not number.isdigit():
        return found
    count = int(number)
    for big, many, small in _SPANS:
        if unit == big:
            found.add((str(count * many), small))
        if unit == small and count % many == 0:
            found.add((str(count // many), big))
    return found


def spans(text: str) -> set[str]:
    """Numbers that a text does not write but says: "a week" is one, or seven days, "each
    quarter" is every three months, four times a year."""
    found = {number for one in _measures(text) for number, _ in equal(*one)}
    for match in re.finditer(r"\b(?:an?|one|per|each|every|the past|the last) (?P<unit>year|week"
                             r"|month|day|hour|quarter)\b", text, re.IGNORECASE):
        found |= _OF_ONE.get(match["unit"].lower(), set())
    for pattern, said in _OFTEN:
        if pattern.search(text):
            found |= said
    return found


def _measures(text: str) -> set[tuple[str, str]]:
    """Numbers with their units."""
    found: set[tuple[str, str]] = set()
    for match in _MEASURE.finditer(text):
        if match["sign"]:
            found.add((match["sign"], "percent"))
        elif match["unit"]:
            unit = match["unit"].lower()
            found.add((_plain(match["n"]), "percent" if unit.startswith(("per", "%")) else unit))
        elif match["pound"]:
            found.add((_plain(match["n"]), "pound"))
    return found


def _rates(text: str) -> set[str]:
    """How often: "monthly" is the same as "every month", seven days a week are every day."""
    daily = {"day"} if re.search(r"\b(?:seven|7) days a week\b", text, re.IGNORECASE) else set()
    return daily | {(match["unit"] or _ADVERBS[match["adverb"].lower()]).lower()
            for match in _RATE.finditer(text)}


@lru_cache(256)
def _ratios(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((_plain(match[1]), _plain(match[2])) for match in _RATIO.finditer(text))


def _plain(number: str) -> str:
    low = number.lower().replace(",", "")
    return SPELLED.get(low, low)
