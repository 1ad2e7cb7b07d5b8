"""A real Chromium for the tests: found on the system, cut off from everything but this machine."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW = "no Chromium found: install it from the system's packages, such as apt-get install chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def executable() -> str | None:
    """The path of an installed browser, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Guard:
    """Blocks and remembers each request that would leave this machine."""

    def __init__(self) -> None:
        self.outside: list[str] = []

    def __call__(self, route: Any) -> None:
        """Let loopback and inline addresses through."""
        url = urlsplit(route.request.url)
        if url.hostname in ("127.0.0.1", "localhost") or url.scheme in ("data", "blob"):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()


@contextmanager
def browser(**context: Any) -> Iterator[tuple[Any, Guard]]:
    """A browser context with a fresh profile, and the guard that watches its requests."""
    from playwright.sync_api import sync_playwright

    path = executable()
    if path is None:
        raise RuntimeError(HOW)
    with TemporaryDirectory() as profile, sync_playwright() as playwright:
        opened = playwright.chromium.launch_persistent_context(
            str(Path(profile)), executable_path=path, args=FLAGS, **context)
        guard = Guard()
        opened.route("**/*", guard)
        try:
            yield opened, guard
        finally:
            opened.close()
