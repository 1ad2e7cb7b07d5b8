"""Numbers with what they count: "72 hours" is not "72 days", "22 of 60" is not "60 of 60"."""

from __future__ import annotations

import re

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
_ADVERBS = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month",
            "yearly": "year", "annual": "year", "annually": "year"}
_RATIO = re.compile(rf"\b({_NUMBER})(?: \w+)? (?:out of|of|in)(?: the| its| all| these| those)? "
                    rf"({_NUMBER})\b", re.IGNORECASE)


def differing(text: str, known: str) -> str | None:
    """A problem when a number of the sentence is in the evidence with another unit, or in
    another proportion."""
    said, have = _measures(text), _measures(known)
    counted = {number for number, _ in have}
    for number, unit in sorted(said - have):
        if number in counted or unit in {other for _, other in have}:
            return f"{number} {unit} is not in its evidence"
    for unit in sorted(_rates(text) - _rates(known)):
        return f"every {unit} is not in its evidence"
    for ratio in sorted(_ratios(text) - _ratios(known)):
        return f"{ratio[0]} of {ratio[1]} is not in its evidence"
    return None


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
    """How often: "monthly" is the same as "every month"."""
    return {(match["unit"] or _ADVERBS[match["adverb"].lower()]).lower()
            for match in _RATE.finditer(text)}


def _ratios(text: str) -> set[tuple[str, str]]:
    return {(_plain(match[1]), _plain(match[2])) for match in _RATIO.finditer(text)}


def _plain(number: str) -> str:
    low = number.lower().replace(",", "")
    return SPELLED.get(low, low)
