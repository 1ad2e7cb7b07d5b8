"""Where a process keeps files that were dropped on its page and not yet added: apart from those of
any other, which may serve the same home."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path


def own(home: Path) -> Path:
    """The folder of this process. Those of processes of this computer that have ended are removed:
    what was only looked at and never added is forgotten."""
    host = socket.gethostname()
    place = home / "incoming" / f"{host}-{os.getpid()}"
    for folder in place.parent.glob(f"{host}-*"):
        number = folder.name.removeprefix(f"{host}-")
        if folder != place and number.isdecimal() and not _runs(int(number)):
            shutil.rmtree(folder, ignore_errors=True)
    return place


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # It runs as somebody else.
        return True
    return True
