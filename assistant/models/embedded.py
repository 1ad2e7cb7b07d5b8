"""The embedded language model: llama.cpp inside this process, spoken to over loopback.

It is reached like any OpenAI-compatible server, so that one code path serves all models.
"""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.models import catalogue
from assistant.models.catalogue import ModelFile
from assistant.models.failures import telling
from assistant.models.store import Status, Store, size_words
from assistant.settings import Settings
from corpus.errors import FixConfiguration

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

CONTEXT_TOKENS = 4096
REPLY_TOKENS = 220
# Reading a long prompt on a busy machine takes minutes and is no failure.
PATIENCE_SECONDS = 300.0


class Embedded:
    """A running embedded model. ``close`` stops its server and frees its memory.

    Raises ``FixConfiguration``, naming the command that mends it, where the file is absent,
    half fetched, damaged or refused by llama.cpp.
    """

    def __init__(self, settings: Settings, model: ModelFile) -> None:
        path = _whole_file(Store.of(settings), model)
        self.name = f"local:{model.name}"
        key = secrets.token_urlsafe(24)
        self._server: Any = _serve(path, settings, key, model)
        self._client = _client()
        self.chat: BaseChatModel = _chat(self.address, key, model.name, self._client)

    @property
    def address(self) -> str:
        """Where the server listens, on loopback; empty once it is closed."""
        return "" if self._server is None else str(self._server.listening_address)

    def warm(self, messages: Sequence[BaseMessage]) -> None:
        """Read the beginning that every prompt shares, so that a question needn't wait for it."""
        with telling(self.name):
            for _ in self.chat.bind(max_tokens=1).stream(list(messages)):
                pass

    def close(self) -> None:
        """Stop the server; a second call does nothing."""
        if self._server is not None:
            self._client.close()
            self._server = None
            gc.collect()


def _whole_file(store: Store, model: ModelFile) -> str:
    """The checked file. A bad one must not reach llama.cpp, which can end the whole process."""
    if path := store.find(model):
        return str(path)
    mend = f"Run `findings models pull {model.name}`"
    size = size_words(model.size)
    match store.status(model):
        case Status.CORRUPT:
            raise FixConfiguration(f"The language model {model.name} is damaged.",
                                   f"{mend} to fetch it anew ({size}).")
        case Status.PARTIAL:
            raise FixConfiguration(f"The language model {model.name} is only half fetched.",
                                   f"{mend} to go on ({size} in all).")
        case _:
            raise FixConfiguration(f"The language model {model.name} has not been fetched.",
                                   f"{mend} ({size}, once).")


def _threads(settings: Settings) -> tuple[int, int]:
    """How many threads read and how many write.

    Threads wait for each other at every step of writing, spinning. With a core for each, one
    busy neighbour brought two cores from 15 tokens a second to 1; with a core left free, 10
    tokens a second stayed 6 to 9. Reading in large steps does not suffer so.
    """
    cores = settings.model_threads or os.cpu_count() or 1
    return cores, settings.model_threads or max(1, cores - 1)


def _serve(path: str, settings: Settings, key: str, model: ModelFile) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx, params.n_parallel, params.n_gpu_layers = CONTEXT_TOKENS, 1, 0
    params.cache_prompt = True
    # Prompts put aside in memory would add up to 8 GiB; the one slot holds the beginning.
    params.cache_ram_mib = 0
    # The file's pages would stay in memory beside the rearranged copy that is computed with.
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.cpuparams_batch.n_threads, params.cpuparams.n_threads = _threads(settings)
    params.cpuparams_batch.poll = params.cpuparams.poll = 0
    params.hostnames = ["127.0.0.1"]
    params.api_keys, params.cors_origins, params.cors_credentials = [key], "", False
    params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
    params.verbosity = -1
    if settings.model_speculation:
        # Off unless asked for: under a grammar it made answers no faster (benchmarks prose).
        kind = xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE
        params.speculative.types = [kind]
        params.speculative.ngram_simple.size_n, params.speculative.ngram_simple.size_m = 3, 8
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise FixConfiguration(
            f"The language model {model.name} can't be started.",
            "It needs about 1.5 GB of free memory; `findings doctor` checks its file.") from error


def _client() -> Any:
    from openai import DefaultHttpxClient

    # A proxy meant for the internet must not come between this process and itself.
    return DefaultHttpxClient(trust_env=False, timeout=PATIENCE_SECONDS)


def _chat(address: str, key: str, name: str, client: Any) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(model=name, base_url=f"{address}/v1", api_key=SecretStr(key),
                      temperature=0, max_tokens=REPLY_TOKENS,  # type: ignore[call-arg]
                      timeout=PATIENCE_SECONDS, max_retries=0, http_client=client,
                      use_responses_api=False, stream_usage=True)


def named(setting: str) -> ModelFile:
    """The embedded model that a setting means: "", "local" or "local:NAME"."""
    return catalogue.named(setting.partition(":")[2] or catalogue.DEFAULT)
