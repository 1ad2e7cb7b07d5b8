"""The kinds of work that are killed: how each is begun, and what has to hold after it."""

# ruff: noqa: ARG002 - one kind of work needs what another does not
from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.cli.finding import Outcome
from assistant.conversations import Conversations
from assistant.feedback import Feedback
from assistant.models import catalogue
from assistant.models.store import Status, Store
from benchmarks.kills import actions, hub, page, state
from benchmarks.kills.kind import Kind, changed, finished, library, prepared
from benchmarks.kills.process import Child, Ended, Moment

WARNING = Outcome.WARNING


class Indexing:
    """``findings index`` of a folder of some thirty reports, of which some have changed."""

    is_simply_begun_again = True
    name, linger = "indexing", 5.0
    may_warn: Mapping[str, Outcome] = {"builds": WARNING}

    def __init__(self, least: bool = False) -> None:
        self._least = least

    def prepare(self, base: Path) -> None:
        prepared(base, self._least)
        shutil.rmtree(base / "reports")
        library(base / "reports", range(2, 7) if self._least else range(3, 33),
                frozenset({5, 6, 11, 20, 27}))

    def begin(self, trial: Path, moment: Moment | None, steps: Path | None) -> Child:
        return Child(trial, ["--home", str(trial / "home"), "index", str(trial / "reports")],
                     moment, steps)

    def drive(self, trial: Path, child: Child) -> None:
        """It needs nothing."""

    def left(self, base: Path, trial: Path, ended: Ended) -> list[str]:
        return changed(base, trial, "reports", "home/uploads", "home/corrections",
                     "home/conversations", "home/feedback.jsonl")

    def again(self, trial: Path, ended: Ended) -> Ended:
        return finished(self.begin(trial, None, None))

    def result(self, trial: Path) -> Any:
        return state.index_of(trial / "home")


class Uploading:
    """Somebody at work on the page, through the same service: files added, replaced, corrected
    and removed, a conversation kept, answers marked."""

    is_simply_begun_again = False
    name, linger = "uploading", 5.0
    may_warn: Mapping[str, Outcome] = {"builds": WARNING}

    def __init__(self, least: bool = False) -> None:
        self._least = least

    def prepare(self, base: Path) -> None:
        library(base / "reports", range(3 if self._least else 6))
        finished(Child(base, ["--home", str(base / "home"), "index", str(base / "reports")]))

    def begin(self, trial: Path, moment: Moment | None, steps: Path | None) -> Child:
        return self._from(trial, 0, moment, steps)

    def _from(self, trial: Path, number: int, moment: Moment | None = None,
              steps: Path | None = None) -> Child:
        return Child(trial, ["upload", str(trial / "home"), str(trial), str(number)], moment,
                     steps)

    def drive(self, trial: Path, child: Child) -> None:
        """It needs nothing."""

    def left(self, base: Path, trial: Path, ended: Ended) -> list[str]:
        home, wrong = trial / "home", changed(base, trial, "reports")
        taken = [line.split() for line in ended.said.splitlines()]
        versions = {words[1]: int(words[2]) for words in taken if words[0] == "add"}
        for force in [words[1] for words in taken if words[0] == "remove"]:
            versions.pop(force, None)
        there = [path.read_text("utf-8") for path in (home / "uploads").glob("*")] \
            if (home / "uploads").is_dir() else []
        for force, version in versions.items():
            if not any(actions.text_of(force, later) in there for later in (version, version + 1)) \
                    and force not in _being_removed(taken):
                wrong.append(f"version {version} of {force} was taken and is not there")
        return wrong + _talk(home, taken)

    def again(self, trial: Path, ended: Ended) -> Ended:
        done = [int(line.split()[1]) for line in ended.said.splitlines()
                if line.startswith("done ")]
        return finished(self._from(trial, max(done, default=-1) + 1))

    def result(self, trial: Path) -> Any:
        home = trial / "home"
        made = state.index_of(home)
        told = made["manifest"]
        # Where a file was taken and not yet told, it is added once more and keeps its first name.
        return {"reports": told["reports"], "findings": told["findings"],
                "uploads": sorted(state.files(home, "uploads").values()),
                "corrections": state.files(home, "corrections"),
                "titles": state.answers(home), "talk": [
                    (one.title, one.questions) for one in
                    Conversations(home).listing(actions.OWNER).heads],
                "marks": [one.id for one in Feedback(home).entries()]}


def _being_removed(taken: list[list[str]]) -> set[str]:
    """Forces whose removal may have happened without being told."""
    return {"Norfolk"} if ["done", "7"] in taken else set()


def _talk(home: Path, taken: list[list[str]]) -> list[str]:
    """What was kept of a conversation and of marked answers, and is not there."""
    wrong = []
    turns = [int(words[1]) + 1 for words in taken if words[0] == "talk"]
    heads = Conversations(home).listing(actions.OWNER)
    if turns and (not heads.heads or heads.heads[0].questions < turns[-1]):
        wrong.append(f"{turns[-1]} turns were kept and are not there")
    if heads.unreadable:
        wrong.append("a conversation can't be read")
    marked = {f"e{words[1]}" for words in taken if words[0] == "mark"}
    if lost := marked - {one.id for one in Feedback(home).entries()}:
        wrong.append(f"marks were kept and are not there: {sorted(lost)}")
    return wrong


class Fetching:
    """``findings models pull`` from a server on loopback that is slow."""

    is_simply_begun_again = False
    name, linger = "fetching", 0.0
    may_warn: Mapping[str, Outcome] = {"model": WARNING}

    def __init__(self, least: bool = False) -> None:
        self._least = least
        self._hub = hub.Hub()
        self._sent = 0

    def prepare(self, base: Path) -> None:
        prepared(base, self._least)
        catalogue.MODELS = {catalogue.DEFAULT: self._hub.model}
        (base / "model.json").write_text(json.dumps(self._hub.told()), "utf-8")

    def begin(self, trial: Path, moment: Moment | None, steps: Path | None) -> Child:
        return Child(trial, ["models", "pull", "--home", str(trial / "home")], moment, steps,
                     trial / "model.json")

    def drive(self, trial: Path, child: Child) -> None:
        """The server runs beside it."""

    def left(self, base: Path, trial: Path, ended: Ended) -> list[str]:
        store, model = Store(trial / "home" / "models"), self._hub.model
        part = trial / "home" / "models" / f"{model.file}.part"
        wrong = changed(base, trial, "home/uploads", "home/corrections", "home/conversations",
                      "home/feedback.jsonl", "home/index")
        if part.exists() and not self._hub.content.startswith(part.read_bytes()):
            wrong.append("the half that was fetched is not the file's beginning")
        if store.status(model) is Status.CORRUPT:
            wrong.append("the file is damaged")
        self._sent, self._missing = self._hub.sent, model.size - store.fetched(model)
        return wrong

    def again(self, trial: Path, ended: Ended) -> Ended:
        done = finished(self.begin(trial, None, None))
        if self._hub.sent - self._sent > self._missing + hub.BLOCK * 4:
            raise RuntimeError("what had come was fetched again")
        return done

    def result(self, trial: Path) -> Any:
        return state.files(trial / "home", f"models/{self._hub.model.file}")


class Evaluating:
    """``findings eval run`` over questions of one's own."""

    is_simply_begun_again = True
    name, linger = "evaluating", 0.0
    may_warn: Mapping[str, Outcome] = {"evaluations": WARNING, "builds": WARNING}

    def __init__(self, least: bool = False) -> None:
        self._least = least

    def prepare(self, base: Path) -> None:
        prepared(base, self._least)
        index = state.answers(base / "home")
        rows = [{"id": f"q{number}", "kind": "lookup", "answerable": True, "needed": [[found[0]]],
                 "question": f"What does the report say of: {found[1]}"}
                for number, found in enumerate(index[state.QUESTIONS[0]][:8])]
        (base / "questions.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))

    def begin(self, trial: Path, moment: Moment | None, steps: Path | None) -> Child:
        return Child(trial, ["eval", "run", "--home", str(trial / "home"), "--questions",
                             str(trial / "questions.jsonl"), "--judge", "none", "--fresh", "--out",
                             str(trial / "home" / "evals" / "run"), "--floor", "0"], moment, steps)

    def drive(self, trial: Path, child: Child) -> None:
        """It needs nothing."""

    def left(self, base: Path, trial: Path, ended: Ended) -> list[str]:
        self._before = _rows(trial)
        return changed(base, trial, "home/uploads", "home/corrections", "home/conversations",
                     "home/feedback.jsonl", "home/index")

    def again(self, trial: Path, ended: Ended) -> Ended:
        done = finished(self.begin(trial, None, None))
        after = _rows(trial)
        for name, lines in self._before.items():
            if after[name][:len(lines)] != lines:
                raise RuntimeError(f"rows of {name} that were written have changed")
        return done

    def result(self, trial: Path) -> Any:
        rows = [json.loads(line) for line in _rows(trial)["answers.jsonl"]]
        scores = [json.loads(line) for line in _rows(trial)["scores.jsonl"]]
        for one in scores:
            one["scores"] = {name: told for name, told in one["scores"].items()
                             if name not in ("latency", "seconds", "time")}
        return {"answers": [(one["id"], one["answer"]["status"], one["answer"]["sentences"],
                             one["answer"]["citations"]) for one in rows], "scores": scores}


def _rows(trial: Path) -> dict[str, list[bytes]]:
    """The whole lines of a run."""
    found = {}
    for name in ("answers.jsonl", "scores.jsonl"):
        path = trial / "home" / "evals" / "run" / name
        content = path.read_bytes() if path.exists() else b""
        found[name] = content.split(b"\n")[:-1]
    return found


class Serving:
    """``findings serve`` while programs ask it."""

    is_simply_begun_again = False
    name, linger = "serving", 5.0
    may_warn: Mapping[str, Outcome] = {"builds": WARNING}

    def __init__(self, least: bool = False) -> None:
        self._least = least

    def prepare(self, base: Path) -> None:
        prepared(base, self._least)

    def begin(self, trial: Path, moment: Moment | None, steps: Path | None) -> Child:
        self._port = page.free_port()
        return Child(trial, ["serve", "--home", str(trial / "home"), "--port", str(self._port)],
                     moment, steps)

    def drive(self, trial: Path, child: Child) -> None:
        self._last = page.questions(self._port, child, state.QUESTIONS[:2])

    def left(self, base: Path, trial: Path, ended: Ended) -> list[str]:
        return changed(base, trial, "home/uploads", "home/corrections", "home/conversations",
                     "home/feedback.jsonl", "home/index")

    def again(self, trial: Path, ended: Ended) -> Ended:
        child = self.begin(trial, None, None)
        self.drive(trial, child)
        return child.wait()

    def result(self, trial: Path) -> Any:
        return self._last


# Each is called with whether as little as possible is to be worked on.
KINDS: Mapping[str, Callable[[bool], Kind]] = {
    one.name: one for one in (Indexing, Uploading, Fetching, Evaluating, Serving)}
