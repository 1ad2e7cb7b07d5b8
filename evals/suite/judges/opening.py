"""Judges by name: none, the trained checker, or any language model; each remembers what it has
decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.settings import Settings
from corpus.errors import FixConfiguration
from corpus.model import Finding
from evals.suite.cache import Cache, key
from evals.suite.judges.judge import Judge, Task, UnparseableError
from evals.suite.judges.trained import NAME, Trained

NONE = "none"


class Remembering:
    """A judge whose decisions are kept, by judge, task and repeat: after a kill, or when a run
    is scored again, nothing is asked twice. What could not be read is remembered for judges that
    would say the same again."""

    def __init__(self, judge: Judge, cache: Cache) -> None:
        self._judge = judge
        self._cache = cache
        self.name = judge.name
        self.fingerprint = judge.fingerprint
        self.is_random = judge.is_random
        self.asked = 0

    def decide(self, task: Task, repeat: int = 0) -> Mapping[str, Any]:
        """As the judge decides, or decided before."""
        wanted = key("judgment", self.fingerprint, task.ask.value, task.prompt, repeat)
        held = self._cache.get(wanted)
        if held is None:
            self.asked += 1
            try:
                held = {"reply": dict(self._judge.decide(task, repeat))}
            except UnparseableError as error:
                held = {"unparseable": str(error)}
                if self.is_random:
                    raise
            self._cache.put(wanted, held)
        if "unparseable" in held:
            raise UnparseableError(held["unparseable"])
        reply: Mapping[str, Any] = held["reply"]
        return reply

    def relevancy(self, question: str, answer: str) -> float | None:
        """As the judge says."""
        return self._judge.relevancy(question, answer)

    def close(self) -> None:
        """Close the judge."""
        self._judge.close()


def open_judge(name: str, settings: Settings, known: Mapping[str, Finding],
               cache: Cache) -> Remembering | None:
    """The judge of a name: ``none``, ``trained``, ``local`` or ``provider:name``.

    Raises ``FixConfiguration`` with what to do where it can't be had.
    """
    if name == NONE:
        return None
    if name == NAME:
        return Remembering(Trained(known), cache)
    if name != "local" and ":" not in name:
        raise FixConfiguration(f"There is no judge called {name!r}.",
                               "Use trained, none, local, or provider:name.")
    from evals.suite.judges.language import open_language

    return Remembering(open_language(name, settings), cache)
