"""``python -m evals.retrieval``: is the right passage found, and found better than by simpler
systems? Runs without a language model.

The first run embeds the outside corpora (minutes); later runs take the vectors from the user's
cache folder.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.service import open_embedder
from assistant.settings import load
from evals import questions as datasets
from evals.retrieval import clapnq, homes, mtrag, own, peer, scifact, systems
from evals.retrieval.bench import Bench
from evals.retrieval.report import Part

_ROOT = Path(__file__).resolve().parent.parent.parent
_OUTSIDE: dict[str, tuple[Callable[[Bench], Part], tuple[str, ...]]] = {
    "scifact": (scifact.run, scifact.NEEDS), "mtrag": (mtrag.run, mtrag.NEEDS),
    "clapnq": (clapnq.run, clapnq.NEEDS)}
PARTS = (*_OUTSIDE, "own")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for; one whose material is absent says so and is left out."""
    told = _parser().parse_args(arguments)
    chosen = told.only.split(",") if told.only else list(PARTS)
    if unknown := [name for name in chosen if name not in PARTS]:
        sys.stderr.write(f"No part is called {', '.join(unknown)}: {', '.join(PARTS)}.\n")
        return 2
    begun = time.perf_counter()
    bench = _bench(told.benchmarks, with_peer=not told.no_peer,
                  with_reranked=told.reranked)
    sys.stdout.write(f"set up in {time.perf_counter() - begun:.1f} s\n\n")
    parts = []
    for name in chosen:
        part = run(name, bench)
        sys.stdout.write(part.text() if isinstance(part, Part) else f"== {name}: {part}\n\n")
        sys.stdout.flush()
        if isinstance(part, Part):
            parts.append(part)
    sys.stdout.write(f"{time.perf_counter() - begun:.1f} s in all\n")
    if told.json:
        told.json.write_text(json.dumps([part.to_dict() for part in parts], indent=1,
                                        ensure_ascii=False), "utf-8")
    return 0


def run(name: str, bench: Bench) -> Part | str:
    """A part with the seconds it took, or why it can't be run."""
    begun, worked = time.perf_counter(), time.process_time()
    if name == "own":
        asked = own.datasets()
        if not asked:
            return f"left out, there are no questions in {datasets.FOLDER.name}/ yet"
        part = own.run(bench, asked)
    else:
        work, needs = _OUTSIDE[name]
        if absent := [need for need in needs if not (bench.benchmarks / need).is_file()]:
            return f"left out, {bench.benchmarks} doesn't hold {', '.join(absent)}"
        part = work(bench)
    return replace(part, seconds=time.perf_counter() - begun,
                   processor=time.process_time() - worked)


def _bench(benchmarks: Path, with_peer: bool, with_reranked: bool) -> Bench:
    root = homes.folder()
    embedder = open_embedder(load())
    absent = peer.missing() if with_peer else "the peer was left out, as asked"
    if absent:
        sys.stdout.write(f"{absent}\n")
    reranker = systems.reranker() if with_reranked else None
    return Bench(benchmarks, root, embedder,
                 None if absent else peer.Peer(root / "langchain"), reranker)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.retrieval", description=__doc__)
    parser.add_argument("--only", help=f"parts, joined by commas: {', '.join(PARTS)}")
    parser.add_argument("--json", type=Path, help="write everything to this file as well")
    parser.add_argument("--benchmarks", type=Path, default=_ROOT.parent / "shared" / "benchmarks",
                        help="the folder of outside material")
    parser.add_argument("--no-peer", action="store_true", help="leave the LangChain set-up out")
    parser.add_argument("--reranked", action="store_true", help="on the outside sets, also the "
                        "order that the reranker alone would give (search never uses it)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
