"""The newest report of each body, for questions that name a body and no year."""

from __future__ import annotations

from dataclasses import replace

from assistant.scope import Scope
from index.filter import Filter
from prompts import wording


def newest(wanted: Filter, scope: Scope) -> tuple[Filter, list[str]]:
    """A filter on the newest year of the one body that it names, with a note that names the
    other years; as it was where it names years, reports, no body or several."""
    if wanted.years or wanted.reports or len(wanted.forces) != 1:
        return wanted, []
    years = sorted(scope.years_of(wanted.forces))
    if len(years) < 2:
        return wanted, []
    others = ", ".join(str(year) for year in years[:-1])
    (force,) = wanted.forces
    note = str(wording("replies")["notice"]["newest"]).format(
        force=force, year=years[-1], others=others)
    return replace(wanted, years=frozenset({years[-1]})), [note]
