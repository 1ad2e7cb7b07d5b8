"""The web app: composes the page from assistant/web and runs its server on this machine."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from assistant import ports
from assistant.access.access import Access, access_of
from assistant.access.gate import Gate
from assistant.access.heads import bound
from assistant.access.peers import parsed
from assistant.allowance import Allowance
from assistant.operating.arriving import arriving
from assistant.operating.figures import Figures
from assistant.operating.happenings import Turned, listening, tell
from assistant.operating.heap import Trimming
from assistant.operating.probes import Probes
from assistant.operating.readiness import Readiness
from assistant.programs import Library
from assistant.settings import Settings
from assistant.web.api import numbers, offer
from assistant.web.entrance import Entrance, ways_in
from assistant.web.events import Events
from assistant.web.inbox import Inbox
from assistant.web.page import Host, head, lay_out, theme
from assistant.web.policy import Headers
from assistant.web.signin import SignInPages
from assistant.web.sound import Sound
from assistant.web.turns import Turns
from assistant.web.visits import Visits
from assistant.web.words import say
from corpus.readers import SIZE_LIMIT

# Questions and what waits for them; a thread that waits costs little.
MOST_THREADS = 200
MOST_QUEUED = 300


class Served(Host, Library, Protocol):
    """What the page and the calls of other programs are served over."""


class ClosableBackend(Served, Protocol):
    """A backend that holds files and threads until it is closed."""

    def close(self) -> None:
        """Let go of everything."""
        ...


@dataclass(frozen=True)
class Running:
    """A page that is being served at ``url`` until ``close`` is called."""

    url: str
    blocks: gr.Blocks
    arrivals: Path
    access: Access
    readiness: Readiness
    figures: Figures
    held: ExitStack = field(default_factory=ExitStack)

    def drain(self, seconds: float, hurry: threading.Event | None = None) -> bool:
        """Take no more questions and let those that run come to their end, at most so long or
        until ``hurry`` is set; whether all have ended."""
        self.readiness.stop()
        lines = self.access.asking, self.access.writing
        for line in lines:
            line.close()
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not (hurry and hurry.is_set()):
            if self.figures.wait_until_idle(min(0.2, left)):
                if not any(line.taken for line in lines):
                    return True
                time.sleep(min(0.05, left))
        return False

    def close(self) -> None:
        """Stop serving and drop what arrived and was not taken. The backend stays open: it
        belongs to whoever opened it."""
        self.readiness.close()
        self.blocks.close(verbose=False)
        self.held.close()


def build(backend: Served, settings: Settings, arrivals: Path | None = None,
          access: Access | None = None) -> gr.Blocks:
    """The page over ``backend``, not yet served.

    ``arrivals`` is the folder that uploads arrive in, Gradio's own unless it is given.
    ``access`` is what the page is told of who may do what; it keeps nobody out by itself.
    """
    inbox = Inbox(arrivals or Path(get_upload_folder()))
    blocks = gr.Blocks(title=say("name"), analytics_enabled=False, fill_width=True)
    with blocks:
        known = access or access_of(settings)
        offer(backend, Allowance.of(known))
        page = lay_out(backend, inbox, settings.model, known)
        Events(page, backend, settings.model, Turns.of(settings, known)).connect(blocks)
        blocks.queue(default_concurrency_limit=4, api_open=False, max_size=MOST_QUEUED)
    return blocks


def launch(backend: Served, settings: Settings, figures: Figures | None = None) -> Running:
    """Serve the page in the background; returns once it answers. ``figures`` have been told of
    what happened before; without them counting begins here.

    Raises ``FixConfiguration`` when the port is taken, and before anything listens for settings
    that would let in whoever should not be.
    """
    access = access_of(settings)
    binding = access.binding
    readers = parsed(settings.metrics_from, "FINDINGS_METRICS_FROM")
    readiness, held = Readiness(backend), ExitStack()
    arrivals = held.enter_context(arriving())
    blocks = build(backend, settings, arrivals, access)
    allowance = Allowance.of(access)
    if figures is None:
        figures = Figures()
        held.enter_context(listening(figures.take))
    figures.watch(access.asking, access.writing, readiness)
    # A name other than these in the Host header means that a foreign site points at this server.
    guards = [Middleware(Probes, readiness=readiness, figures=figures, peers=access.peers,
                         binding=binding, allowed=readers),
              Middleware(TrustedHostMiddleware, allowed_hosts=list(binding.names)),
              Middleware(Gate, access=access, pages=SignInPages()), Middleware(Headers),
              Middleware(Entrance, allowance=allowance, calls=numbers(blocks)),
              Middleware(Sound, functions=blocks.fns, components=blocks.blocks)]
    try:
        blocks.launch(
            server_name=binding.listen, server_port=settings.port, prevent_thread_lock=True,
            quiet=True, share=False, inbrowser=False, ssr_mode=False, mcp_server=False, pwa=False,
            enable_monitoring=False, run_history=False, footer_links=[], max_file_size=SIZE_LIMIT,
            max_threads=MOST_THREADS, theme=theme(), head=head(),
            # No look at the page by Gradio itself, which gives up after three busy seconds.
            _frontend=False,
            app_kwargs={"middleware": guards, **ways_in(backend, allowance)})
    except OSError as error:
        held.close()
        if "port" not in str(error).lower():
            raise
        raise ports.taken(binding.host, settings.port) from error
    blocks.app.state_holder = Visits(blocks)
    blocks.app.uploaded_file_dir = str(arrivals)
    bound(blocks.server.config)
    readiness.start()
    trimming = Trimming()
    trimming.start()
    held.callback(trimming.close)
    return Running(binding.url, blocks, arrivals, access, readiness, figures, held)


def serve(backend: ClosableBackend, settings: Settings,
          ready: Callable[[str], object] | None = None, figures: Figures | None = None) -> None:
    """Serve the page until SIGINT or SIGTERM; ``ready`` is called with its address. What is being
    answered then gets ``settings.stop_wait`` seconds to end; a second signal cuts that short.

    The backend is closed at the end, however it comes. Raises ``FixConfiguration`` when the port
    is taken.
    """
    try:
        with _stop_signals() as (stop, hurry):
            running = launch(backend, settings, figures)
            try:
                if ready is not None:
                    ready(running.url)
                stop.wait()
                tell(Turned("stopping"))
                done = running.drain(settings.stop_wait, hurry)
                tell(Turned("stopped", "" if done else "unfinished"))
            finally:
                running.close()
    finally:
        backend.close()


@contextmanager
def _stop_signals() -> Iterator[tuple[threading.Event, threading.Event]]:
    """An event that SIGINT and SIGTERM set, and one that the second of them sets; outside the main
    thread signals stay as they are."""
    stop, hurry = threading.Event(), threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop, hurry
        return

    def told(*_: object) -> None:
        (hurry if stop.is_set() else stop).set()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, told) for number in numbers]
    try:
        yield stop, hurry
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
