"""The command line in this process, with a tiny embedder and a home of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import assistant.cli.index
import assistant.cli.models  # noqa: F401 - imported whole before anything in it is replaced
from assistant.cli import main
from tests.fakes import TinyEmbedder


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line that an error is. Asserts that there is nothing else, and no traceback."""
        lines = [line for line in self.err.splitlines() if line.startswith("findings: ")]
        assert self.code not in (0, 1), self.err
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        assert not self.out
        return lines[0]


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def opened(*args: object, **values: object) -> TinyEmbedder:
        return TinyEmbedder()

    monkeypatch.setattr("assistant.service.open_embedder", opened)
    monkeypatch.setattr("assistant.cli.index.open_embedder", opened)
    monkeypatch.setenv("FINDINGS_HOME", str(home))

    def ran(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return ran
