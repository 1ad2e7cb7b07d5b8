"""Files that come into the folder of uploads: none is ever written over, and where one takes the
place of another with another ending, both change or neither does, whatever ends the process."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

logger = logging.getLogger(__name__)
_NOTE = ".replacing.json"


def put(file: Path, place: Path) -> Path:
    """Move a file to a place that is not taken, the name itself or one with a number, and say
    which. Nothing is ever written over, whoever else puts files there at the same moment."""
    number, free = 2, place
    while True:
        try:
            os.link(file, free)
            break
        except FileExistsError:
            free = place.with_name(f"{place.stem} {number}{place.suffix}")
            number += 1
        except OSError:
            # A disk that knows no links: there, the name alone has to do.
            if not free.exists():
                file.replace(free)
                return free
            free = place.with_name(f"{place.stem} {number}{place.suffix}")
            number += 1
    file.unlink()
    return free


def exchange(file: Path, replaced: Path) -> None:
    """Move a file in, under its own name, in the place of an upload with another ending.

    Raises ``OSError`` where there is no room; nothing has changed then.
    """
    uploads = replaced.parent
    waiting = uploads / f".{file.name}"
    target = uploads / file.name
    if target.exists():
        target = target.with_name(f"{file.stem} {os.urandom(2).hex()}{file.suffix}")
    file.replace(waiting)
    scratch = uploads / f"{_NOTE}.new"
    try:
        with scratch.open("w", encoding="utf-8") as note:
            json.dump([waiting.name, replaced.name, target.name], note)
            note.flush()
            os.fsync(note.fileno())
        # From here on it counts as done: whoever looks at the folder next carries it out.
        scratch.replace(uploads / _NOTE)
    except OSError:
        waiting.replace(file)
        raise
    settle(uploads)


def settle(uploads: Path) -> None:
    """Carry out an exchange that was written down; harmless to do twice, or at once."""
    note = uploads / _NOTE
    try:
        waiting, replaced, target = (uploads / Path(str(name)).name
                                     for name in json.loads(note.read_text("utf-8")))
        if waiting.is_file():
            replaced.unlink(missing_ok=True)
            waiting.replace(target)
        note.unlink()
    except FileNotFoundError:
        # None is under way, or another process was quicker.
        return
    except (OSError, ValueError, TypeError) as error:
        logger.warning("an upload could not take another's place: %s", error)
