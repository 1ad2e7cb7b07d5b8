"""Evaluation: rows a minute of the suite that ships, decided and judged, and what the cache
saves."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.command import ROOT, findings
from benchmarks.measure import Effort, Measure, Result, taken

_ROWS, _FEW = 60, 5


def run(effort: Effort) -> Result:
    """Ask and score the first questions of the suite, in processes of their own."""
    rows = _ROWS if effort.repeats > 1 else _FEW
    measures = []
    with TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        # The first run brings the suite's reports in step.
        _scored(home, "none", rows, Path(scratch) / "first")
        for judge in ("none", "trained"):
            out = Path(scratch) / judge
            seconds = taken(lambda judge=judge, out=out: _scored(  # type: ignore[misc]
                home, judge, rows, out, "--fresh"))
            measures.append(Measure(f"rows a minute, judge: {judge}", rows / seconds * 60, "/min",
                                    more_is_better=True))
        seconds = taken(lambda: _scored(home, "trained", rows, Path(scratch) / "again"))
        measures.append(Measure("rows a minute, answers and scores kept", rows / seconds * 60,
                                "/min", more_is_better=True))
    return Result(tuple(measures), (f"{rows} rows, the start of the process counted",))


def _scored(home: Path, judge: str, rows: int, out: Path, *more: str) -> None:
    """Raises ``RuntimeError`` with its last words where the run fails."""
    done = subprocess.run(
        findings("eval", "run", "--home", str(home), "--judge", judge, "--limit", str(rows),
                 "--out", str(out), *more), cwd=ROOT, capture_output=True, text=True, check=False)
    # 1 says that a score is under its floor, which is no matter here.
    if done.returncode not in (0, 1):
        raise RuntimeError(f"findings eval run failed: {done.stderr[-300:]}")
