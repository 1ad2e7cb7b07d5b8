"""Start-up: the command line from cold, each time in a fresh process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.service import bring_in_step, open_embedder
from assistant.settings import SHIPPED_REPORTS
from benchmarks import material, peer
from benchmarks.command import Spent, findings, imported, spent
from benchmarks.measure import Effort, Measure, Result, interleaved, median

HELP_S, ASK_S = 0.5, 4.0
HEAVY = ("chromadb", "gradio", "langchain", "langchain_core", "numpy", "onnxruntime", "pydantic",
         "ragas", "sentence_transformers", "sklearn", "torch", "transformers", "xllamacpp")
# What a question answered by quotes has no use for.
_UNWANTED = ("gradio", "langchain", "langchain_core", "ragas", "sentence_transformers", "sklearn",
             "torch", "transformers", "xllamacpp")


def run(effort: Effort) -> Result:
    """Time ``findings --help`` and ``findings ask`` with the index in step."""
    with TemporaryDirectory() as scratch:
        home, store = Path(scratch) / "home", Path(scratch) / "peer"
        settings = material.settings(home)
        bring_in_step(settings, open_embedder(settings), SHIPPED_REPORTS)
        question = material.questions(1)[0]
        asking = ("ask", "--home", str(home), "--composer", "quotes", question)
        commands = {"python": [sys.executable, "-c", "pass"], "help": findings("--help"),
                    "ask": findings(*asking)}
        absent = peer.missing() if effort.peer else None
        if effort.peer and absent is None:
            peer.build(material.shipped_texts(), peer.embeddings(), store)
            commands["peer"] = [sys.executable, "-m", "benchmarks.peer", str(store), question]
        measures = _timed(commands, effort.repeats)
        told = {"--help": imported(["--help"]), "ask": imported(asking)}
    measures += [
        Measure("heavy modules that --help imports", _count(told["--help"], HEAVY), "modules", 0),
        Measure("unneeded modules that ask imports", _count(told["ask"], _UNWANTED), "modules", 0)]
    notes = [_heaviest(name, found) for name, found in told.items()]
    if "peer" in commands:
        notes.append("peer of ask: LangChain opens its store and runs one similarity_search")
    return Result(tuple(measures), tuple(notes), (absent,) if absent else ())


def _timed(commands: dict[str, list[str]], repeats: int) -> list[Measure]:
    found: dict[str, list[Spent]] = {name: [] for name in commands}

    def once(name: str) -> Callable[[], None]:
        return lambda: found[name].append(spent(commands[name]))

    interleaved({name: once(name) for name in commands}, repeats)
    walls = {name: [one.wall for one in runs] for name, runs in found.items()}
    used = {name: [one.processor for one in runs] for name, runs in found.items()}
    return [
        median("python alone", walls["python"], "s"),
        median("findings --help", walls["help"], "s", target=HELP_S),
        median("findings ask, cold", walls["ask"], "s", target=ASK_S,
               peer=walls.get("peer", ())),
        median("findings ask, processor time", used["ask"], "s", peer=used.get("peer", ()))]


def _count(found: dict[str, float], names: tuple[str, ...]) -> int:
    return sum(name in found for name in names)


def _heaviest(command: str, found: dict[str, float]) -> str:
    top = sorted(((found[name], name) for name in HEAVY if name in found), reverse=True)
    listed = ", ".join(f"{name} {took:.0f} ms" for took, name in top)
    return f"{command} imports of the heavy modules: {listed or 'none'}"
