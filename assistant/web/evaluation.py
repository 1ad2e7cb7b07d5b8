"""The evaluation view: runs of ``findings eval run`` to be looked at, and nothing to be changed."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from assistant.access.who import Role, role
from assistant.feedback import Entry, Feedback
from assistant.runs import SIZE_LIMIT, Run, Runs
from assistant.web.contrast import contrast, contrast_html
from assistant.web.question import question_html
from assistant.web.result import (
    figures_html,
    head_html,
    kinds_html,
    questions_html,
    refusals_html,
)
from assistant.web.runs import Marked, marks_html, runs_html
from assistant.web.trend import series, trends_html
from assistant.web.words import escape, plain, say
from corpus.errors import FindingsError, GiveUp

logger = logging.getLogger(__name__)

Reply = dict[str, Any]
Wish = Mapping[str, Any]
_TYPES = {"report.html": "text/html", "report.json": "application/json"}


class Evaluation:
    """Serves the evaluation view. Safe to call from several threads; never raises for what a
    browser sends: problems come back in words."""

    def __init__(self, runs: Runs, feedback: Feedback) -> None:
        self._runs = runs
        self._feedback = feedback
        self._marked: tuple[object, Marked] = (None, Marked())
        self._lock = threading.Lock()

    def serve(self, wish: object, may_edit: bool = True) -> Reply:
        """Do what ``wish["do"]`` names.

        The reply holds ``html`` to show, or a file as ``name``, ``type`` and base64 ``data``, and
        a line to say as ``said``; or else a ``problem`` in words. ``may_edit`` is whether the
        reader may take out what other readers said.
        """
        known: Wish = wish if isinstance(wish, dict) else {}
        actions: dict[str, Callable[[], Reply]] = {
            "list": lambda: {"html": self._list(known, may_edit)},
            "trend": lambda: {"html": self._trend(known)},
            "run": lambda: {"html": self._run(_text(known, "run"))},
            "question": lambda: {"html": self._question(known)},
            "compare": lambda: {"html": self._compare(known)},
            "file": lambda: self._file(_text(known, "run"), _text(known, "file")),
            "marks": lambda: self._marks(may_edit)}
        try:
            action = actions.get(_text(known, "do"))
            if action is None:
                raise GiveUp(say("evaluation.unknown"))
            return action()
        except FindingsError as error:
            return {"problem": plain(str(error))}
        except Exception:
            logger.exception("a request of the evaluation view failed")
            return {"problem": say("library.unexpected")}

    def _list(self, wish: Wish, may_edit: bool) -> str:
        listing = self._runs.listing()
        trends = trends_html(series(listing.runs), _text(wish, "series"), _text(wish, "metric"))
        about = f"<p>{escape(say('evaluation.text'))}</p>"
        return f"{about}{self._marks_html(may_edit)}{runs_html(listing)}{trends}"

    def _marks_html(self, may_edit: bool) -> str:
        try:
            return marks_html(self._counted(), may_edit)
        except FindingsError as error:
            # Marks that can't be read are no reason to show no runs.
            return f'<p class="panel">{escape(plain(str(error)))}</p>'

    def _counted(self) -> Marked:
        """What readers marked; the file is read anew only when it has changed."""
        path = self._feedback.path
        try:
            known = path.stat()
            stamp: object = (known.st_mtime_ns, known.st_size)
        except OSError:
            stamp = None
        with self._lock:
            if stamp is None or self._marked[0] != stamp:
                self._marked = stamp, Marked.of(self._feedback.entries())
            return self._marked[1]

    def _trend(self, wish: Wish) -> str:
        return trends_html(series(self._runs.listing().runs), _text(wish, "series"),
                           _text(wish, "metric"))

    def _run(self, name: str) -> str:
        run = self._runs.run(name)
        others = [one for one in self._runs.listing().runs if one.name != run.name
                  and one.has_report and one.manifest.dataset.name == run.manifest.dataset.name]
        head = head_html(run, others if run.has_report else [], self._runs.page_size(name))
        if not run.has_report:
            return head
        results = self._runs.results(name)
        return (f"{head}{figures_html(results.summaries, run.manifest.floor)}"
                f"{refusals_html(results)}{kinds_html(results)}"
                f"{questions_html(results.questions)}")

    def _question(self, wish: Wish) -> str:
        run, results = self._opened(wish, "run")
        found = results.question(_text(wish, "id"))
        if found is None:
            raise GiveUp(say("evaluation.unknown"))
        return question_html(found, results.findings, run.manifest.judge)

    def _compare(self, wish: Wish) -> str:
        one, before = self._opened(wish, "first")
        other, after = self._opened(wish, "second")
        return contrast_html(one, other, contrast(one, other, before, after))

    def _opened(self, wish: Wish, side: str) -> tuple[Run, Any]:
        name = _text(wish, side)
        return self._runs.run(name), self._runs.results(name)

    def _file(self, run: str, file: str) -> Reply:
        content = self._runs.file(run, file)
        name = f"{run}.{file.rpartition('.')[2]}"
        return _sent(name, _TYPES[file], content)

    def _marks(self, may_edit: bool) -> Reply:
        if not may_edit:
            raise GiveUp(say("evaluation.marks.refused"))
        entries = self._feedback.entries()
        if not entries:
            raise GiveUp(say("evaluation.marks.gone"))
        content = b"".join(map(_line, entries))
        if len(content) > SIZE_LIMIT:
            raise GiveUp(say("evaluation.marks.too_large", path=self._feedback.path))
        return _sent("feedback.jsonl", "application/jsonl", content)


def frame_html() -> str:
    """The empty view; its script asks for what is in it once it is turned to."""
    words = ("loading", "opening", "lost", "retry", "sorted", "ascending", "descending")
    data = "".join(f' data-{name}="{escape(say(f"evaluation.{name}"))}"' for name in words)
    data += "".join(f' data-shown-{name}="{escape(say(f"evaluation.questions.shown_{name}"))}"'
                    for name in ("one", "many", "none"))
    return (f'<section id="evaluation-view" aria-labelledby="evaluation-heading"{data}>'
            f'<h2 id="evaluation-heading" tabindex="-1">{escape(say("evaluation.heading"))}</h2>'
            f'<div id="evaluation-trouble" role="alert"></div><div id="evaluation-body"></div>'
            f'</section><div id="evaluation-said" class="hidden-words" role="status"></div>')


def server_of(runs: Runs, feedback: Feedback) -> Callable[[object, gr.Request], Reply]:
    """What the view's script calls. What readers said goes to editors alone."""
    served = Evaluation(runs, feedback)

    def evaluation(wish: object, request: gr.Request) -> Reply:
        return served.serve(wish, may_edit=role(request) is Role.EDITOR)

    return evaluation


def _sent(name: str, kind: str, content: bytes) -> Reply:
    return {"name": name, "type": kind, "data": base64.b64encode(content).decode(),
            "said": plain(say("evaluation.saved", name=name))}


def _line(entry: Entry) -> bytes:
    return json.dumps(entry.to_dict(), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _text(wish: Wish, name: str) -> str:
    value = wish.get(name)
    return value if isinstance(value, str) else ""
