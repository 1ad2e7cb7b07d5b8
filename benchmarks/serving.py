"""``findings serve`` from a second start: until the page answers, until a question is answered,
and the memory it takes at rest and while questions are asked, on the shipped reports and on a
library of 100,000 findings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from assistant.service import bring_in_step, open_embedder
from assistant.settings import SHIPPED_REPORTS, load
from benchmarks import archive, material, memory
from benchmarks.asking import Asker
from benchmarks.command import ROOT, findings
from benchmarks.measure import Effort, Measure, Result, interleaved, median
from index import weights
from index.sync import sync
from tests.browser.chromium import free_port

READY_S, MEMORY_MB = 5.0, 900.0
LIBRARY, SMALL = 100_000, 1_000
_PATIENCE_S = 120.0
_SETTLED_S = 8.0
_IMPORT = "from assistant.stubs import leave_out; leave_out(); import gradio"


def run(effort: Effort) -> Result:
    """Start the server several times and ask it questions over HTTP, as programs do."""
    measures = _imports(effort)
    with TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        embedder = open_embedder(material.settings(home))
        bring_in_step(material.settings(home), embedder, SHIPPED_REPORTS)
        starts, firsts = _starts(home, max(1, effort.repeats))
        measures += [median("the page answers", starts, "s", target=READY_S),
                     median("a question is answered with quotes", firsts, "s", target=READY_S)]
        measures += _memory("the shipped report", home, effort)
    with TemporaryDirectory() as scratch:
        home, size = Path(scratch) / "home", LIBRARY if effort.repeats > 1 else SMALL
        source = archive.write(Path(scratch) / "reports", size)
        sync(home, source, archive.Neighbouring(embedder))
        measures += _memory(f"{size:,} findings", home, effort)
    return Result(tuple(measures), (
        "from starting the process to the first reply; asked over HTTP, without a browser",
        "memory: the server's own part, without files of the index that are mapped and can be "
        "dropped at any time, and without the language model; 'in all' has those files too"))


def _imports(effort: Effort) -> list[Measure]:
    """Importing Gradio as the server does, beside importing it as it comes."""
    def process(code: str) -> object:
        return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)

    found = interleaved({"ours": lambda: process(_IMPORT),
                         "peer": lambda: process("import gradio")}, effort.repeats)
    return [median("importing Gradio, beside its usual import", found["ours"], "s",
                   peer=found["peer"])]


def _starts(home: Path, times: int) -> tuple[list[float], list[float]]:
    """Seconds until the page answers, and until a first question is answered, of several starts
    after a first one."""
    starts, firsts = [], []
    for turn in range(times + 1):
        begun = time.perf_counter()
        with served(home) as (url, _):
            ready = time.perf_counter() - begun
            Asker(url).ask(material.questions(1)[0])
            answered = time.perf_counter() - begun
        if turn:
            starts.append(ready)
            firsts.append(answered)
    return starts, firsts


def _memory(name: str, home: Path, effort: Effort) -> list[Measure]:
    """Memory of a server without a language model."""
    with served(home, without_language_model(home)) as (url, process):
        asker = Asker(url)
        asker.ask(material.questions(1)[0])
        time.sleep(_SETTLED_S if effort.repeats > 1 else 0)
        rest = memory.own_part(process)
        most = whole = rest
        for question in material.questions(effort.questions) * effort.rounds:
            asker.ask(question)
            most = max(most, memory.own_part(process))
            whole = max(whole, memory.resident(process))
    return [Measure(f"memory at rest, {name}", rest, "MB", MEMORY_MB),
            Measure(f"memory while asked, {name}", most, "MB", MEMORY_MB),
            Measure(f"memory while asked, in all, {name}", whole, "MB")]


def without_language_model(home: Path) -> dict[str, str]:
    """The variables by which a server finds the embedding model, in its home, and no language
    model. Raises ``RuntimeError`` where the embedding model is not in the user's cache folder."""
    embedding = weights.find([load().shared_model_path])
    if embedding is None:
        raise RuntimeError("The embedding model is not in the user's cache folder.")
    shutil.copytree(embedding.folder, home / "models" / embedding.folder.name,
                    dirs_exist_ok=True)
    return {"XDG_CACHE_HOME": str(home / "cache")}


@contextmanager
def served(home: Path, variables: Mapping[str, str] | None = None,
           **settings: str) -> Iterator[tuple[str, int]]:
    """``findings serve`` in a process of its own: its address once it answers, and its process id.
    ``settings`` are given as the variables that the program reads, ``model="local"``;
    ``variables`` are others of its environment.

    Raises ``RuntimeError`` with its last words when it does not start.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    begun = time.perf_counter()
    said = home / "serve.log"
    with said.open("w") as log, subprocess.Popen(
            findings("serve", "--home", str(home), "--port", str(port)), cwd=ROOT,
            env=os.environ | dict(variables or {})
            | {f"FINDINGS_{key.upper()}": value for key, value in settings.items()},
            stdout=log, stderr=log) as server:
        try:
            while not _answers(url):
                if server.poll() is not None or time.perf_counter() - begun > _PATIENCE_S:
                    raise RuntimeError(f"findings serve did not start: {said.read_text()[-300:]}")
                time.sleep(0.02)
            yield url, server.pid
        finally:
            server.terminate()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except (URLError, OSError):
        return False
