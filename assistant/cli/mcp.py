"""``findings mcp``: the library as tools for a desktop assistant, over its standard input."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from assistant.allowance import Allowance
from assistant.cli.common import note, settings_of
from assistant.programs import Programs
from assistant.service import Service, open_service
from assistant.settings import Settings
from corpus.errors import FindingsError, FixConfiguration
from prompts import wording


def mcp(options: argparse.Namespace) -> int:
    """Serve the tools until the assistant goes. Raises ``FixConfiguration`` where the package for
    them is missing.

    The library is opened meanwhile: an assistant waits for a first answer, not for the tools. What
    is wrong with it is then told in place of an answer, which is where somebody sees it.
    """
    if importlib.util.find_spec("mcp") is None:
        words = wording("programs")["missing"]
        raise FixConfiguration(words["message"], words["next_step"])
    opening = _Opening(settings_of(options), options.reports)
    try:
        importlib.import_module("assistant.mcp").serve_stdio(opening.programs)
    finally:
        opening.close()
    return 0


class _Opening:
    """A library that is being opened, or opened again at the next call after it failed."""

    def __init__(self, settings: Settings, reports: Path | None) -> None:
        self._settings, self._reports = settings, reports
        self._allowance = Allowance.alone(settings)
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, "opening")
        self._opened: Future[Service] = self._pool.submit(self._open)

    def programs(self) -> Programs:
        """What the tools work over, as soon as it is open. Raises what opening it raised."""
        with self._lock:
            if self._opened.done() and isinstance(self._opened.exception(), FindingsError):
                self._opened = self._pool.submit(self._open)
            opened = self._opened
        return Programs(opened.result(), for_models=True, allowance=self._allowance)

    def _open(self) -> Service:
        service = open_service(self._settings, self._reports, note)
        service.warm()
        return service

    def close(self) -> None:
        """Let go of the library, once it is open."""
        self._pool.shutdown(cancel_futures=True)
        if self._opened.done() and not self._opened.cancelled() \
                and self._opened.exception() is None:
            self._opened.result().close()
