"""``findings eval`` in this process, over the shipped report, with a tiny embedder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from evals.suite.folder import Folder
from evals.suite.metrics.score import Score
from tests.cli.conftest import Ran
from tests.fakes import TinyEmbedder

LINK = "https://example.org/backlog"
ROWS: list[dict[str, Any]] = [
    {"id": "p1", "kind": "lookup", "question": "Is there a backlog in the high-tech crime unit?",
     "answerable": True, "needed": [["a951f4bccfff3627", "b558a2b183b5fc22"]],
     "reference": "Yes, there is a backlog of digital devices.", "note": f"see {LINK}"},
    {"id": "p2", "kind": "count", "question": "How many recommendations are there?",
     "answerable": True, "count": 6},
    {"id": "p3", "kind": "unanswerable", "question": "How did Bedfordshire Police do?",
     "answerable": False}]
Evaluate = Callable[..., Ran]


def asking(path: Path, *rows: Any, mark: str = "") -> Path:
    """A file of these rows; a text is a line as it is."""
    path.write_text(mark + "".join(
        f"{row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)}\n"
        for row in rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home and a cache of the module's own, with a tiny embedder."""
    place = tmp_path_factory.mktemp("place")
    with pytest.MonkeyPatch.context() as patch:
        for module in ("assistant.service", "evals.suite.run"):
            patch.setattr(f"{module}.open_embedder", lambda *args, **values: TinyEmbedder())
        for module in ("assistant.settings", "evals.retrieval.homes"):
            patch.setattr(f"{module}.user_cache_path", lambda *args, **values: place / "cache")
        yield place / "home"


@pytest.fixture
def evaluate(home: Path, capsys: pytest.CaptureFixture[str]) -> Evaluate:
    def ran(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            code = main(["--home", str(home), "eval", *map(str, arguments)])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return ran


@pytest.fixture(scope="module")
def questions(home: Path) -> Path:
    return asking(home.parent / "own.jsonl", *ROWS)


@pytest.fixture(scope="module")
def made(home: Path, questions: Path) -> Path:
    """A run that no test may change."""
    out = home.parent / "made"
    assert main(["--home", str(home), "eval", "run", "--questions", str(questions), "--judge",
                 "none", "--out", str(out)]) == 0
    return out


@pytest.fixture
def worse(made: Path, tmp_path: Path) -> Path:
    """The same run with the first question answered wrongly."""
    folder = Folder.open(Path(shutil.copytree(made, tmp_path / "worse")))
    scores = folder.scores()
    scores["p1"]["right"] = Score.of(False, "cites 0% of what is needed")
    folder.replace_scores(scores)
    return folder.path


def unfinished(made: Path, path: Path) -> Path:
    folder = Folder.open(Path(shutil.copytree(made, path)))
    folder.manifest["finished"] = None
    folder.save()
    return path
