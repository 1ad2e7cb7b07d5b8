"""What a benchmark found, as a table for people and a small JSON file to keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import facts
from benchmarks.measure import Measure, Result

RESULTS = Path(__file__).resolve().parent / "results"
# How the name of a result ends that was measured with the largest library.
LARGEST = "-largest"
_HEADINGS = ("", "value", "target", "met", "peer", "times as fast")


def write(name: str, result: Result, load: Sequence[float], folder: Path = RESULTS) -> Path:
    """Keep a result as ``folder/name.json``; ``load`` is the machine's load before and after."""
    folder.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {
        "benchmark": name, "date": datetime.now(UTC).date().isoformat(), "machine": facts(),
        "load": [round(one, 1) for one in load],
        "measures": [measure.to_dict() for measure in result.measures],
        "notes": list(result.notes), "skipped": list(result.skipped)}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def table(name: str, result: Result, load: Sequence[float]) -> str:
    """The result as lines of text."""
    rows = [_HEADINGS, *(_row(measure) for measure in result.measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [f"{name} (load average {load[0]:.1f} before, {load[-1]:.1f} after)"]
    if result.measures:
        lines += ["  " + "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                                   for column, (cell, width) in enumerate(zip(row, widths,
                                                                              strict=True)))
                  for row in rows]
    lines += [f"  {note}" for note in result.notes]
    lines += [f"  not measured: {reason}" for reason in result.skipped]
    return "\n".join(line.rstrip() for line in lines)


def _row(measure: Measure) -> tuple[str, ...]:
    sign = "at least" if measure.more_is_better else "at most"
    met = {True: "yes", False: "NO", None: ""}[measure.met]
    return (measure.name, f"{_number(measure.value)} {measure.unit}",
            "" if measure.target is None else f"{sign} {_number(measure.target)}", met,
            "" if measure.peer is None else _number(measure.peer),
            "" if measure.ratio is None else f"{measure.ratio:.2f}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
