"""The command line in a fresh process: how long it takes, and what it imports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_MAIN = "import sys; from assistant.cli import main; sys.exit(main())"
_IMPORT = re.compile(r"^import time:\s+\d+ \|\s+(\d+) \|\s*(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took, in seconds on the clock and seconds of the processor."""

    wall: float
    processor: float


def findings(*arguments: str) -> list[str]:
    """The ``findings`` command as a process of its own."""
    return [sys.executable, "-c", _MAIN, *arguments]


def spent(command: Sequence[str]) -> Spent:
    """Run a command to its end. Raises ``RuntimeError`` with its last words when it fails."""
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} failed: {said[-500:]}")
    return Spent(wall, used.ru_utime + used.ru_stime)


def imported(arguments: Sequence[str]) -> dict[str, float]:
    """The top-level modules that a ``findings`` command imports, with the milliseconds that each
    took, what it imported in turn included."""
    command = [sys.executable, "-X", "importtime", "-c", _MAIN, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name: int(micros) / 1000 for micros, name in _IMPORT.findall(done.stderr)
            if "." not in name}
