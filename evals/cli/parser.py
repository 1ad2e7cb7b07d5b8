"""The commands of the suite and their options."""

from __future__ import annotations

import argparse
import importlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from corpus.errors import FixConfiguration

_Add = Callable[[str, str, str, str], argparse.ArgumentParser]
_HOME = "where the index and the runs live"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, like every other command."""

    def error(self, message: str) -> NoReturn:
        """Raises ``FixConfiguration``."""
        raise FixConfiguration(f"{message[:1].upper()}{message[1:]}.", f"See '{self.prog} --help'.")


def build_parser() -> argparse.ArgumentParser:
    """The parser of ``findings eval``."""
    parser = _Parser(prog="findings eval", description="How good the answers are, and how far to "
                     "believe it. 'findings eval COMMAND --help' tells more of a command.")
    parser.add_argument("--home", type=Path, help=_HOME)
    common = _Parser(add_help=False)
    common.add_argument("--home", type=Path, default=argparse.SUPPRESS, help=_HOME)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, module: str, function: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(run=_lazily(module, function))
        return command

    _running(add)
    _looking(add)
    _gating(add)
    _keeping(add)
    return parser


def _lazily(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        return int(getattr(importlib.import_module(f"evals.cli.{module}"), function)(options))

    return run


def _judge(command: argparse.ArgumentParser, usual: str) -> None:
    command.add_argument("--judge", help="who decides what needs a judge: trained (no language "
                         "model), none, local (the embedded model) or provider:name; nothing is "
                         f"asked over a network unless named here (default: {usual})")
    command.add_argument("--repeats", type=_number, default=0, help="how often a judge is asked "
                         "the same (default: 3 for remote models, else 1)")
    command.add_argument("--metrics", type=lambda text: tuple(text.split(",")), default=(),
                         help="only these, separated by commas")
    command.add_argument("--price", type=_price, metavar="READ,WRITTEN",
                         help="what a million tokens cost, read and written")
    command.add_argument("--fresh", action="store_true", help="use and keep no earlier answers "
                         "and judgments")


def _running(add: _Add) -> None:
    run = add("run", "run", "run", "answer a dataset with the real assistant and score it; goes "
              "on with a run of the same that did not end")
    run.add_argument("--suite", help="a suite that ships (default: shipped); 'findings eval "
                     "suites' lists them")
    run.add_argument("--questions", type=Path, metavar="FILE", help="questions of your own over "
                     "the indexed reports, one JSON object a line")
    run.add_argument("--composer", choices=("quotes", "prose"), help="who words the answers "
                     "(default: the suite's)")
    run.add_argument("--model", help="the language model for prose: local, or provider:name")
    run.add_argument("--limit", type=_number, default=0, metavar="N", help="only the first N")
    run.add_argument("--out", type=Path, metavar="DIR", help="the run's folder (default: a new "
                     "one in the home)")
    run.add_argument("--floor", type=_share, default=0.9, help="coverage under which a mean says "
                     "too little, and the command fails (default 0.9)")
    _judge(run, "the suite's")
    score = add("score", "run", "score", "score a run again without answering again")
    score.add_argument("folder", type=Path, metavar="RUN")
    _judge(score, "trained")
    calibrate = add("calibrate", "judge", "calibrate", "measure how far a judge agrees with labels")
    calibrate.add_argument("--judge", default="trained", help="trained, local or provider:name")
    calibrate.add_argument("--claims", type=Path, metavar="FILE", help="labelled claims of your "
                           "own: {claim, premise, label} a line, label 1 for supported")
    calibrate.add_argument("--limit", type=_number, default=0, metavar="N",
                           help="only a random sample of N of each set")
    calibrate.add_argument("--write", action="store_true", help="keep it, to be shown beside the "
                           "judge's scores")


def _looking(add: _Add) -> None:
    compare = add("compare", "look", "compare", "what changed between two runs, question by "
                  "question")
    compare.add_argument("before", type=Path, metavar="A")
    compare.add_argument("after", type=Path, metavar="B")
    compare.add_argument("--json", action="store_true")
    report = add("report", "look", "report", "write a run's report: one HTML page and JSON")
    report.add_argument("folder", type=Path, metavar="RUN")
    report.add_argument("--out", type=Path, metavar="DIR", help="where to (default: the run's "
                        "folder)")
    show = add("show", "look", "show", "a run's figures at the terminal")
    show.add_argument("folder", type=Path, metavar="RUN")
    add("runs", "look", "runs", "the runs in the home, newest first")
    add("suites", "look", "suites", "the suites and metrics that there are")


def _gating(add: _Add) -> None:
    gate = add("gate", "gate", "gate", "compare a run with the committed baseline; fails on a "
               "regression, and on coverage under the floor")
    gate.add_argument("folder", type=Path, nargs="?", metavar="RUN",
                      help="a run (default: run the suite now)")
    gate.add_argument("--suite", default="shipped", help="whose baseline (default: shipped)")
    gate.add_argument("--baseline", type=Path, metavar="FILE", help="a baseline of your own")
    gate.add_argument("--write", action="store_true", help="make this run the baseline")
    gate.add_argument("--floor", type=_share, default=0.9, help="least coverage (default 0.9)")


def _keeping(add: _Add) -> None:
    lint = add("lint", "questions", "lint", "check questions against the reports they are about")
    lint.add_argument("--suite", help="a suite that ships")
    lint.add_argument("--questions", type=Path, metavar="FILE", help="questions of your own over "
                      "the indexed reports")
    make = add("make-questions", "questions", "make", "draft questions from the indexed findings, "
               "for a person to edit")
    make.add_argument("out", type=Path, metavar="FILE.jsonl")
    make.add_argument("--suite", help="over this suite's reports, not the indexed ones")
    make.add_argument("-n", "--number", type=_number, default=60, help="how many (default 60)")
    make.add_argument("--kinds", type=lambda text: tuple(text.split(",")), default=(),
                      help="only these kinds, separated by commas")
    make.add_argument("--model", help="also have a language model draft look-ups: local, or "
                      "provider:name")
    make.add_argument("--generator", choices=("findings", "ragas"), default="findings",
                      help="how a language model drafts: a question to each finding, or RAGAS's "
                      "own test-set generator")
    make.add_argument("--seed", type=int, default=11)
    used = add("from-use", "questions", "from_use", "what readers marked in the app, as questions "
               "for a person to edit")
    used.add_argument("out", type=Path, metavar="FILE.jsonl")
    used.add_argument("--all", action="store_true", help="also what was marked as helpful")


def _number(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from error
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from error
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 1")
    return share


def _price(text: str) -> tuple[float, float]:
    read, _, written = text.partition(",")
    try:
        prices = float(read), float(written)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write it as 0.15,0.60") from error
    if not all(0 <= price < math.inf for price in prices):
        raise argparse.ArgumentTypeError(f"{text} is no price")
    return prices
