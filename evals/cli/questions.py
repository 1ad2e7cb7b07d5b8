"""``findings eval lint``, ``make-questions`` and ``from-use``."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from assistant.models.registry import is_embedded, open_model
from corpus.errors import FixConfiguration
from corpus.model import Finding
from evals.cli.common import say, settings_of, suite_of
from evals.questions import lines, problems, row_of
from evals.suite.drafting.writing import Fault, Written
from evals.suite.suites import Suite, named
from index.store import Index

_FAULTS = {Fault.SEVERAL_LINES: "had several lines", Fault.NO_QUESTION: "asked nothing",
           Fault.TOO_SHORT: "too short", Fault.TOO_LONG: "too long",
           Fault.COPIED: "copied the finding's words",
           Fault.SPEAKS_OF_IT: 'spoke of "the finding"', Fault.REPEATED: "asked before",
           Fault.UNREADABLE: "could not be read"}
# A question with its answer as JSON is longer than the sentences that the embedded model is for.
_REPLY_TOKENS = 1200


def lint(options: argparse.Namespace) -> int:
    """Tell every fault of a dataset; 1 where there is one."""
    suite = suite_of(options)
    told, rows = _readable(suite.questions)
    with _library(options, suite) as index:
        told += problems([row_of("lint", row) for row in rows],
                         {finding.id for finding in index.findings()})
    for line in told:
        say(line)
    if not rows and not told:
        told.append("There are no questions in it.")
        say(told[0])
    kinds = Counter(str(row["kind"]) for row in rows)
    drafts = sum(bool(row.get("draft")) for row in rows)
    say(f"{suite.questions.name}: {_many(len(rows), 'question')} "
        f"({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items())) or 'of no kind'}), "
        f"{_many(drafts, 'draft')}, {_many(len(told), 'fault')}.")
    return 1 if told else 0


def make(options: argparse.Namespace) -> int:
    """Draft questions into a new file; 0 where a model broke off after some of its own."""
    from evals.suite.drafting.drafts import KINDS, drafts

    _new(options.out)
    if unknown := [kind for kind in options.kinds if kind not in KINDS]:
        raise FixConfiguration(f"No questions of the kind {unknown[0]!r} are drafted.",
                               f"Use {', '.join(KINDS)}.")
    if options.generator == "ragas" and not options.model:
        raise FixConfiguration("RAGAS's generator needs a language model.",
                               "Name one with --model: local, or provider:name.")
    with _library(options, named(options.suite) if options.suite else None) as index:
        findings, reports = list(index.findings()), index.reports()
    rows = drafts(findings, reports, options.number, options.kinds or None, options.seed)
    told = _by_model(options, findings) if options.model else Written(())
    rows += told
    _write(options.out, rows)
    for line in _left_out(told):
        say(line)
    say(f"{_many(len(rows), 'draft')} in {options.out}. Read each, put it right or throw it away, "
        'and take "draft" out: drafts are asked and scored, and decide nothing.')
    return 0


def _by_model(options: argparse.Namespace, findings: Sequence[Finding]) -> Written:
    """What a language model drafts, in the way that was asked for."""
    from assistant.service import open_embedder
    from evals.suite.drafting.drafts import written

    settings = settings_of(options)
    if options.generator == "ragas":
        # Imported before a model is opened, which takes a while: RAGAS may not be installed.
        from evals.suite.adapter.testset import generated
    opened = open_model(settings.model_copy(update={"model": options.model}))
    try:
        if options.generator != "ragas":
            return written(findings, opened.chat, options.number, options.seed, opened.name)
        chat = opened.chat
        if is_embedded(options.model):
            chat = chat.model_copy(update={"max_tokens": _REPLY_TOKENS})
        embedder = open_embedder(settings)
        return generated(findings, chat, lambda texts: embedder.embed(texts).tolist(),
                         options.number, options.seed, opened.name)
    finally:
        opened.close()


def _left_out(told: Written) -> Iterator[str]:
    """What became of a model's replies that were not kept, and what broke off its writing."""
    if told.dropped:
        parts = ", ".join(f"{count} {_FAULTS[fault]}"
                          for fault, count in sorted(told.dropped.items()))
        yield f"{_many(sum(told.dropped.values()), 'reply', 'replies')} of the model dropped: " \
              f"{parts}."
    if told.error is not None:
        yield f"The model's drafts are fewer than asked for: {told.error}"


def from_use(options: argparse.Namespace) -> int:
    """Turn what readers marked in the app into drafts."""
    from assistant.feedback import read
    from evals.suite.used import rows

    _new(options.out)
    found = rows(read(settings_of(options).home_path), options.all)
    _write(options.out, found)
    say(f"{_many(len(found), 'draft')} in {options.out}. They hold what readers asked and were "
        "told: keep them as private as the app's own folder.")
    return 0


def _readable(path: Path) -> tuple[list[str], list[Mapping[str, Any]]]:
    """What is wrong with the lines of a file, and the rows that can be used."""
    told: list[str] = []
    rows: list[Mapping[str, Any]] = []
    try:
        held = lines(path)
    except (OSError, UnicodeDecodeError) as error:
        raise FixConfiguration(f"The questions {path} can't be read.",
                               "Name a JSON Lines file in UTF-8 with --questions.") from error
    for number, line in held:
        try:
            row = json.loads(line)
            row_of(path.stem, row)
            rows.append(row)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            told.append(f"Line {number}: {error}.")
    return told, rows


@contextmanager
def _library(options: argparse.Namespace, suite: Suite | None) -> Iterator[Index]:
    from evals.suite.plan import Plan
    from evals.suite.run import service

    plan = Plan(Path(), reports=suite.reports if suite is not None else ())
    with closing(service(plan, settings_of(options))) as served:
        yield served.current()[0]


def _new(path: Path) -> None:
    if path.exists():
        raise FixConfiguration(f"{path} is there already.", "Name a new file; yours may hold "
                               "work of a person.")


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    try:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows),
                        "utf-8")
    except OSError as error:
        raise FixConfiguration(f"{path} can't be written: {error.strerror}.",
                               "Name another file.") from error


def _many(count: int, thing: str, things: str = "") -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {things or thing + 's'}"
