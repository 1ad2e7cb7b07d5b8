"""The checks of ``findings doctor`` for what is kept in the home: the index and whatever people
have put there."""

from __future__ import annotations

import time
from pathlib import Path

from assistant import service
from assistant.cli.finding import Finding
from assistant.conversations import Conversations
from assistant.feedback import Feedback
from assistant.paper.store import Papers
from assistant.runs import Lack, Runs
from assistant.settings import Settings
from corpus import library
from index import generation, vectors
from index.generation import Manifest
from index.store import Index
from index.wanted import CORRECTIONS, UPLOADS

# A file that is so much newer than now, in seconds, was written by another clock.
_AHEAD_S = 3600.0
_NAMED = 5


def index(settings: Settings) -> Finding:
    """Whether the index is whole, byte by byte, and answers. Chroma is not opened: damaged files
    can take a process down, and it writes to those that are sound."""
    home = settings.index_path
    found = generation.current(home)
    if found is None:
        return _none(home)
    path, manifest = found
    if problem := generation.shortened(path, manifest) or generation.altered(path, manifest):
        return Finding(False, f"the index is damaged: {problem}. Run 'findings index', which makes "
                       "it anew; the reports are not touched.")
    if (path / "chroma").is_dir() and vectors.counted(path / "chroma") != manifest.findings:
        return Finding(False, "the index is damaged: Chroma does not hold what it should. Run "
                       "'findings index --rebuild', which makes it anew; the reports are not "
                       "touched.")
    return _answers(settings, manifest)


def _none(home: Path) -> Finding:
    others = [one for one in (home / "index").glob("*/manifest.json")
              if not one.parent.name.startswith("building-")]
    if not others:
        return Finding(False, "there is no index yet. Run 'findings index'.")
    return Finding(False, "what says which index is in force can't be read, or another version of "
                   "the program wrote it. Run 'findings index', which takes up what is whole.")


def _answers(settings: Settings, manifest: Manifest) -> Finding:
    from index import weights

    said = f"the index is whole, with {manifest.findings:,} findings"
    if weights.find([settings.model_path, settings.shared_model_path]) is None:
        return Finding(True, said)
    embedder = service.open_embedder(settings)
    if manifest.model != embedder.fingerprint:
        return Finding(False, "the index was made with another embedding model. Run 'findings "
                       "index'.")
    opened = Index(settings.index_path, embedder)
    try:
        opened.search("police")
    finally:
        opened.close()
    return Finding(True, f"{said}, and answers")


def builds(settings: Settings) -> Finding:
    """Whether a build of the index was cut off."""
    left = sorted((settings.index_path / "index").glob("building-*"))
    if not left:
        return Finding(True, "no build of the index was cut off")
    return Finding(False, "a build of the index was cut off or is under way. Where none is under "
                   "way, 'findings index' goes on from where it ended.", warning=True)


def uploads(settings: Settings) -> Finding:
    """Whether what was uploaded can be read."""
    folder = settings.home_path / UPLOADS
    if not folder.is_dir():
        return Finding(True, "nothing was uploaded")
    found = library.read_items(library.items([folder], settings.home_path / CORRECTIONS))
    text = f"{len(found.reports)} uploaded reports can be read"
    if not found.skipped:
        return Finding(True, text)
    reasons = " ".join(one.reason for one in found.skipped[:_NAMED])
    return Finding(False, f"{text}, not these: {reasons} Take them out of {folder}.", warning=True)


def conversations(settings: Settings) -> Finding:
    """Whether every conversation can be read."""
    return _readable("conversations", Conversations(settings.home_path).broken())


def briefings(settings: Settings) -> Finding:
    """Whether every briefing can be read."""
    return _readable("briefings", Papers(settings.home_path).broken())


def _readable(what: str, broken: list[Path]) -> Finding:
    if not broken:
        return Finding(True, f"the {what} that are kept can be read")
    names = ", ".join(str(path) for path in broken[:_NAMED])
    return Finding(False, f"{len(broken)} {what} can't be read and are passed over: {names}. Bring "
                   "them back from a backup, or move them away.", warning=True)


def feedback(settings: Settings) -> Finding:
    """Whether every line of the readers' feedback can be read."""
    kept = Feedback(settings.home_path)
    if not (broken := kept.broken()):
        return Finding(True, "the feedback that is kept can be read")
    lines = ", ".join(map(str, broken[:_NAMED]))
    return Finding(False, f"{len(broken)} lines of {kept.path} can't be read and are passed over "
                   f"(line {lines}). Nothing needs doing; a backup may have them.", warning=True)


def evaluations(settings: Settings) -> Finding:
    """Whether the evaluation runs can be read."""
    found = Runs(settings.home_path).listing()
    broken = [one.name for one in found.passed]
    broken += [one.name for one in found.runs if one.lack is Lack.DAMAGED]
    if broken:
        return Finding(False, f"evaluation runs that are damaged: {', '.join(broken[:_NAMED])}. "
                       "Run the evaluation again, or remove the folder.", warning=True)
    if going := [one.name for one in found.runs if not one.is_finished]:
        return Finding(False, f"evaluation runs that did not end: {', '.join(going[:_NAMED])}. The "
                       "same 'findings eval run' goes on with them.", warning=True)
    return Finding(True, "the evaluation runs can be read")


def shipped_models(_: Settings) -> Finding:
    """Whether the models that ship with the program are whole."""
    from assistant.verify.entailment import OnnxEntailment
    from index.reranking import OnnxReranker

    OnnxReranker()
    OnnxEntailment()
    return Finding(True, "the reranking and the support model are whole")


def clock(settings: Settings) -> Finding:
    """Whether the clock of this computer has been set back."""
    home = settings.home_path
    ahead = [path for path in (home / "index" / "current", home / "feedback.jsonl",
                               home / "index.lock") if _time_of(path) > time.time() + _AHEAD_S]
    if ahead:
        return Finding(False, f"{ahead[0].name} was changed in the future: the clock of this "
                       "computer is behind, or was ahead. Nothing is lost by it; set the clock.",
                       warning=True)
    return Finding(True, "the clock agrees with the files")


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


CHECKS = (index, builds, uploads, conversations, briefings, feedback, evaluations, clock,
          shipped_models)
