"""``findings index``: bring the index in step."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from assistant.cli.common import note, print_json, progress, settings_of
from assistant.keeping import keeping_of
from assistant.service import open_embedder
from assistant.settings import SHIPPED_REPORTS
from corpus.errors import FixConfiguration
from index.sync import Changes


def index(options: argparse.Namespace) -> int:
    """Index a folder or a passages file and say what changed."""
    settings = settings_of(options)
    if options.passages and options.folder:
        raise FixConfiguration("A folder and --passages can't be indexed together.",
                               "Give one of them.")
    source = options.passages or options.folder or SHIPPED_REPORTS
    if options.passages and options.passages.suffix.lower() != ".jsonl":
        raise FixConfiguration(f"{options.passages} does not end in .jsonl.",
                               "Passages are JSON Lines, one object a line.")
    keeping = keeping_of(settings)
    keeping.look()
    if (keeper := keeping.keeper()) is not None:
        note(f"The index was kept on {keeper.host}, with the library {keeper.library} and what "
             "was uploaded there. From now on it is kept here.")
    changes = keeping.sync(source, open_embedder(settings, note), progress,
                           rebuild=options.rebuild, claim=True)
    if options.json:
        print_json(asdict(changes))
    else:
        _show(changes)
        if keeping.is_shared:
            print(f"Stored in {keeping.place}; this machine answers from its mirror in "
                  f"{keeping.folder}.")
    keeping.close()
    return 0


def _show(changes: Changes) -> None:
    if not changes.rebuilt:
        print(f"The index is in step: {_count(len(changes.unchanged), 'report')}, "
              f"{_count(changes.findings, 'finding')}.")
    else:
        for label in ("added", "changed", "removed"):
            ids = getattr(changes, label)
            shown = ids[:20]
            for identifier in shown:
                print(f"{label}: {identifier}")
            if len(ids) > len(shown):
                print(f"{label}: {len(ids) - len(shown):,} more")
        if changes.unchanged:
            print(f"unchanged: {_count(len(changes.unchanged), 'report')}")
        print(f"{_count(changes.findings, 'finding')} indexed, {changes.embedded:,} embedded anew.")
    for reason in changes.skipped:
        print(f"skipped: {reason}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
