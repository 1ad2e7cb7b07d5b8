"""``findings eval lint``, ``make-questions`` and ``from-use``."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from assistant.models.registry import open_model
from corpus.errors import FixConfiguration
from evals.cli.common import say, settings_of, suite_of
from evals.questions import KINDS, lines, problems, row_of
from evals.suite.suites import Suite, named
from index.store import Index


def lint(options: argparse.Namespace) -> int:
    """Tell every fault of a dataset; 1 where there is one."""
    suite = suite_of(options)
    told, rows = _readable(suite.questions)
    with _library(options, suite) as index:
        told += problems([row_of("lint", row) for row in rows],
                         {finding.id for finding in index.findings()})
    for line in told:
        say(line)
    kinds = Counter(str(row["kind"]) for row in rows)
    drafts = sum(bool(row.get("draft")) for row in rows)
    say(f"{suite.questions.name}: {_many(len(rows), 'question')} "
        f"({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}), "
        f"{_many(drafts, 'draft')}, {_many(len(told), 'fault')}.")
    return 1 if told else 0


def make(options: argparse.Namespace) -> int:
    """Draft questions into a new file."""
    from evals.suite.drafting.drafts import drafts, written

    _new(options.out)
    if unknown := [kind for kind in options.kinds if kind not in KINDS]:
        raise FixConfiguration(f"There is no kind of question called {unknown[0]!r}.",
                               f"Use {', '.join(KINDS)}.")
    with _library(options, named(options.suite) if options.suite else None) as index:
        findings, reports = list(index.findings()), index.reports()
    rows = drafts(findings, reports, options.number, options.kinds or None, options.seed)
    if options.model:
        opened = open_model(settings_of(options).model_copy(update={"model": options.model}))
        try:
            rows += written(findings, opened.chat, options.number, options.seed)
        finally:
            opened.close()
    _write(options.out, rows)
    say(f"{_many(len(rows), 'draft')} in {options.out}. Read each, put it right or throw it away, "
        'and take "draft" out: drafts are asked and scored, and decide nothing.')
    return 0


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


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
