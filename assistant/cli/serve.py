"""``findings serve``: the web app."""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
import threading
import time
from collections.abc import Callable

from assistant import ports
from assistant.access.access import access_of
from assistant.access.binding import Binding, Entry
from assistant.backend import ProseStatus
from assistant.cli import common
from assistant.cli.common import settings_of
from assistant.cli.models import Bar
from assistant.models.store import size_words
from assistant.operating import heap, journal, restoring
from assistant.operating.figures import Figures
from assistant.operating.happenings import Turned, listening, tell
from assistant.operating.serving import replacing, serving
from assistant.service import Service, open_service
from assistant.settings import Settings
from assistant.stubs import leave_out

Note = Callable[[str], None]


def serve(options: argparse.Namespace) -> int:
    """Index what changed and serve the page until stopped."""
    settings = settings_of(options)
    if restoring.cut_off(settings.home_path):
        with replacing(settings.home_path):
            restoring.finish(settings.home_path)
    with journal.journal(settings), serving(settings.home_path):
        return _serve(options, settings, journal.note if journal.in_json(settings, sys.stderr)
                      else common.note)


def _serve(options: argparse.Namespace, settings: Settings, note: Note) -> int:
    # Before the index is opened: what is wrong here is known at once.
    binding = access_of(settings).binding
    if not ports.is_free(binding.host, binding.port):
        raise ports.taken(binding.host, binding.port)
    leave_out()
    heap.share_one()
    # Importing the page's parts takes longer than anything else: it begins while the index opens.
    threading.Thread(target=importlib.import_module, args=("app",), name="page",
                     daemon=True).start()
    figures = Figures()
    with listening(figures.take):
        service = open_service(settings, options.reports, note)

        def ready(url: str) -> None:
            # What Gradio's server set up for itself while it started.
            journal.adopt()
            tell(Turned("started"))
            note(f"Findings is at {url} (Ctrl+C stops it).")
            note(_reach(binding))
            # Only now: preparing would take the cores from the start of the page.
            threading.Thread(target=_prepare, args=(service, settings.model == "local", note),
                             name="prepare", daemon=True).start()

        importlib.import_module("app").serve(service, settings, ready, figures)
    # Everything is closed. Looking once more for what could be freed would take seconds, in which
    # whoever stopped the program waits.
    gc.freeze()
    return 0


def _reach(binding: Binding) -> str:
    """Who can reach the page, and whether they have to sign in."""
    if binding.entry is Entry.ALONE:
        return "It is served to this computer alone, and nobody has to sign in."
    where = ("It is served to this computer and to whatever passes it on" if binding.is_loopback
             else f"It listens on {binding.host}: OTHER COMPUTERS can reach it")
    if binding.entry is Entry.OPEN:
        return f"{where}, and NOBODY HAS TO SIGN IN (FINDINGS_OPEN=yes)."
    how = "with a password" if binding.entry is Entry.PASSWORD else "at the reverse proxy"
    return f"{where}. Everybody signs in {how}. Without https, passwords and answers can be read " \
        "on the way." if not binding.is_loopback else f"{where}. Everybody signs in {how}."


def _prepare(service: Service, fetch: bool, note: Note) -> None:
    """Fetch the embedded model where that was asked for, telling how far it is, and open the
    model ahead of the first question; quotes answer meanwhile."""
    service.watch()
    service.warm()
    if fetch and service.prose_state().status is not ProseStatus.READY:
        state = service.prose_state()
        note(f"Fetching the language model {state.model} ({size_words(state.total_bytes)}); "
             "answers are quotes until it is here.")
        service.fetch_prose()
        bar = Bar()
        while (state := service.prose_state()).status is ProseStatus.FETCHING:
            bar(state.done_bytes, state.total_bytes, state.message)
            time.sleep(1)
        if state.status is ProseStatus.FAILED:
            note(f"The language model is not here: {state.message}")
            return
        note("The language model is here: answers can be written up.")
    service.writer.warm()
