"""A run's folder: what it is a run of, answers and scores a line each, whole after any kill.

``run.json`` says what was asked of what, ``answers.jsonl`` and ``scores.jsonl`` grow a line at a
time. A line that a kill cut short is dropped when the folder is opened again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from corpus.errors import FixConfiguration, GiveUp
from evals.suite.metrics.score import Score
from evals.suite.record import Answered

FORMAT = 1


class Folder:
    """One run on disk. ``manifest`` is what ``run.json`` holds."""

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path = path
        self.manifest = dict(manifest)

    @classmethod
    def create(cls, path: Path, manifest: Mapping[str, Any]) -> Self:
        """A new run. Raises ``FixConfiguration`` where the folder holds something else."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
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
        for name in ("answers.jsonl", "scores.jsonl"):
            _mend(path / name)
        return cls(path, manifest)

    def save(self) -> None:
        """Write the manifest, whole or not at all."""
        _whole(self.path / "run.json", json.dumps(self.manifest, indent=1))

    def answers(self) -> dict[str, Answered]:
        """What has been answered, by the question's id, in order."""
        return {one.id: one for one in map(Answered.from_dict, self._lines("answers.jsonl"))}

    def scores(self) -> dict[str, dict[str, Score]]:
        """What has been scored: by question, then by metric. Of a question scored twice the
        later line holds."""
        return {line["id"]: {name: Score.from_dict(told) for name, told in line["scores"].items()}
                for line in self._lines("scores.jsonl")}

    def add_answer(self, answered: Answered) -> None:
        """Keep an answer."""
        self._add("answers.jsonl", answered.to_dict())

    def add_scores(self, identifier: str, scores: Mapping[str, Score]) -> None:
        """Keep a question's scores."""
        self._add("scores.jsonl", {"id": identifier, "scores": {
            name: score.to_dict() for name, score in scores.items()}})

    def replace_scores(self, scores: Mapping[str, Mapping[str, Score]]) -> None:
        """Put these scores in the place of all that there are, at once."""
        _whole(self.path / "scores.jsonl", "".join(
            _line({"id": identifier, "scores": {n: s.to_dict() for n, s in by.items()}})
            for identifier, by in scores.items()))

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        path = self.path / name
        if path.is_file():
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    try:
                        yield json.loads(line)
                    except ValueError as error:
                        raise GiveUp(f"{path} is damaged.", "Run the evaluation again.") from error

    def _add(self, name: str, data: Mapping[str, Any]) -> None:
        with (self.path / name).open("a", encoding="utf-8") as out:
            out.write(_line(data))


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data) + "\n"


def _mend(path: Path) -> None:
    """Drop a last line without its end."""
    if not path.is_file():
        return
    held = path.read_bytes()
    if held and not held.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(held.rfind(b"\n") + 1)


def _whole(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(text, "utf-8")
    scratch.replace(path)
