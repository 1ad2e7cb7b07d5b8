"""The fuzzer finds what is planted, and nothing in the readers as they are."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.fuzz import __main__ as fuzz
from benchmarks.fuzz import apart, trial
from benchmarks.fuzz.hunt import Hunt
from benchmarks.fuzz.kinds import KINDS
from corpus.model import Report


def test_a_short_run_finds_no_fault_and_is_written_down(tmp_path: Path) -> None:
    assert fuzz.main(["--executions", "2000", "--seed", "7", "--out", str(tmp_path)]) == 0
    told = json.loads((tmp_path / "fuzz.json").read_text("utf-8"))
    values = {one["name"]: one["value"] for one in told["measures"]}
    assert values["all, executions"] >= 2000
    assert values["all, faults"] == 0
    assert all(values[f"{name}, distinct edges"] > 50 for name in KINDS)
    assert all(values[f"{name}, refused"] < 100 for name in KINDS)


def _raises(content: bytes) -> list[Report]:
    if b"Good" in content and len(content) % 3:
        raise KeyError("planted")
    return KINDS["txt"].reports(content)


def _hangs(content: bytes) -> list[Report]:
    until = time.process_time() + 60
    while time.process_time() < until:
        pass
    return []


def _dies(content: bytes) -> list[Report]:
    os._exit(11)


def test_a_planted_fault_is_found_with_a_short_input() -> None:
    found = Hunt(replace(KINDS["txt"], reports=_raises), 1).run(400)
    (fault,) = found.faults
    assert "KeyError: 'planted'" in fault
    assert b"Good" in found.faults[fault]


def test_a_broken_promise_is_a_fault() -> None:
    def twice(content: bytes) -> list[Report]:
        return [*KINDS["txt"].reports(content)] * 2

    found = Hunt(replace(KINDS["txt"], reports=twice), 1).run(20)
    assert list(found.faults) == ["two findings have the same id"]


def test_an_execution_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SLOW_S", 0.2)
    found = Hunt(replace(KINDS["txt"], reports=_hangs), 1).run(1)
    assert found.executions == 1
    assert "hangs" in next(iter(found.faults))


def test_the_end_of_the_process_is_blamed_on_the_input_at_hand(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "txt", replace(KINDS["txt"], reports=_dies))
    found = apart.hunted("txt", 2, 1)
    assert list(found.faults) == ["the process ended with 11"]
    assert found.faults["the process ended with 11"]


def test_the_same_seed_gives_the_same_inputs() -> None:
    seen: list[list[bytes]] = [[], []]
    for one in seen:
        Hunt(KINDS["docx"], 3, one.append).run(60)
    assert seen[0] == seen[1]
    other: list[bytes] = []
    Hunt(KINDS["docx"], 4, other.append).run(60)
    assert other != seen[0]
