"""The embedded language model as the program uses it, beside the bare engine on the very same
requests: time to the first token, tokens a second, and what the program adds to a whole answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median as middle
from tempfile import TemporaryDirectory
from typing import Any

from assistant.compose import Evidence
from assistant.models.embedded import Embedded, named
from assistant.models.store import Store, size_words
from assistant.settings import Settings
from benchmarks import material
from benchmarks.measure import Effort, Measure, Result, median
from benchmarks.prose import handler, with_evidence

OVERHEAD = 1.10


def run(effort: Effort) -> Result:
    """Write the same answers both ways, in turns."""
    with TemporaryDirectory() as scratch:
        settings = material.settings(Path(scratch))
        model = named("local")
        if Store.of(settings).find(model) is None:
            return Result(skipped=(f"the engine: the language model {model.name} is not here; "
                                   f"'findings models pull {model.name}' fetches "
                                   f"{size_words(model.size)}",))
        return Result(tuple(_measured(settings, model, effort)), (
            f"the model is {model.title}; bare: the requests that the program sent, given to the "
            "engine without HTTP, LangChain, prompt making or reading of sentences; the first "
            "token of each waits for the same part of the prompt to be read",))


def _measured(settings: Settings, model: Any, effort: Effort) -> list[Measure]:
    from assistant.compose.forms import Form, Manner
    from assistant.compose.prose import ProseComposer

    asked = with_evidence(settings, max(2, effort.repeats + 1))
    local = Embedded(settings, model)
    try:
        composer = ProseComposer(local.chat, local.name, Manner(Form.GRAMMAR))
        sent: list[str] = []
        client: Any = local.chat.http_client  # type: ignore[attr-defined]
        client.event_hooks["request"].append(lambda request: sent.append(request.read().decode()))
        ours, bare = _Ours(composer, local.chat), _Bare(local)
        # The first answer begins the prompt that all share; what it takes is not counted.
        ours.write(*asked[0])
        found: dict[str, list[_Run]] = {"ours": [], "bare": []}
        for _ in range(max(1, effort.repeats // 2)):
            sent.clear()
            found["ours"] += [ours.write(*one) for one in asked]
            found["bare"] += [bare.write(body) for body in sent[:len(asked)]]
    finally:
        local.close()
    return _compared(found)


def _compared(found: dict[str, list[_Run]]) -> list[Measure]:
    ours, bare = found["ours"], found["bare"]
    wholes = [mine.whole / theirs.whole for mine, theirs in zip(ours, bare, strict=True)]
    return [
        median("first token", [one.first for one in ours], "s", peer=[one.first for one in bare]),
        median("tokens a second", [one.rate for one in ours if one.rate], "/s",
               peer=[one.rate for one in bare if one.rate], more_is_better=True),
        median("whole answer", [one.whole for one in ours], "s",
               peer=[one.whole for one in bare]),
        Measure("whole answer, times as long as the bare engine", middle(wholes), "", OVERHEAD,
                samples=len(wholes), low=min(wholes), high=max(wholes))]


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds to the first token and to the end; tokens a second after the first."""

    first: float
    whole: float
    rate: float | None


def _timed(work: Callable[[Callable[[], None]], object]) -> _Run:
    times: list[float] = []
    begun = time.perf_counter()
    work(lambda: times.append(time.perf_counter()))
    whole = time.perf_counter() - begun
    spell = times[-1] - times[0] if len(times) > 1 else 0.0
    return _Run(times[0] - begun if times else whole, whole,
                (len(times) - 1) / spell if spell else None)


class _Ours:
    """An answer as the program writes it."""

    def __init__(self, composer: Any, chat: Any) -> None:
        self._composer, self._chat = composer, chat

    def write(self, question: str, evidence: Sequence[Evidence]) -> _Run:
        """One answer, read to its end."""
        def work(heard: Callable[[], None]) -> None:
            self._chat.callbacks = [handler(lambda _: heard())]
            for _ in self._composer.drafts(question, evidence):
                pass
            self._chat.callbacks = None

        return _timed(work)


class _Bare:
    """The engine given a request as it was sent."""

    def __init__(self, local: Embedded) -> None:
        self._server = local._server

    def write(self, body: str) -> _Run:
        """The reply to a request's body, read to its end."""
        request = json.loads(body)

        def work(heard: Callable[[], None]) -> None:
            def took(piece: Any) -> bool:
                told = piece if isinstance(piece, list) else [piece]
                for one in told:
                    choices = one.get("choices") if isinstance(one, dict) else None
                    if choices and choices[0].get("delta", {}).get("content"):
                        heard()
                return False

            self._server.handle_chat_completions(request, took)

        return _timed(work)
