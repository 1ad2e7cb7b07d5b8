"""Checks changed words in the background, so that nobody waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from assistant.paper.checking import Outcome, checked
from assistant.paper.paper import Item, Paper, Standing
from assistant.paper.store import Papers
from assistant.verify.entailment import Entailment, open_entailment
from corpus.errors import FindingsError

logger = logging.getLogger(__name__)

_Job = tuple[str, str, str, str]


class Checker:
    """Works through the statements of kept briefings that wait for their check, one at a time.
    Safe to call from several threads."""

    def __init__(self, papers: Papers,
                 open_model: Callable[[], Entailment] = open_entailment) -> None:
        self._papers = papers
        self._open = open_model
        self._jobs: dict[_Job, Item] = {}
        self._lock = threading.Lock()
        self._running = False

    def look(self, owner: str, paper: Paper) -> None:
        """Take up every statement that waits, those that an earlier run left behind as well;
        returns at once."""
        waiting = [one for one in paper.items if one.standing is Standing.CHECKING]
        with self._lock:
            for item in waiting:
                self._jobs.setdefault((owner, paper.key, item.key, item.words), item)
            if not self._jobs or self._running:
                return
            self._running = True
        threading.Thread(target=self._work, name="check", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    self._running = False
                    return
                job, item = next(iter(self._jobs.items()))
            try:
                self._settle(job, self._outcome(item))
            except FindingsError as error:
                logger.info("the outcome of a check could not be kept: %s", error)
            finally:
                with self._lock:
                    self._jobs.pop(job, None)

    def _outcome(self, item: Item) -> Outcome:
        try:
            return checked(item, self._open())
        except Exception:
            # Words that can't be checked are told as such; the next ones may well be.
            logger.exception("a statement could not be checked")
            return Outcome(Standing.UNCHECKED)

    def _settle(self, job: _Job, outcome: Outcome) -> None:
        owner, paper, key, words = job
        self._papers.change(owner, paper, partial(_judged, key, words, outcome))


def _judged(key: str, words: str, outcome: Outcome, paper: Paper) -> Paper:
    return paper.judged(key, words, outcome.standing, outcome.reason)
