"""``findings eval``: the evaluation suite's commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.settings import load
from evals.cli.parser import build_parser


def main(arguments: Sequence[str], home: Path | None = None) -> int:
    """Run a command of the suite; ``home`` holds unless the arguments name another. Errors are
    left to the caller, who tells them in one line."""
    parser = build_parser()
    options = parser.parse_args(list(arguments))
    if not hasattr(options, "run"):
        parser.print_help()
        return 0
    if getattr(options, "home", None) is None:
        options.home = home
    # Before RAGAS is imported: what it brings along looks once whether it may report or look up.
    load(home=options.home)
    return int(options.run(options))
