"""Prose by the embedded language model: how soon it begins, and how fast it writes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.compose import Evidence
from assistant.models.embedded import named
from assistant.models.store import Store, size_words
from assistant.service import Service, bring_in_step, open_embedder
from assistant.settings import SHIPPED_REPORTS, Settings
from assistant.updates import Stage
from benchmarks import material
from benchmarks.measure import Effort, Measure, Result, median, taken
from corpus.model import Finding

FIRST_WORD_S = 6.0
_MOST = 3


def run(effort: Effort) -> Result:
    """Write answers up: once from a prompt read anew, then with its fixed beginning kept."""
    with TemporaryDirectory() as scratch:
        settings = material.settings(Path(scratch))
        model = named("local")
        if Store.of(settings).find(model) is None:
            return Result(skipped=(f"prose: the language model {model.name} is not here; "
                                   f"'findings models pull {model.name}' fetches "
                                   f"{size_words(model.size)}",))
        return Result(tuple(_measured(settings, effort)),
                      (f"the model is {model.title}; a token is counted for each piece it sends",))


def _measured(settings: Settings, effort: Effort) -> list[Measure]:
    from assistant.compose.prose import ProseComposer
    from assistant.models.registry import OpenedModel, open_model

    asked = with_evidence(settings, effort.repeats + 1)
    opened: list[OpenedModel] = []
    opening = taken(lambda: opened.append(open_model(settings)))
    try:
        composer = ProseComposer(opened[0].chat, opened[0].name, opened[0].manner)
        cold = _written(composer, opened[0].chat, *asked[0])
        warming = taken(lambda: opened[0].warm(composer.opening))
        kept = [_written(composer, opened[0].chat, *one) for one in asked[1:]]
        with _busy_core():
            beside = [_written(composer, opened[0].chat, *one) for one in asked[1:4]]
        after_cancel = _cancelled(composer, opened[0].chat, *asked[0])
    finally:
        opened[0].close()
    guessing = _guessing(settings, asked[1:])
    rates = [one.rate for one in kept if one.rate]
    return [
        Measure("opening the model", opening, "s"),
        Measure("first word, prompt read anew", cold.first_word, "s"),
        Measure("reading the fixed beginning again", warming, "s"),
        median("first word, beginning kept", [one.first_word for one in kept], "s",
               target=FIRST_WORD_S),
        Measure("first word, beginning kept, worst", max(one.first_word for one in kept), "s",
                target=FIRST_WORD_S, samples=len(kept)),
        median("first sentence, beginning kept", [one.first_sentence for one in kept], "s"),
        median("whole answer, beginning kept", [one.whole for one in kept], "s"),
        *([median("writing", rates, "tokens/s", more_is_better=True)] if rates else []),
        median("whole answer, guessing ahead", [one.whole for one in guessing], "s",
               peer=[one.whole for one in kept]),
        median("whole answer beside a busy core", [one.whole for one in beside], "s"),
        Measure("pieces sent after cancelling", after_cancel, "", target=2)]


def _guessing(settings: Settings, asked: Sequence[tuple[str, list[Evidence]]]) -> list[_Written]:
    """The same answers by a model that guesses ahead from the words of its prompt."""
    from assistant.compose.prose import ProseComposer
    from assistant.models.registry import open_model

    opened = open_model(settings.model_copy(update={"model_speculation": True}))
    try:
        composer = ProseComposer(opened.chat, opened.name, opened.manner)
        opened.warm(composer.opening)
        return [_written(composer, opened.chat, *one) for one in asked]
    finally:
        opened.close()


@contextmanager
def _busy_core() -> Iterator[None]:
    """Keep one core busy with something else."""
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        other.kill()
        other.wait()


def _cancelled(composer: Any, chat: Any, question: str, evidence: Sequence[Evidence]) -> int:
    """How many pieces of text the model still sends once it is cancelled."""
    cancel, count = threading.Event(), [0]

    def heard(_: str) -> None:
        if cancel.is_set():
            count[0] += 1
        else:
            cancel.set()

    chat.callbacks = [handler(heard)]
    for _ in composer.drafts(question, evidence, cancel=cancel):
        pass
    time.sleep(0.5)
    chat.callbacks = None
    return count[0]


def with_evidence(settings: Settings, most: int) -> list[tuple[str, list[Evidence]]]:
    """Questions that the report answers, each with the findings that a model would be shown."""
    embedder = open_embedder(settings)
    bring_in_step(settings, embedder, SHIPPED_REPORTS)
    found: list[tuple[str, list[Evidence]]] = []
    with closing(Service(settings, embedder)) as service:
        known: dict[str, Finding] = {f.id: f for f in service.current()[0].findings()}
        for question in material.questions(40):
            first = next(service.stream(question, composer="quotes"))
            if first.stage is Stage.EVIDENCE and len(found) < most:
                shown = [known[c.finding_id] for c in first.citations[:settings.evidence]]
                found.append((question, [Evidence(n, f) for n, f in enumerate(shown, 1)]))
    return found


@dataclass(slots=True)
class _Written:
    """One answer, in seconds since the question."""

    first_word: float
    first_sentence: float
    whole: float
    rate: float | None


def _written(composer: Any, chat: Any, question: str, evidence: Sequence[Evidence]) -> _Written:
    times: list[float] = []
    chat.callbacks = [handler(lambda _: times.append(time.perf_counter()))]
    begun = time.perf_counter()
    sentences = [time.perf_counter() - begun
                 for _ in composer.drafts(question, evidence, _MOST)]
    whole = time.perf_counter() - begun
    chat.callbacks = None
    first = times[0] - begun if times else whole
    spell = times[-1] - times[0] if times else 0.0
    return _Written(first, sentences[0] if sentences else whole, whole,
                    (len(times) - 1) / spell if spell else None)


def handler(heard: Callable[[str], None]) -> Any:
    """A callback that is told of each piece of text."""
    from langchain_core.callbacks import BaseCallbackHandler

    class Handler(BaseCallbackHandler):
        def on_llm_new_token(self, token: str, **_: Any) -> None:  # type: ignore[override]
            if token:
                heard(token)

    return Handler()
