"""``findings backup`` and ``findings restore``."""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.cli.common import note, progress, settings_of
from assistant.operating import manifest
from assistant.operating.backup import USERS, back_up
from assistant.operating.manifest import Manifest
from assistant.operating.restoring import Restored
from assistant.operating.restoring import restore as put_back
from assistant.service import library_of, open_embedder
from assistant.settings import SHIPPED_REPORTS, Settings
from corpus.errors import FindingsError
from index.sync import sync

# What files are called in the summary, by the first part of their name.
_CALLED = {"uploads": "uploaded files", "corrections": "corrections",
           "conversations": "conversations", "briefings": "briefings",
           "feedback.jsonl": "file of feedback", "evals": "files of evaluations",
           "users.toml": "users file", "index": "files of the index"}


def backup(options: argparse.Namespace) -> int:
    """Copy what can't be made again."""
    settings = settings_of(options)
    target: Path = options.target
    made = back_up(settings, target, options.index)
    print(f"{target}: {_counted(made.counts)}, {made.size / 1e6:,.1f} MB.")
    library = library_of(settings)
    if library != SHIPPED_REPORTS:
        note(f"The reports in {library} are not in it: back them up as what they are.")
    if settings.chroma:
        note("Nor is the index on the Chroma server: it is made anew from the reports.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Put a backup back, and bring the index in step with it."""
    settings = settings_of(options)
    done = put_back(settings.home_path, options.source, options.replace)
    told = done.manifest
    print(f"Restored into {settings.home_path}: {_counted(done.counts)}. The backup was made on "
          f"{told.made} by version {told.version}.")
    if done.aside is not None:
        note(f"What was there before is in {done.aside}.")
    _users(settings, done)
    if not options.no_index:
        _index(settings, told)
    return 0


def _users(settings: Settings, done: Restored) -> None:
    """Say where the users file is, where that is not where it is looked for."""
    place = settings.home_path / USERS
    named = settings.users_path
    if done.manifest.users and (named is None or named.expanduser().resolve() != place.resolve()):
        note(f"The users file is {place}: set FINDINGS_USERS to it, or move it where you keep "
             "yours.")


def _index(settings: Settings, told: Manifest) -> None:
    """Bring the index in step with what was restored; a problem with that takes nothing back."""
    shipped = told.library in ("", manifest.SHIPPED)
    given = SHIPPED_REPORTS if shipped else Path(told.library)
    if settings.chroma:
        note("The index is taken from the Chroma server at the next start.")
        return
    if not given.exists():
        note(f"The reports were in {given}, which isn't here: run 'findings index FOLDER' with "
             "the folder that they are in now.")
        given = library_of(settings)
    try:
        changes = sync(settings.home_path, given, open_embedder(settings, note), progress, 30.0)
    except FindingsError as error:
        note(f"The index is not in step yet: {error} The next start tries again.")
        return
    note(f"The index is in step: {changes.findings:,} findings.")


def _counted(counts: dict[str, int]) -> str:
    parts = [f"{count:,} {_CALLED.get(name, name)}" for name, count in counts.items()]
    return ", ".join(parts) or "nothing"
