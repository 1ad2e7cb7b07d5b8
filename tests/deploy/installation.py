"""A whole installation on this computer: a Chroma server, a model server, two apps, nginx. Each
is a process that can be killed and started again."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx

from benchmarks.asking import Asker, Visitor
from benchmarks.librarian import Librarian
from tests.chroma.servers import Chroma
from tests.deploy.nginx import Nginx
from tests.shelves import free_port

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-c", "import sys; from assistant.cli import main; main(sys.argv[1:])")
MODEL_WAIT_S = 5
# What the model server looks for in the findings, and what it writes where it is there.
BACKLOG = "backlog of seized phones"
WRITTEN = "A backlog of seized phones holds up the force's investigations."


def within(seconds: float, happened: Callable[[], bool], what: str) -> None:
    """Wait for something. Fails where it takes longer."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, f"within {seconds:g} seconds: {what}"
        time.sleep(0.1)


class Process:
    """A command that can be killed and started again."""

    def __init__(self, command: Sequence[str], log: Path, env: dict[str, str] | None = None,
                 ) -> None:
        self._command, self.log, self._env = command, log, {**os.environ, **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; what it writes follows what it wrote before."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=self._env,
                                             stdout=log, stderr=log)

    def wait(self, answers: Callable[[], bool], seconds: float = 90) -> None:
        """Wait until it answers. Fails with its last words where it doesn't, or ends."""
        until = time.monotonic() + seconds
        while not answers():
            if not self.runs or time.monotonic() > until:
                raise AssertionError(self.log.read_text("utf-8", "replace")[-2000:])
            time.sleep(0.1)

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self._process is not None and self._process.poll() is None

    def hang(self, hangs: bool) -> None:
        """Stop it where it is, with its connections open, or let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if hangs else signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class ModelServer(Process):
    """tests/deploy/writer.py; the port stays the same."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/v1"
        super().__init__((sys.executable, str(Path(__file__).with_name("writer.py")),
                          str(self.port), BACKLOG, WRITTEN), folder / "model.log")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        super().start()
        self.wait(self._listens)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class App(Process):
    """``findings serve`` with a mirror of its own; the port stays the same."""

    def __init__(self, folder: Path, name: str, settings: dict[str, str], home: Path) -> None:
        self.name, self.port, self.home = name, free_port(), home
        home.mkdir(exist_ok=True)
        self.settings = {**settings, "FINDINGS_HOME": str(home), "FINDINGS_PORT": str(self.port),
                         "FINDINGS_MIRROR": str(folder / f"mirror-{name}")}
        super().__init__((*COMMAND, "serve"), folder / f"{name}.log", self.settings)

    def ready(self) -> bool:
        """Whether it says that it is."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/ready", timeout=5,
                             trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def index(self, folder: Path) -> None:
        """``findings index`` on this app's home: it keeps the library from then on."""
        subprocess.run((*COMMAND, "index", str(folder)), cwd=ROOT, check=True,
                       env={**os.environ, **self.settings}, capture_output=True)


class Installation:
    """All of it, running over the reports of a folder. ``shared`` is whether both apps have one
    home. ``close`` ends every process."""

    def __init__(self, folder: Path, chroma: Chroma, reports: Path, *, shared: bool = False,
                 ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.chroma, self._stack = chroma, ExitStack()
        try:
            self.model = ModelServer(folder)
            self._stack.callback(self.model.kill)
            self.model.start()
            settings = {
                "FINDINGS_CHROMA": chroma.url, "FINDINGS_CHROMA_NAME": folder.name,
                "FINDINGS_MODEL": "openai:writer", "FINDINGS_MODEL_URL": self.model.url,
                "FINDINGS_MODEL_TIMEOUT": str(MODEL_WAIT_S),
                "FINDINGS_LOG": "json", "FINDINGS_OPEN": "yes", "FINDINGS_QUESTION_RATE": "0",
                "FINDINGS_TRUSTED_PROXIES": "127.0.0.1", "FINDINGS_STOP_WAIT": "2"}
            self.apps = [App(folder, name, settings,
                             folder / ("home" if shared else f"home-{name}"))
                         for name in ("one", "two")]
            self.apps[0].index(reports)
            for app in self.apps:
                self._stack.callback(app.kill)
                app.start()
            for app in self.apps:
                app.wait(app.ready)
            self.nginx = Nginx(folder / "nginx", [app.port for app in self.apps])
            self._stack.callback(self.nginx.close)
        except BaseException:
            self._stack.close()
            raise

    def close(self) -> None:
        """End all of it, but for the Chroma server."""
        self._stack.close()

    def client(self, app: App) -> httpx.Client:
        """A browser that nginx sends to ``app``, as long as that is there."""
        for _ in range(60):
            browser = self.nginx.browser()
            browser.cookies.set("findings_route", secrets.token_hex(16), domain="localhost.local")
            if self.reached(browser) == app.port:
                return browser
            browser.close()
        raise AssertionError(f"nginx sends nobody to app {app.name}")

    def reached(self, browser: httpx.Client) -> int:
        """The port of the app that nginx has this browser's requests answered by."""
        path = f"/assets/{secrets.token_hex(8)}"
        browser.get(path)
        lines: list[str] = []

        def logged() -> bool:
            lines[:] = [line for line in self.nginx.seen() if path in line]
            return bool(lines)

        within(5, logged, "nginx writes a line for a request")
        return int(lines[0].rpartition(":")[2])

    def visitor(self, app: App) -> Visitor:
        """Somebody with the page of ``app`` open, through nginx."""
        return Visitor(self.nginx.url, client=self.client(app))

    def asker(self, app: App) -> Asker:
        """Something that uses the calls of ``app``, through nginx."""
        return Asker(self.nginx.url, self.client(app))

    def librarian(self, app: App) -> Librarian:
        """Somebody with the library view of ``app`` open, through nginx."""
        return Librarian(self.nginx.url, self.client(app))
