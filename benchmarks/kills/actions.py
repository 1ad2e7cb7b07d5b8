"""What somebody does on the page: files added, replaced, corrected and removed, a conversation kept
and an answer marked. Each is told as done once the program has taken it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.answer import Answer
from assistant.conversation import Head
from assistant.feedback import Entry, Verdict
from assistant.service import Service, open_service
from assistant.settings import load
from assistant.shelf import Stage
from corpus.errors import GiveUp

OWNER = "somebody"
_PATIENCE_S = 60.0
FORCES = ("Surrey", "Sussex", "Norfolk", "Suffolk")


def text_of(force: str, version: int) -> str:
    """A small report."""
    return (f"{force} PEEL 2019\nEffectiveness\nHow effective is the force at investigating crime?"
            f"\n{force} Police is good at investigating crime.\nThe force has plan {version}.\n"
            f"The force answers {version + 60} percent of its calls in time.\n")


def report_id(force: str) -> str:
    """The id that such a report gets."""
    return f"{force.lower()}-peel-2019-effectiveness"


class Somebody:
    """One person at work. ``head`` is the conversation as it was kept last."""

    def __init__(self, home: Path, scratch: Path, said: Callable[[str], None]) -> None:
        self.service: Service = open_service(load(home=home))
        self._scratch, self._said = scratch, said

    def add(self, force: str, version: int, ending: str, title: str = "") -> None:
        """Add a report, or a new version of it, and wait until it is indexed."""
        dropped = self._scratch / "dropped"
        dropped.write_text(text_of(force, version), "utf-8")
        shelf = self.service.shelf
        token = shelf.drop(dropped, f"{force.lower()}-{version}{ending}")
        self._until(lambda: shelf.candidates()[-1].stage is Stage.READY)
        shelf.add(token, {"title": title} if title else {})
        self._said(f"add {force} {version}")
        self._until(lambda: not shelf.candidates())

    def correct(self, force: str, title: str) -> None:
        """Give a report another title."""
        self.service.shelf.correct(report_id(force), {"title": title})
        self._said(f"correct {force}")
        self._until(lambda: title in [one.title for one in self.service.reports()])

    def remove(self, force: str) -> None:
        """Remove a report that was added."""
        try:
            self.service.shelf.remove(report_id(force))
        except GiveUp:
            # It went before the process was killed.
            if report_id(force) in [one.id for one in self.service.reports()]:
                raise
        self._said(f"remove {force}")
        self._until(lambda: report_id(force) not in [one.id for one in self.service.reports()])

    def talk(self, number: int) -> None:
        """Keep a conversation of one more turn, and mark its answer."""
        answer = self.service.ask("Which force is good at investigating crime?")
        kept = self.service.conversations
        held = [one for one in kept.listing(OWNER).heads if one.title == "At work"]
        known: Head | None = held[0] if held else None
        turns = [{"turn": one} for one in range(number + 1)]
        kept.keep(OWNER, "At work", turns, known)
        self._said(f"talk {number}")
        self.service.feedback.keep(Entry(f"e{number}", Verdict.UP, "Which force?", plain(answer)))
        self._said(f"mark {number}")

    def _until(self, happened: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not happened():
            if time.monotonic() > until:
                raise TimeoutError(str(self.service.shelf.candidates()))
            time.sleep(0.01)


def plain(answer: Answer) -> Answer:
    """An answer without the times that it took."""
    return answer.model_copy(update={"timings_ms": {}, "trace": {}})


def plan(one: Somebody) -> Sequence[Callable[[], None]]:
    """What is done, in order."""
    return (lambda: one.add("Surrey", 1, ".txt", "Surrey as it is"), lambda: one.talk(0),
            lambda: one.add("Sussex", 1, ".txt"), lambda: one.add("Surrey", 2, ".md", "Surrey now"),
            lambda: one.correct("Sussex", "Sussex, corrected"), lambda: one.talk(1),
            lambda: one.add("Norfolk", 1, ".txt"), lambda: one.add("Sussex", 2, ".txt"),
            lambda: one.remove("Norfolk"), lambda: one.talk(2),
            lambda: one.add("Suffolk", 1, ".md"))


def carry_out(home: Path, scratch: Path, begin: int) -> int:
    """Do what is planned from action ``begin`` on, telling on standard output what was taken and
    which action has ended."""
    def said(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    somebody = Somebody(home, scratch, said)
    said("open")
    for number, action in enumerate(plan(somebody)):
        if number >= begin:
            action()
            said(f"done {number}")
    somebody.service.close()
    return 0
