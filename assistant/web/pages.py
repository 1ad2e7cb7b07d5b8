"""Pages of the original files, drawn when a reader asks for one."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from assistant.sources import Sources, State
from assistant.web import drawing
from assistant.web.words import say
from corpus.errors import GiveUp, TryAgain
from corpus.readers import SIZE_LIMIT

WIDTH = 1400
SECONDS = 30
MEMORY = 2_000_000_000
KEPT_BYTES = 24_000_000
AT_ONCE = 2
_HOME = Path(__file__).resolve().parents[2]
_REASONS = {drawing.NO_SUCH_PAGE: "no_page", drawing.LOCKED: "locked"}
_Key = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG, and how many pages its file has."""

    png: bytes
    page: int
    pages: int


class Pages:
    """Draws pages of indexed reports and keeps the last ones. Safe to call from several threads.

    Each is drawn in a process of its own, within limits of time and memory, so that a hostile
    file can't take the program with it.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._kept: OrderedDict[_Key, Picture] = OrderedDict()
        self._lock = threading.Lock()
        self._drawing = threading.BoundedSemaphore(AT_ONCE)

    def page(self, report_id: str, number: int) -> Picture:
        """Page ``number`` (from 1) of the file that an indexed report was read from.

        Raises ``GiveUp`` where there is no such report, file or page, or where the file is no
        longer the one that was indexed, and ``TryAgain`` where drawing takes too long.
        """
        original = self._sources.original(report_id)
        if original is None:
            raise GiveUp(say("reader.no_pages"))
        name = original.path.name
        if original.state is not State.SAME:
            raise GiveUp(say(f"reader.file_{original.state.value}", name=name))
        try:
            told = original.path.stat()
            key = (str(original.path), told.st_mtime_ns, told.st_size, number)
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            if told.st_size > SIZE_LIMIT:
                raise GiveUp(say("reader.page_failed", name=name))
            content = original.path.read_bytes()
        except OSError as error:
            raise GiveUp(say("reader.file_missing", name=name)) from error
        with self._drawing:
            picture = _drawn(name, content, number)
        self._keep(key, picture)
        return picture

    def _keep(self, key: _Key, picture: Picture) -> None:
        with self._lock:
            self._kept[key] = picture
            while sum(len(one.png) for one in self._kept.values()) > KEPT_BYTES:
                self._kept.popitem(last=False)


def _drawn(name: str, content: bytes, number: int) -> Picture:
    command = [sys.executable, "-m", drawing.__name__, str(number), str(WIDTH), str(MEMORY),
               str(SECONDS)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, cwd=_HOME,
                              timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise TryAgain(say("reader.page_slow", name=name)) from error
    if done.returncode == 0:
        count, _, png = done.stdout.partition(b"\n")
        return Picture(png, number, int(count))
    reason = _REASONS.get(done.returncode, "page_failed")
    raise GiveUp(say(f"reader.{reason}", name=name, page=number))
