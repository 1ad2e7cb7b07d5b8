"""A real Chromium for the tests: found on the system, cut off from everything but this machine."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW = "no Chromium found: install it from the system's packages, such as apt-get install chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         # No name is found but this machine's, so that nothing leaves it.
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]


def executable() -> str | None:
    """The path of an installed browser, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Guard:
    """Remembers each request that would leave this machine. It watches and holds nothing up: a
    request that is handed to Python first takes longer, and a page makes many."""

    def __init__(self) -> None:
        self.outside: list[str] = []

    def __call__(self, request: Any) -> None:
        """Note an address that is neither this machine's nor inline."""
        url = urlsplit(request.url)
        if url.hostname not in ("127.0.0.1", "localhost") and url.scheme not in ("data", "blob"):
            self.outside.append(request.url)


class Shared:
    """One browser for the tests of a module: starting one takes longer than most of them."""

    def __init__(self) -> None:
        self._playwright: Any = None
        self._browser: Any = None

    @property
    def is_open(self) -> bool:
        """Whether ``context`` may be called."""
        return self._playwright is not None

    def open(self) -> None:
        """From now on contexts are made in one browser, which starts with the first."""
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()

    def context(self, **options: Any) -> Any:
        """A context with cookies, storage and permissions of its own."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = self._playwright.chromium.launch(executable_path=_found(), args=FLAGS)
        return self._browser.new_context(**options)

    def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._playwright = self._browser = None


shared = Shared()


def _found() -> str:
    path = executable()
    if path is None:
        raise RuntimeError(HOW)
    return path


@contextmanager
def browser(**context: Any) -> Iterator[tuple[Any, Guard]]:
    """A browser context with a fresh profile, and the guard that watches its requests: in the
    shared browser where that is open, otherwise in one of its own."""
    alone = not shared.is_open
    if alone:
        shared.open()
    try:
        opened = shared.context(**context)
        guard = Guard()
        opened.on("request", guard)
        try:
            yield opened, guard
        finally:
            opened.close()
    finally:
        if alone:
            shared.close()
