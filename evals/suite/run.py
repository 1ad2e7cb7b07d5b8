"""A run: every question answered and scored, a row at a time, so that a kill loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.service import Service, library_of, open_embedder, open_service
from assistant.settings import Settings
from corpus.errors import FixConfiguration, GiveUp
from corpus.model import Finding
from evals.questions import problems, row_of
from evals.retrieval import homes
from evals.suite.answering import Answering, rows
from evals.suite.cache import Cache
from evals.suite.folder import Folder
from evals.suite.judges.judge import Judge
from evals.suite.judges.opening import NONE, Remembering, open_judge
from evals.suite.metrics.scoring import Scorer
from evals.suite.plan import Judged, Plan, identity, manifest, prices
from index.embedding import Embedder

# Called with how many questions are done, how many there are, and what is going on.
Progress = Callable[[int, int, str], None]


def run(plan: Plan, settings: Settings, progress: Progress = lambda done, of, what: None) -> Folder:
    """Answer and score what a plan names, in its folder or a new one; go on with a run of the
    same that did not end.

    Raises ``FixConfiguration`` for questions that don't fit the library, a model or judge that
    can't be had, and a folder with a run of something else; ``TryAgain`` where a model stops
    replying: what was done is kept.
    """
    asked = rows(plan.questions, plan.limit)
    with _cache(settings, plan.cached) as cache, _asking(plan, settings, cache) as answering:
        _fits(answering, asked)
        known: dict[str, Finding] = {}
        judge = open_judge(plan.judge, settings, known, cache)
        try:
            told = manifest(plan, asked, answering.corpus, answering.model, _judged(plan, judge),
                            answering.reports)
            folder = _folder(plan, settings, told)
            scorer = Scorer(judge, _embed(settings), known, _times(plan, judge),
                            plan.prices, plan.metrics)
            with folder.alone():
                _rows(folder, asked, answering, scorer, progress)
        finally:
            if judge is not None:
                judge.close()
    return folder


def rescore(folder: Folder, judge_name: str, settings: Settings, plan: Plan,
            progress: Progress = lambda done, of, what: None) -> Folder:
    """Score a run again, with this judge, without answering again. The scores that it has stay
    until the new ones are whole. Raises ``TryAgain`` while the run is still being made."""
    with folder.alone(), _cache(settings, plan.cached) as cache:
        answers = folder.answers()
        known: dict[str, Finding] = {}
        judge = open_judge(judge_name, settings, known, cache)
        try:
            scorer = Scorer(judge, _embed(settings), known, _times(plan, judge),
                            plan.prices, plan.metrics)
            scores = {}
            for done, answered in enumerate(answers.values()):
                progress(done, len(answers), answered.row.question)
                scores[answered.id] = scorer.score(answered)
        finally:
            if judge is not None:
                judge.close()
        progress(len(answers), len(answers), "")
        folder.replace_scores(scores)
        told = _judged(replace(plan, judge=judge_name), judge)
        folder.manifest |= {"judge": told.to_dict(), "metrics": list(plan.metrics),
                            "prices": prices(plan), "rescored": _now()}
        # A run that did not end is gone on with by the judge that has scored its beginning, only.
        folder.manifest["key"] = identity(folder.manifest, told)
        folder.save()
    return folder


def _rows(folder: Folder, asked: list[dict[str, Any]], answering: Answering, scorer: Scorer,
          progress: Progress) -> None:
    answers, scores = folder.answers(), folder.scores()
    for done, told in enumerate(asked):
        progress(done, len(asked), str(told["question"]))
        answered = answers.get(str(told["id"]))
        if answered is None:
            answered = answering.answer(told)
            folder.add_answer(answered)
        if answered.id not in scores:
            folder.add_scores(answered.id, scorer.score(answered))
    progress(len(asked), len(asked), "")
    if not folder.manifest["finished"]:
        folder.manifest["finished"] = _now()
        folder.save()


def _folder(plan: Plan, settings: Settings, told: Mapping[str, Any]) -> Folder:
    """The folder of a plan: one that holds an unfinished run of the same, or a new one."""
    place = plan.out or _unfinished(settings, told) or _new(settings, told)
    if not (place / "run.json").is_file():
        return Folder.create(place, {**told, "started": _now()})
    folder = Folder.open(place)
    if folder.manifest.get("key") != told["key"]:
        raise FixConfiguration(f"{place} holds a run of something else: other questions, reports, "
                               "program, composer or judge.", "Name another folder with --out.")
    return folder


def runs(settings: Settings) -> Path:
    """Where runs are kept that no folder was named for."""
    return settings.home_path / "evals"


def _unfinished(settings: Settings, told: Mapping[str, Any]) -> Path | None:
    for path in sorted(runs(settings).glob("*/run.json"), reverse=True):
        try:
            held = Folder.open(path.parent).manifest
        except GiveUp:
            # It can't be gone on with, and keeps nobody from a new one.
            continue
        if held.get("key") == told["key"] and not held.get("finished"):
            return path.parent
    return None


def _new(settings: Settings, told: Mapping[str, Any]) -> Path:
    stamp = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    return runs(settings) / f"{stamp}-{told['name']}-{told['key'][:6]}"


@contextmanager
def _asking(plan: Plan, settings: Settings, cache: Cache) -> Iterator[Answering]:
    with closing(service(plan, settings)) as served:
        model = "quotes"
        if plan.composer == "prose":
            # Without this an absent model would be answered for by quotes, question by question.
            model = served.writer.composer().name
        served.warm()
        yield Answering(served, plan.composer, cache, model)


def service(plan: Plan, settings: Settings) -> Service:
    """The assistant over the reports of a plan, else over the installation's own."""
    if plan.model:
        settings = settings.model_copy(update={"model": plan.model})
    if not plan.reports:
        return open_service(settings, library_of(settings))
    home = homes.folder() / "suite"
    source = homes.library(home / "library", plan.reports)
    embedder = open_embedder(settings)
    homes.prepared(home, source, embedder)
    return Service(settings.model_copy(update={"home": home}), embedder)


def _fits(answering: Answering, asked: list[dict[str, Any]]) -> None:
    found = problems([row_of("run", told) for told in asked], answering.ids)
    if found:
        raise FixConfiguration(f"The questions don't fit the reports: {found[0]}",
                               f"`findings eval lint` tells all {len(found)}.")


def _judged(plan: Plan, judge: Remembering | None) -> Judged:
    if judge is None:
        return Judged(NONE, "", 0, "none")
    return Judged(judge.name, judge.fingerprint, _times(plan, judge))


def _times(plan: Plan, judge: Judge | None) -> int:
    return plan.times(judge is not None and judge.is_random)


def _embed(settings: Settings) -> Callable[..., Any]:
    embedder: Embedder = open_embedder(settings)
    return lambda texts: embedder.embed(list(texts))


@contextmanager
def _cache(settings: Settings, wanted: bool) -> Iterator[Cache]:
    path = settings.shared_model_path.parent / "evals" / "kept.sqlite" if wanted else None
    with closing(Cache(path)) as cache:
        yield cache


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
