"""A run's folder: what it is a run of, answers and scores a line each, whole after any kill.

``run.json`` says what was asked of what, ``answers.jsonl`` and ``scores.jsonl`` grow a line at a
time. A line that a kill cut short counts for nothing, and goes when the next one is added.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from filelock import FileLock, Timeout

from corpus.errors import FixConfiguration, GiveUp, TryAgain, remedy
from evals.suite.metrics.score import Score
from evals.suite.record import Answered

FORMAT = 1
Read = TypeVar("Read")


class Folder:
    """One run on disk. ``manifest`` is what ``run.json`` holds."""

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path = path
        self.manifest = dict(manifest)

    @classmethod
    def create(cls, path: Path, manifest: Mapping[str, Any]) -> Self:
        """A new run. Raises ``FixConfiguration`` where the folder holds something else."""
        # What a kill left of a run that had not begun yet is hidden, and in nobody's way.
        if path.exists() and (not path.is_dir() or any(
                not one.name.startswith(".") for one in path.iterdir())):
            raise FixConfiguration(f"{path} is not empty and holds no run.",
                                   "Name another folder with --out.")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FixConfiguration(f"{path} can't be made: {error.strerror}.",
                                   "Name another folder with --out.") from error
        made = cls(path, {"format": FORMAT, **manifest})
        made.save()
        return made

    @classmethod
    def open(cls, path: Path) -> Self:
        """A run that is there. Raises ``FixConfiguration`` where there is none, ``GiveUp``
        where it can't be read."""
        file = path / "run.json"
        if not file.is_file():
            raise FixConfiguration(f"There is no run in {path}.",
                                   "Make one with `findings eval run --out DIR`.")
        try:
            manifest = json.loads(file.read_text("utf-8"))
            known = manifest["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise GiveUp(f"{file} can't be read.", "Run the evaluation again.") from error
        if known != FORMAT:
            raise GiveUp(f"{path} is a run of another version of the program.",
                         "Run the evaluation again.")
        return cls(path, manifest)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the one that writes here. Raises ``TryAgain`` while another process is."""
        try:
            lock = FileLock(self.path / ".lock", timeout=0)
            with _storing(self.path / ".lock"):
                lock.acquire()
        except Timeout as error:
            raise TryAgain(f"Another process is at work on {self.path}.",
                           "Wait until it is done, or name another folder with --out.") from error
        try:
            yield
        finally:
            lock.release()

    def save(self) -> None:
        """Write the manifest, whole or not at all."""
        with _storing(self.path / "run.json"):
            _whole(self.path / "run.json", json.dumps(self.manifest, indent=1))

    def answers(self) -> dict[str, Answered]:
        """What has been answered, by the question's id, in order. Raises ``GiveUp`` for a file
        that is damaged, as ``scores`` does."""
        return {one.id: one for one in self._read("answers.jsonl", Answered.from_dict)}

    def scores(self) -> dict[str, dict[str, Score]]:
        """What has been scored: by question, then by metric. Of a question scored twice the
        later line holds."""
        return dict(self._read("scores.jsonl", _scored))

    def add_answer(self, answered: Answered) -> None:
        """Keep an answer."""
        self._add("answers.jsonl", answered.to_dict())

    def add_scores(self, identifier: str, scores: Mapping[str, Score]) -> None:
        """Keep a question's scores."""
        self._add("scores.jsonl", {"id": identifier, "scores": {
            name: score.to_dict() for name, score in scores.items()}})

    def replace_scores(self, scores: Mapping[str, Mapping[str, Score]]) -> None:
        """Put these scores in the place of all that there are, at once."""
        with _storing(self.path / "scores.jsonl"):
            _whole(self.path / "scores.jsonl", "".join(
                _line({"id": identifier, "scores": {n: s.to_dict() for n, s in by.items()}})
                for identifier, by in scores.items()))

    def _read(self, name: str, read: Callable[[Any], Read]) -> Iterator[Read]:
        path = self.path / name
        if not path.is_file():
            return
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield read(json.loads(line))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise GiveUp(f"{path} is damaged in line {number}.",
                                 "Run the evaluation again.") from error

    def _add(self, name: str, data: Mapping[str, Any]) -> None:
        path = self.path / name
        with _storing(path):
            _mend(path)
            with path.open("ab", buffering=0) as out:
                end, line = out.tell(), _line(data).encode()
                try:
                    while line:
                        line = line[out.write(line):]
                except OSError:
                    out.truncate(end)
                    raise


@contextmanager
def _storing(path: Path) -> Iterator[None]:
    """The system's refusal to write, as an error that says what to do."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        raise FixConfiguration(
            f"{path} can't be written ({error.strerror}). The rows before are kept.",
            remedy(error, "Make the folder writable, or name another with --out.")) from error


def _scored(line: Any) -> tuple[str, dict[str, Score]]:
    return line["id"], {name: Score.from_dict(told) for name, told in line["scores"].items()}


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data) + "\n"


def _mend(path: Path) -> None:
    """Drop a last line without its end."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 1))
        if end and file.read(1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)


def _whole(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(text, "utf-8")
    scratch.replace(path)
