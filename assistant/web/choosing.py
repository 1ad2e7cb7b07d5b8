"""Where to look for answers: what a reader can choose, and what was chosen in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.web.words import plain, say, shorten
from corpus.model import FindingKind, Metadata
from index.filter import Filter

GROUPS = ("forces", "years", "reports", "kinds")
# More values than this are counted in a line that says where an answer was looked for.
NAMED = 6
Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scope that was chosen on the page, as far as the library still has it.

    ``titles`` are those of its reports by id, ``library`` is how many reports there are,
    ``gone`` names what was chosen and is no longer there.
    """

    scope: Filter = field(default_factory=Filter)
    titles: Mapping[str, str] = field(default_factory=dict)
    library: int = 0
    gone: tuple[str, ...] = ()

    def names_no_report(self, reports: Iterable[Metadata]) -> bool:
        """Whether no report has everything that was chosen."""
        scope = self.scope
        return bool(scope.reports or scope.forces or scope.years) and not any(
            (not scope.reports or one.id in scope.reports)
            and (not scope.forces or one.force in scope.forces)
            and (not scope.years or one.year in scope.years) for one in reports)


def options(reports: Sequence[Metadata]) -> dict[str, list[Option]]:
    """What can be chosen: for each group its values with what a reader sees of them."""
    years: dict[int, list[str]] = {}
    for one in reports:
        if one.year is not None:
            cycles = years.setdefault(one.year, [])
            # A cycle such as "PEEL 2017" says no more than its year.
            if one.cycle and str(one.year) not in one.cycle.split() \
                    and one.cycle not in cycles:
                cycles.append(one.cycle)
    return {
        "forces": [(name, name) for name in sorted({one.force for one in reports if one.force})],
        "years": [(str(year), f"{year} ({', '.join(cycles)})" if cycles else str(year))
                  for year, cycles in sorted(years.items(), reverse=True)],
        "reports": [(one.id, one.title.strip() or say("shelved.untitled")) for one in reports],
        "kinds": [(kind.value, kind_plural(kind.value)) for kind in FindingKind]}


def kind_plural(kind: str) -> str:
    """The name of all findings of a kind; an unknown kind in its own name."""
    try:
        return say(f"scope.kinds.{kind}")
    except KeyError:
        return kind.replace("_", " ").capitalize()


def chosen(raw: object, reports: Sequence[Metadata]) -> Chosen:
    """What the browser sent, checked against the library; whatever else it is counts as nothing.

    It sends JSON: for each group the chosen values with the names that they were chosen by.
    """
    sent, offered = _loaded(raw), options(reports)
    kept: dict[str, list[str]] = {group: [] for group in GROUPS}
    gone: list[str] = []
    for group in GROUPS:
        known = {value for value, _ in offered[group]}
        for value, name in _pairs(sent.get(group)):
            if value in known:
                kept[group].append(value)
            else:
                gone.append(shorten(plain(name or value), 120))
    ids = frozenset(kept["reports"])
    titles = {value: name for value, name in offered["reports"] if value in ids}
    scope = Filter(reports=ids, forces=frozenset(kept["forces"]),
                   years=frozenset(map(int, kept["years"])), kinds=frozenset(kept["kinds"]))
    return Chosen(scope, titles, len(reports), tuple(dict.fromkeys(gone)))


def _loaded(raw: object) -> dict[str, Any]:
    if not isinstance(raw, str) or not raw:
        return {}
    try:
        sent = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _pairs(sent: object) -> list[Option]:
    return [(one[0], one[1]) for one in (sent if isinstance(sent, list) else [])
            if isinstance(one, list) and len(one) == 2
            and isinstance(one[0], str) and isinstance(one[1], str)]


def gone_words(chosen: Chosen) -> str:
    """What is said of choices that the library no longer has; "" for none."""
    return " ".join(say("scope.gone", name=name) for name in chosen.gone)


def looked_words(chosen: Chosen, told: object) -> str:
    """Where an answer was looked for; "" where there was but one report and nothing was chosen.

    ``told`` is the scope in an answer's trace, which holds what the question itself names too.
    """
    scope = chosen.scope.to_dict()
    taken = {**told} if isinstance(told, dict) else scope
    if not scope.get("kinds"):
        # What kind a question asks for can be seen from its answer.
        taken.pop("kinds", None)
    if not scope and chosen.library < 2:
        return ""
    places = place_names(taken, chosen.titles)
    if (more := len(places) - NAMED) > 0:
        places = [*places[:NAMED], say("scope.more", count=more)]
    words = say("scope.looked", places=", ".join(places)) if places else \
        say("scope.asked_all", count=chosen.library)
    own = any(_values(taken, group) != _values(scope, group) for group in GROUPS if group in scope)
    return f"{words}. {say('scope.own')}" if own else words


def _values(scope: Mapping[str, Any], group: str) -> set[str]:
    return {str(one) for one in scope.get(group) or ()}


def place_names(scope: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """The forces, years, reports and kinds of a scope as a reader knows them."""
    names = [str(one) for group in ("forces", "years") for one in scope.get(group) or ()]
    names += [titles.get(str(one), str(one)) for one in scope.get("reports") or ()]
    return names + [kind_plural(str(one)).lower() for one in scope.get("kinds") or ()]
