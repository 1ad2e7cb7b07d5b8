"""The suites by name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from assistant.backend import ComposerName
from assistant.settings import SHIPPED_REPORTS
from corpus.errors import FixConfiguration
from evals.questions import FOLDER

_FILE = Path(__file__).parent / "suites.toml"
_REPORTS = {"shipped": SHIPPED_REPORTS,
            "invented": Path(__file__).resolve().parent.parent / "reports"}


@dataclass(frozen=True, slots=True)
class Suite:
    """What is asked of which folders of reports (the installation's own library where there are
    none), who answers and who judges."""

    name: str
    questions: Path
    reports: tuple[Path, ...] = ()
    composer: ComposerName = "quotes"
    model: str = ""
    judge: str = "trained"
    tells: str = ""


def suites() -> dict[str, Suite]:
    """Those that ship, by name."""
    told = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: Suite(name, FOLDER / f"{one['questions']}.jsonl",
                        tuple(_REPORTS[part] for part in one["reports"]), one["composer"],
                        one.get("model", ""), one["judge"], one["tells"])
            for name, one in told.items()}


def named(name: str) -> Suite:
    """A suite. Raises ``FixConfiguration`` naming those that there are."""
    known = suites()
    if name not in known:
        raise FixConfiguration(f"There is no suite called {name!r}.",
                               f"Use one of {', '.join(known)}.")
    return known[name]
