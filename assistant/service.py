"""The running assistant: an index kept in step, a model on request, questions from many threads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import incoming, replies
from assistant.answer import Answer
from assistant.backend import NO_CHOICES, Choices, ComposerName, History, ProseState
from assistant.conversations import Conversations
from assistant.feedback import Feedback
from assistant.followup import leans
from assistant.keeping import elsewhere, keeping_of, taken_up
from assistant.language import has_words, is_foreign
from assistant.operating.asking import watched
from assistant.operating.working import synced
from assistant.paper.store import Papers
from assistant.pipeline import steps
from assistant.question import tidy
from assistant.run import Run
from assistant.runs import Runs
from assistant.scope import Scope, scope_of
from assistant.settings import SHIPPED_REPORTS, Settings
from assistant.shelving import Shelving
from assistant.sources import IndexedSources
from assistant.suggest import openers
from assistant.updates import Stage, Update
from assistant.watch import Watch
from assistant.writer import Writer
from corpus.errors import FindingsError, TryAgain
from corpus.model import Metadata, Report
from index import generation, weights
from index.embedding import Embedder, OnnxEmbedder
from index.keeping import Keeping
from index.store import Index
from index.sync import Changes
from index.words import terms

if TYPE_CHECKING:
    from assistant.compose import Composer

logger = logging.getLogger(__name__)
Note = Callable[[str], None]


def open_embedder(settings: Settings, note: Note = lambda text: None) -> Embedder:
    """The embedding model, exported first when this has not been done yet."""
    folders = [settings.model_path, settings.shared_model_path]
    return OnnxEmbedder(weights.ensure(list(dict.fromkeys(folders)), note))


def library_of(settings: Settings, given: Path | None = None) -> Path:
    """The reports to index: those given, else those of the last sync, else the shipped ones."""
    if given is not None:
        return given
    found = generation.current(settings.index_path)
    if found is not None and Path(found[1].library).exists():
        return Path(found[1].library)
    return SHIPPED_REPORTS


def bring_in_step(settings: Settings, embedder: Embedder, source: Path,
                  note: Note = lambda text: None,
                  keeping: Keeping | None = None) -> Changes | None:
    """Sync unless the index is in step; None when it was.

    While another process writes, or where the home can't be written, an index that is there
    goes on serving, with a note.
    """
    keeping = keeping or keeping_of(settings)
    if keeping.in_step(source, embedder):
        return None
    note("The reports have changed or are new: bringing the index in step.")
    try:
        return synced(lambda: keeping.sync(source, embedder, wait=30.0))
    except FindingsError as error:
        held = keeping.held(embedder)
        if held is None or Path(held.library) != source.resolve():
            raise
        note(f"{error} The index as it was goes on answering.")
        return None


class Service:
    """Answers questions; safe to call from several threads."""

    def __init__(self, settings: Settings, embedder: Embedder,
                 keeping: Keeping | None = None) -> None:
        self.settings = settings
        self._embedder = embedder
        self._keeping = keeping or keeping_of(settings)
        self._lock = threading.Lock()
        # What names a newer index that was found damaged.
        self._refused = ""
        self._open()
        self.writer = Writer(settings)
        home = settings.home_path.resolve()
        self.shelf = Shelving(home, lambda: self.current()[0].catalogue, self._told, self._sync,
                              lambda: elsewhere(self._keeping), incoming.own(home))
        self._watch = Watch(self._keeping, embedder, lambda: self.current()[0].manifest,
                            self.shelf, lambda: self.shelf.refresh())
        self.sources = IndexedSources(settings.home_path.resolve(), lambda: self.current()[0])
        self.feedback = Feedback(settings.home_path)
        self.runs = Runs(settings.home_path)
        self.papers = Papers(settings.home_path)
        self.conversations = Conversations(settings.home_path)

    def _open(self) -> None:
        self._index = Index(self._keeping.folder, self._embedder)
        held = self._index.catalogue
        self._scope: Scope = scope_of(held.reports(), held.sections(), held.vocabulary())

    def _told(self) -> tuple[tuple[str, ...], Mapping[str, str], tuple[str, ...]]:
        told = self.current()[0].manifest
        return told.skipped, told.paths, told.kept

    def _sync(self, progress: Callable[[int, int], None]) -> None:
        try:
            synced(lambda: self._keeping.sync(
                Path(self._index.manifest.library), self._embedder, progress, wait=60.0))
        except TryAgain:
            self._watch.try_again()
            raise

    def watch(self, seconds: float = 5.0) -> None:
        """Keep the index in step with its folders, and with a server that it is shared through,
        until closed."""
        self._watch.start(seconds)

    def current(self) -> tuple[Index, Scope]:
        """The index in force; a newer generation is taken up as soon as it is whole."""
        with self._lock:
            stamp = generation.stamp(self._keeping.folder)
            if stamp not in ("", self._index.stamp, self._refused):
                try:
                    self._open()
                except FindingsError as error:
                    logger.warning("the new index can't be used: %s", error)
                    self._refused = stamp
            return self._index, self._scope

    def ask(self, question: str, history: History = (), *,
            composer: ComposerName = "auto", choices: Choices = NO_CHOICES) -> Answer:
        """The answer to a question, in one go."""
        answer: Answer | None = None
        for update in self.stream(question, history, composer=composer, choices=choices):
            answer = update.answer or answer
        assert answer is not None
        return answer

    def stream(self, question: str, history: History = (), *, composer: ComposerName = "auto",
               cancel: threading.Event | None = None,
               choices: Choices = NO_CHOICES) -> Iterator[Update]:
        """Answer step by step; the last update is DONE and holds the answer. Never raises for
        a question: errors come as an answer with the status ``error``."""
        yield from watched(question, self._stream(question, history, composer, cancel, choices))

    def _stream(self, question: str, history: History, composer: ComposerName,
                cancel: threading.Event | None, choices: Choices) -> Iterator[Update]:
        if problem := self._unusable(question, history):
            yield Update(Stage.DONE, sentences=problem.sentences, answer=problem)
            return
        try:
            yield from self._steps(question, history, composer, cancel, choices)
        except FindingsError as error:
            yield _failed(replies.failed(str(error), question))
        except Exception:
            # A reader gets words and the log the cause; the app must outlive any question.
            logger.exception("a question failed")
            yield _failed(replies.unexpected(question))

    def _steps(self, question: str, history: History, composer: ComposerName,
               cancel: threading.Event | None, choices: Choices) -> Iterator[Update]:
        index, scope = self.current()
        run = Run(question, [] if choices.alone else _usable(history), index, scope,
                  cancel=cancel, chosen=choices.scope, evidence_limit=self.settings.evidence)
        wanted = composer == "prose" or (composer == "auto" and self.settings.writes_prose)
        yield from steps(run, self._writes if wanted else None)

    def _writes(self, run: Run) -> Composer | None:
        """The composer that writes this answer, None where it can't be opened."""
        try:
            return self.writer.composer()
        except FindingsError as error:
            run.notices.append(replies.model_failed(error))
            return None

    def _unusable(self, question: str, history: History) -> Answer | None:
        """The reply to what can't be taken as a question."""
        limit = self.settings.question_limit
        text = tidy(question[:limit * 4])
        if len(question) > limit:
            return replies.clarify("too_long", text[:200], length=len(question), limit=limit)
        if not text:
            return replies.clarify("empty", text)
        if not has_words(text):
            return replies.clarify("not_words", text)
        if is_foreign(text):
            return replies.clarify("language", text)
        if not history and not terms(text) and leans(text):
            return replies.clarify("follow_up", text)
        return None

    def warm(self) -> None:
        """Do ahead what the first question would wait for: the models' first run."""
        index, _ = self.current()
        self._embedder.embed(["warm"])
        index.reranker.scores("warm", ["warm"])

    def reports(self) -> list[Metadata]:
        """The indexed reports, by title."""
        return self.current()[0].reports()

    def report(self, report_id: str) -> Report | None:
        """An indexed report with its text and findings; None when it is not there."""
        return self.current()[0].report(report_id)

    def suggestions(self) -> list[str]:
        """Questions that the indexed reports answer, to start from."""
        return openers(self.current()[0])

    def prose_state(self) -> ProseState:
        """Whether prose can be written now, and how a running fetch is doing."""
        return self.writer.state()

    def fetch_prose(self) -> None:
        """Start fetching (or resuming) the embedded model in the background; returns at once."""
        self.writer.fetch()

    def close(self) -> None:
        """Release the model and the index."""
        self._watch.close()
        self.shelf.close()
        self.writer.close()
        self._index.close()
        self._keeping.close()


def open_service(settings: Settings, source: Path | None = None,
                 note: Note = lambda text: None) -> Service:
    """Bring the index in step and open the assistant on it.

    Raises ``FixConfiguration``, ``GiveUp`` or ``TryAgain`` with what to do.
    """
    embedder = open_embedder(settings, note)
    keeping = keeping_of(settings)
    if not taken_up(keeping, embedder, note):
        given = source or (keeping.library() if keeping.is_shared else None)
        bring_in_step(settings, embedder, library_of(settings, given), note, keeping)
    for attempt in (1, 2):
        try:
            return Service(settings, embedder, keeping)
        except FindingsError as error:
            # An index can be swapped between finding and opening it: look once more.
            if attempt == 2 or generation.current(keeping.folder) is None:
                raise
            logger.info("opening the index again: %s", error)
    raise TryAgain("The index could not be opened.", "Try again.")


def _failed(answer: Answer) -> Update:
    return Update(Stage.DONE, sentences=answer.sentences, answer=answer)


def _usable(history: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(str(q), str(a)) for q, a in history if q]
