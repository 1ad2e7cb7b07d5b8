"""``make audit`` passes only what was really looked up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "audit.py"
GOOD = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "X-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(("found", "code", "said"), [
    ([GOOD], 0, "1 packages audited, 0 known faults"), ([GOOD, BAD], 1, "b 2: X-1, fixed in 3"),
    ([GOOD, UNKNOWN], 2, "NOT audited"), ([BAD, UNKNOWN], 2, "X-1"), ([], 2, "NOT audited"),
    (None, 2, "was not reached")])
def test_what_was_not_looked_up_is_no_pass(found: list[object] | None, code: int, said: str,
                                           tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    told = "no network" if found is None else json.dumps({"dependencies": found})
    tool.write_text(f"#!/bin/sh\ncat <<'E'\n{told}\nE\n")
    tool.chmod(0o755)
    done = subprocess.run([sys.executable, SCRIPT, tool, "some.lock"], capture_output=True,
                          text=True, check=False)
    assert done.returncode == code
    assert said in done.stdout
