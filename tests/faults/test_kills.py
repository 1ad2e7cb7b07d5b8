"""A short run of benchmarks/kills: work killed at some moments, and nothing wrong after it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.kills.process import ROOT, Moment


def test_work_that_is_killed_leaves_nothing_wrong(tmp_path: Path) -> None:
    # In a process of its own: it puts other models in the place of the real ones.
    done = subprocess.run([sys.executable, "-m", "benchmarks.kills", "--moments", "6", "--of",
                           "indexing,fetching", "--seed", "4", "--least", "--out", str(tmp_path)],
                          cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    text = (tmp_path / "kills.json").read_text("utf-8")
    found = {one["name"]: one["value"] for one in json.loads(text)["measures"]}
    for kind in ("indexing", "fetching"):
        assert found[f"{kind}: moments"] > 0
        assert found[f"{kind}: something wrong"] == 0
        assert found[f"{kind}: killed before the end"] > 0
    assert str(tmp_path) not in text


@pytest.mark.parametrize("moment", [Moment(step=12), Moment(seconds=1.25, alone=True)])
def test_a_moment_can_be_written_down_and_read_back(moment: Moment) -> None:
    assert Moment.read(str(moment)) == moment
