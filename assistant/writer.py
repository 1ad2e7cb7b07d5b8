"""The language model that writes prose: opened on first use, fetched on request."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from assistant.backend import ProseState, ProseStatus
from assistant.settings import Settings
from corpus.errors import FindingsError

if TYPE_CHECKING:
    from assistant.compose import Composer
    from assistant.compose.prose import ProseComposer
    from assistant.models.registry import OpenedModel

logger = logging.getLogger(__name__)


class Writer:
    """Owns the model. Safe to use from several threads; the model is opened once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: OpenedModel | None = None
        self._composer: Composer | None = None
        self._fetching: threading.Thread | None = None
        self._stop = threading.Event()
        self._progress = (0, 0, "")
        self._failure: FindingsError | None = None

    def composer(self) -> Composer:
        """The prose composer. Raises ``FixConfiguration`` with what to do when the model can't
        be opened, such as an embedded model that has not been fetched."""
        with self._lock:
            if self._composer is None:
                self._composer = self._open()
            return self._composer

    def prose(self) -> ProseComposer:
        """The configured model's own composer, opened apart from ``composer``'s."""
        with self._lock:
            return self._open()

    def use(self, composer: Composer) -> None:
        """Have this composer write from now on."""
        with self._lock:
            self._composer = composer

    def _open(self) -> ProseComposer:
        from assistant.compose.prose import ProseComposer
        from assistant.models.registry import open_model

        opened = open_model(self._settings)
        composer = ProseComposer(opened.chat, opened.name, opened.manner)
        opened.warm(composer.opening)
        self._opened = opened
        return composer

    def warm(self) -> None:
        """Open the model ahead of the first question, where one is there; failures wait for
        the question that needs it."""
        if self.state().status is ProseStatus.READY:
            try:
                self.composer()
            except FindingsError as error:
                logger.warning("the language model can't be opened: %s", error)

    def state(self) -> ProseState:
        """Whether prose can be written now, and how a running fetch is doing."""
        from assistant.models.embedded import named
        from assistant.models.registry import is_embedded
        from assistant.models.store import Status, Store

        if not is_embedded(self._settings.model):
            return ProseState(ProseStatus.READY, self._settings.model)
        model = named(self._settings.model)
        if self._fetching is not None and self._fetching.is_alive():
            done, total, note = self._progress
            return ProseState(ProseStatus.FETCHING, model.name, done, total or model.size, note)
        if self._failure is not None:
            return ProseState(ProseStatus.FAILED, model.name, total_bytes=model.size,
                              message=str(self._failure))
        store = Store.of(self._settings)
        if store.status(model) is Status.PRESENT:
            return ProseState(ProseStatus.READY, model.name, model.size, model.size)
        return ProseState(ProseStatus.ABSENT, model.name, store.fetched(model), model.size)

    def fetch(self) -> None:
        """Fetch the embedded model in the background; a second call while it runs does nothing."""
        with self._lock:
            if self._fetching is not None and self._fetching.is_alive():
                return
            self._failure = None
            self._stop.clear()
            self._fetching = threading.Thread(target=self._fetch, name="model-fetch", daemon=True)
            self._fetching.start()

    def _fetch(self) -> None:
        from assistant.models.embedded import named
        from assistant.models.store import Store

        def progress(done: int, total: int, note: str) -> None:
            self._progress = (done, total, note)

        try:
            Store.of(self._settings).pull(named(self._settings.model), progress, self._stop)
        except FindingsError as error:
            logger.warning("the language model could not be fetched: %s", error)
            self._failure = error

    def close(self) -> None:
        """Stop a running fetch, which can be taken up later, and free the model."""
        self._stop.set()
        if self._fetching is not None:
            self._fetching.join(timeout=10)
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened = self._composer = None
