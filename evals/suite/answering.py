"""The questions of a dataset, answered by the real assistant."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Status
from assistant.backend import ComposerName
from assistant.service import Service
from assistant.updates import Stage
from corpus.errors import FixConfiguration
from evals.questions import lines, row_of
from evals.suite import program
from evals.suite.cache import Cache, key
from evals.suite.record import Answered, Context


class Answering:
    """Asks one assistant over one library; what it was asked before is taken from the cache."""

    def __init__(self, service: Service, composer: ComposerName, cache: Cache,
                 model: str = "quotes") -> None:
        self._service = service
        self._composer: ComposerName = composer
        self._cache = cache
        self._findings = {f.id: f for f in service.current()[0].findings()}
        self.model = model
        self.reports = sorted(report.title for report in service.current()[0].reports())
        self.corpus = program.library(self._findings.values())
        self._depends = (program.digest(), self.corpus, composer, model,
                         program.chosen(service.settings))
        self.asked = 0

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the library's findings."""
        return frozenset(self._findings)

    def answer(self, told: Mapping[str, Any]) -> Answered:
        """The answer to a row's question. One that failed is not remembered."""
        row = row_of("run", told)
        wanted = key("answer", *self._depends, row.question, row.history)
        held = self._cache.get(wanted)
        if held is not None:
            return Answered.from_dict({**held, "row": dict(told)})
        self.asked += 1
        answered = self._asked(told)
        if answered.answer.status is not Status.ERROR:
            self._cache.put(wanted, {**answered.to_dict(), "row": None})
        return answered

    def _asked(self, told: Mapping[str, Any]) -> Answered:
        from langchain_core.callbacks import get_usage_metadata_callback

        row = row_of("run", told)
        answer: Answer | None = None
        first: float | None = None
        begun = time.perf_counter()
        with get_usage_metadata_callback() as usage:
            for update in self._service.stream(row.question, row.history,
                                               composer=self._composer):
                if first is None and update.stage in (Stage.SENTENCE, Stage.DONE):
                    first = time.perf_counter() - begun
                answer = update.answer or answer
        assert answer is not None
        spent = list(usage.usage_metadata.values())
        return Answered(
            told, answer, tuple(self._contexts(answer)), tuple(self._verbatim(answer)),
            round(time.perf_counter() - begun, 4), first and round(first, 4),
            sum(one["input_tokens"] for one in spent) if spent else None,
            sum(one["output_tokens"] for one in spent) if spent else None)

    def _contexts(self, answer: Answer) -> list[Context]:
        """What the assistant had before it: the best candidates, as many as a model is shown,
        then whatever else is cited."""
        best = [c.finding_id for c in answer.trace.candidates[:self._service.settings.evidence]]
        ids = dict.fromkeys([*best, *(c.finding_id for c in answer.citations)])
        return [Context.of(self._findings[i]) for i in ids if i in self._findings]

    def _verbatim(self, answer: Answer) -> list[bool]:
        """Of each citation, whether its quote stands in the report at its place."""
        texts: dict[str, str] = {}
        for one in answer.citations:
            if one.report_id not in texts:
                report = self._service.report(one.report_id)
                texts[one.report_id] = report.text if report is not None else ""
        return [texts[c.report_id][c.start:c.end] == c.quote for c in answer.citations]


def rows(path: Path, limit: int = 0) -> list[dict[str, Any]]:
    """The rows of a dataset, the first ``limit`` where that is given.

    Raises ``FixConfiguration`` naming the file and line that can't be used.
    """
    try:
        held = lines(path)
    except (OSError, UnicodeDecodeError) as error:
        raise FixConfiguration(f"The questions {path} can't be read.",
                               "Name a JSON Lines file in UTF-8 with --questions.") from error
    found: list[dict[str, Any]] = []
    for number, line in held:
        try:
            told = json.loads(line)
            row_of(path.stem, told)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise FixConfiguration(f"{path.name}, line {number}: {error}.",
                                   "Correct it; `findings eval lint` tells all of them.") from error
        found.append(told)
    if not found:
        raise FixConfiguration(f"{path.name} holds no questions.",
                               "`findings eval make-questions` drafts some.")
    return found[:limit] if limit else found
