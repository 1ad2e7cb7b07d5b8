"""What the commands share: settings from options, notes on the terminal, progress, JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.settings import Settings, load
from corpus.errors import FixConfiguration, GiveUp


def settings_of(options: argparse.Namespace) -> Settings:
    """Settings from the environment, the options winning."""
    return load(home=getattr(options, "home", None), model=getattr(options, "model", None),
                port=getattr(options, "port", None), host=getattr(options, "host", None))


def note(text: str) -> None:
    """Tell the person at the terminal, out of the way of the output."""
    print(text, file=sys.stderr, flush=True)


def progress(done: int, total: int) -> None:
    """Show how far indexing has come, on one line of a terminal."""
    if sys.stderr.isatty() and total:
        end = "\n" if done >= total else ""
        print(f"\rIndexing: {done:,} of {total:,} findings", end=end, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Print JSON, readable at a terminal."""
    print(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def read_history(path: Path | None) -> list[tuple[str, str]]:
    """A conversation: a JSON list of [question, answer] pairs, oldest first."""
    if path is None:
        return []
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FixConfiguration(f"The history {path} can't be read: {error}.",
                               "It is a JSON list of [question, answer] pairs.") from error
    return pairs(value, str(path))


def pairs(value: Any, where: str) -> list[tuple[str, str]]:
    """A conversation as pairs of texts. Raises ``GiveUp`` naming ``where`` for anything else."""
    if value is None:
        return []
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(
            isinstance(p, Sequence) and not isinstance(p, str) and len(p) == 2
            and all(isinstance(part, str) for part in p) for p in value):
        raise GiveUp(f"{where}: the history is not a list of [question, answer] pairs.",
                     "Correct it and try again.")
    return [(str(p[0]), str(p[1])) for p in value]
