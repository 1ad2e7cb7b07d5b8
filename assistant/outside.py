"""What a question names that no indexed report covers: a body, a year, a pillar."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer import Intent
from assistant.facets import Facets
from assistant.scope import Scope
from corpus.names import forces as all_forces
from corpus.names import forces_in, official_name
from index.words import words

_GENERIC = frozenset("and of the service services police constabulary borough county rescue "
                     "authority report inspection district royal city".split())
_OF_A_REPORT = re.compile(r"\b(?:inspections?|reports?|peel|grades?|graded|judged|judge?ments?"
                          r"|findings?|rated|ratings?)\b", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:since|from|after|before|until|by|compared (?:to|with))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outside:
    """A thing that is asked about and not indexed, with the key of the reply that says so and
    what the reply says is indexed."""

    key: str
    asked: str
    indexed: str


def outside(text: str, told: Facets, aim: Intent, scope: Scope) -> Outside | None:
    """What a question asks about that no report covers; None where all that it names is."""
    bodies = ", ".join(sorted(scope.forces)) or "other reports"
    missing = [force for force in told.forces if force not in scope.forces]
    known = [force for force in told.forces if force in scope.forces]
    if missing and not known:
        return Outside("force", official_name(missing[0]) or missing[0], bodies)
    if not told.forces and (body := _unknown_body(text, scope)):
        return Outside("force", body, bodies)
    years = scope.years_of(known)
    if told.years and told.onwards is None and not any(year in years for year in told.years):
        mentioned = any(year in scope.mentioned_years or year in scope.years
                        for year in told.years)
        of_a_report = _OF_A_REPORT.search(text) or aim is not Intent.LOOKUP
        if not mentioned or (of_a_report and not _SINCE.search(text)):
            named = f"{known[0]} " if known else ""
            covered = ", ".join(f"{named}{year}" for year in sorted(years)) or bodies
            return Outside("edition" if known else "year", f"{named}{told.years[0]}", covered)
    if told.pillar and told.pillar not in scope.pillars and scope.pillars and not any(
            told.pillar.lower()[:7] in section.lower() for section in scope.sections):
        return Outside("pillar", told.pillar.lower(), ", ".join(sorted(scope.pillars)).lower())
    return None


def indexed_bodies(text: str, scope: Scope) -> tuple[str, ...]:
    """Indexed bodies other than police forces that a question names, by their telling words:
    "Lancashire fire" is Lancashire Fire and Rescue Service, not the police."""
    asked = set(words(text))
    known = {force.name for force in all_forces()}
    named = []
    for body in sorted(scope.forces - known):
        telling = [word for word in words(body) if word not in _GENERIC]
        if telling and telling[0] in asked and sum(w in asked for w in telling) >= \
                max(1, round(0.6 * len(telling))):
            named.append(body)
    return tuple(named)


def _unknown_body(text: str, scope: Scope) -> str | None:
    """A body named in full ("Toytown Police") that is not indexed."""
    match = re.search(r"\b((?:[A-Z][\w’'-]+ (?:and |of )?){1,3}(?:Police|Constabulary|Fire and "
                      r"Rescue Service|Council|Hospital|School|Academy))\b", text)
    if match is None:
        return None
    name = re.sub(r"^(?:The|Is|Does|Did|Has|How|What|Why|Are|Was|In|For|Which|When|Where|Who) ", "",
                  match[1])
    if not re.match(r"[A-Z]", name) or len(name.split()) < 2 or forces_in(name):
        return None
    known = any(name.lower() in body.lower() or body.lower() in name.lower()
                for body in scope.bodies)
    said = any(name.lower() in section.lower() for section in scope.sections)
    return None if known or said or name == "Police National" else name
