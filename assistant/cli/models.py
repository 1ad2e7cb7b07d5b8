"""``findings models``: the embedded language models, and ``findings eval``."""

from __future__ import annotations

import argparse
import importlib
import sys
import time

from assistant.cli.common import note, settings_of
from assistant.models.catalogue import DEFAULT, MODELS, named
from assistant.models.store import Status, Store, size_words
from assistant.service import open_embedder
from corpus.errors import FixConfiguration
from index import weights


def models(options: argparse.Namespace) -> int:
    """List the models, or fetch one with its progress shown. The embedding model is not fetched:
    its installed weights are prepared for use."""
    store = Store.of(settings_of(options))
    if options.what == "pull" and options.name == weights.NAME:
        open_embedder(settings_of(options), note)
        print(f"{weights.NAME} is ready.")
        return 0
    if options.what == "pull":
        model = named(options.name or DEFAULT)
        print(f"{model.name}: {size_words(model.size)}, licence {model.licence}.")
        path = store.pull(model, Bar())
        print(f"{model.name} is in {path}.")
        return 0
    settings = settings_of(options)
    ready = weights.find([settings.model_path, settings.shared_model_path]) is not None
    print(f"{weights.NAME}: {'ready' if ready else 'not prepared'}, finds passages, "
          "licence Apache-2.0")
    for model in MODELS.values():
        status = store.status(model)
        done = f" ({size_words(store.fetched(model))} so far)" if status is Status.PARTIAL else ""
        print(f"{model.name}: {status.value}{done}, {size_words(model.size)}, "
              f"licence {model.licence}")
    print("Fetch one with 'findings models pull NAME'. Any other model is used by its name, such "
          "as FINDINGS_MODEL=openai:gpt-4o-mini.")
    return 0


class Bar:
    """Progress of a fetch: one moving line at a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, done: int, total: int, text: str) -> None:
        """Show ``done`` of ``total`` bytes."""
        live = sys.stderr.isatty()
        now = time.monotonic()
        if done < total and now - self._last < (0.2 if live else 15.0):
            return
        self._last = now
        line = f"{size_words(done)} of {size_words(total)} ({done / max(total, 1):.0%}) {text}"
        end = "" if live and done < total else "\n"
        print(f"\r{line:<78}" if live else line, end=end, file=sys.stderr, flush=True)


def evaluate(options: argparse.Namespace) -> int:
    """Hand over to the evaluation suite. Raises ``FixConfiguration`` where it is not installed."""
    try:
        suite = importlib.import_module("evals.cli")
    except ModuleNotFoundError as error:
        raise FixConfiguration("The evaluation suite is not installed here.",
                               "Install it: pip install 'findings[evals]'.") from error
    return int(suite.main(options.rest, getattr(options, "home", None)))
