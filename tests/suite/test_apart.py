"""The app knows nothing of the suite, and the suite reaches for no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import QUIET_DEPENDENCIES
from evals.suite.folder import Folder
from tests.suite.conftest import ROWS, asking
from tests.test_offline import UNPLUGGED

pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).resolve().parent.parent.parent
FOREIGN = ("ragas", "datasets", "langchain_community", "evals")

# Everything that the page, the command line and the answers are made of, then an answer.
APP = """
import importlib, json, pkgutil, sys
import app, assistant
for module in pkgutil.walk_packages(assistant.__path__, "assistant."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
code = assistant.cli.main(["ask", "How many recommendations are there?", "--composer", "quotes"])
print(json.dumps([code, [name for name in {foreign} if name in sys.modules]]))
"""

# A command of the suite as the shell runs it, then what its process has come to.
SUITE = """
import json, sys
from assistant.cli import main
code = main(sys.argv[1:])
from huggingface_hub import constants
from ragas import _analytics
print(json.dumps([code, _analytics.do_not_track(), constants.HF_HUB_OFFLINE,
                  constants.HF_HUB_DISABLE_TELEMETRY]))
"""


@pytest.fixture
def unplugged(tmp_path: Path) -> dict[str, str]:
    """The environment of a child process without a network, and with nothing switched off that
    the program itself doesn't switch off. ``LOG`` is where attempts are noted."""
    site, log = tmp_path / "site", tmp_path / "attempts"
    site.mkdir()
    (site / "sitecustomize.py").write_text(UNPLUGGED.format(log=str(log)))
    kept = {name: value for name, value in os.environ.items() if name not in QUIET_DEPENDENCIES}
    return {**kept, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}", "LOG": str(log),
            "FINDINGS_HOME": str(tmp_path / "home")}


def ended(script: str, environment: dict[str, str], *arguments: object) -> Any:
    """What a script says last."""
    done = subprocess.run([sys.executable, "-c", script, *map(str, arguments)], env=environment,
                          capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.real_embedder
def test_the_app_imports_nothing_of_the_suite(unplugged: dict[str, str],
                                              real_embedder: Any) -> None:
    assert ended(APP.format(foreign=FOREIGN), unplugged) == [0, []]


@pytest.mark.real_embedder
def test_a_run_reaches_for_nothing(unplugged: dict[str, str], tmp_path: Path,
                                   real_embedder: Any) -> None:
    questions = asking(tmp_path / "own.jsonl", *ROWS)
    told = ended(SUITE, unplugged, "eval", "run", "--questions", questions, "--judge", "trained",
                 "--fresh", "--out", tmp_path / "run")
    assert told == [0, True, True, True]
    run = Folder.open(tmp_path / "run")
    assert run.manifest["finished"]
    assert len(run.answers()) == 3
    assert run.scores()["p1"]["faithfulness"].value is not None
    assert not Path(unplugged["LOG"]).exists(), Path(unplugged["LOG"]).read_text()


@pytest.mark.real_embedder
def test_a_judge_is_asked_over_the_network_only_where_it_is_named(
        unplugged: dict[str, str], tmp_path: Path, real_embedder: Any) -> None:
    """That the attempts of a run would be noted, were there any."""
    questions = asking(tmp_path / "own.jsonl", ROWS[0])
    named = {**unplugged, "OPENAI_API_KEY": "not-a-key"}
    told = ended(SUITE, named, "eval", "run", "--questions", questions, "--judge",
                 "openai:gpt-4o-mini", "--fresh", "--metrics", "faithfulness", "--out",
                 tmp_path / "run")
    assert told[0] == 75
    assert "api.openai.com" in Path(unplugged["LOG"]).read_text()
    assert list(Folder.open(tmp_path / "run").answers()) == ["p1"]
