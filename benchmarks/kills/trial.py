"""One kill: the work begun, ended at a moment, what is left looked at, and the work done again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.cli import kept
from assistant.cli.finding import Outcome
from assistant.settings import load
from benchmarks.kills import state
from benchmarks.kills.kind import Kind, driven
from benchmarks.kills.process import Moment
from corpus.errors import FindingsError

# Of all moments, so many are right before a step that changes a file.
_AT_STEPS = 0.5
_ALONE = 0.3
_TWICE = 1 / 3


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a kill: whether it came before the work's end, which checks of doctor said what
    to do, and what was wrong."""

    moment: Moment
    was_killed: bool
    said: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(slots=True)
class Bench:
    """A kind of work with the folder that trials begin as, and what it makes when left alone."""

    work: Kind
    folder: Path
    seconds: float = 0.0
    steps: int = 0
    before: Any = None
    result: Any = None
    after: Any = field(default=None)

    @property
    def base(self) -> Path:
        """The folder as every trial begins."""
        return self.folder / "base"

    @property
    def trial(self) -> Path:
        """The folder of a trial: the same for all, as paths are a part of an index."""
        return self.folder / "trial"

    def prepare(self) -> None:
        """Make the base and run the work once without a kill. Raises ``RuntimeError`` where that
        fails."""
        self.trial.mkdir(parents=True)
        self.work.prepare(self.trial)
        self.trial.replace(self.base)
        self.before = state.answers(self._fresh() / "home")
        count = self.folder / "steps.txt"
        child = self.work.begin(self.trial, None, count)
        with driven(self.work, self.trial, child):
            ended = child.wait()
        if ended.status:
            raise RuntimeError(f"{self.work.name} fails unkilled: {ended.complaint[-2000:]}")
        self.seconds, self.steps = ended.seconds, int(count.read_text("utf-8"))
        self.result, self.after = self.work.result(self.trial), state.answers(self.trial / "home")
        if not self.result:
            raise RuntimeError(f"{self.work.name} has made nothing")

    def moments(self, count: int, seed: int) -> Iterator[Moment]:
        """Moments spread over the time of the work and over its steps."""
        chance = random.Random(f"{seed} {self.work.name}")
        for number in range(count):
            alone = chance.random() < _ALONE
            # Of every stretch of the same length one, in no order: no part is left out.
            place = (number + chance.random()) / count
            if chance.random() < _AT_STEPS and self.steps:
                yield Moment(step=1 + int(place * self.steps), alone=alone)
            else:
                yield Moment(seconds=place * self.seconds * 1.02, alone=alone)

    def run(self, moment: Moment) -> Trial:
        """Kill at a moment and look."""
        self._fresh()
        child = self.work.begin(self.trial, moment, None)
        with driven(self.work, self.trial, child):
            ended = child.wait(self.work.linger)
        said: dict[str, Outcome] = {}
        wrong = self.work.left(self.base, self.trial, ended)
        try:
            said = state.outcomes(state.examined(
                self.trial / "home", frozenset(self.work.may_warn)))
            wrong += [f"doctor finds a {one.value} in {name}" for name, one in said.items()
                      if self.work.may_warn.get(name) != one]
            wrong += self._answers()
            self._kill_again(moment)
            self.work.again(self.trial, ended)
            if self.work.result(self.trial) != self.result:
                wrong.append("run again, it does not end as a run that was left alone")
            if not kept.builds(load(home=self.trial / "home")).ok:
                wrong.append("in the end a build is left over")
        except (FindingsError, RuntimeError, OSError) as error:
            wrong.append(f"{type(error).__name__}: {error}")
        wrong = [one.replace(str(self.folder), "") for one in wrong]
        return Trial(moment, ended.was_killed, tuple(said), tuple(wrong))

    def _kill_again(self, moment: Moment) -> None:
        """Of work that is simply begun again, one time in three the second run is killed too."""
        chance = random.Random(str(moment))
        if self.work.is_simply_begun_again and chance.random() < _TWICE:
            again = Moment(seconds=chance.random() * self.seconds, alone=moment.alone)
            self.work.begin(self.trial, again, None).wait(self.work.linger)

    def _answers(self) -> list[str]:
        """Questions are answered as before the work or as after it, where it only adds to an
        index in one step; else at all."""
        found = state.answers(self.trial / "home")
        if self.work.name != "uploading" and found not in (self.before, self.after):
            return ["the index answers otherwise than before"]
        return [] if all(found.values()) else ["the index does not answer"]

    def _fresh(self) -> Path:
        shutil.rmtree(self.trial, ignore_errors=True)
        shutil.copytree(self.base, self.trial)
        return self.trial
