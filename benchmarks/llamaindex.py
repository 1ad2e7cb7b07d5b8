"""A second peer: LlamaIndex as its documentation begins, over the same weights.

Text cut by its SentenceSplitter, embedded by HuggingFaceEmbedding, kept in its own vector store.
Its packages are no part of the program; ``benchmarks/peers.lock`` names them.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index import weights

_PACKAGES = ("llama_index.core", "llama_index.embeddings.huggingface")


def missing() -> str | None:
    """Why the peer can't run, None when it can."""
    try:
        absent = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    except ModuleNotFoundError:
        absent = list(_PACKAGES)
    return "LlamaIndex, which needs: pip install -r benchmarks/peers.lock" if absent else None


def embeddings() -> Any:
    """The embedding model as LlamaIndex serves it."""
    importlib.import_module("transformers").utils.logging.disable_progress_bar()
    return importlib.import_module("llama_index.embeddings.huggingface").HuggingFaceEmbedding(
        model_name=str(weights.weights_folder()), device="cpu")


def build(texts: Sequence[str], model: Any, folder: Path) -> int:
    """A new index of the texts, kept in ``folder``; the number of its chunks."""
    core = importlib.import_module("llama_index.core")
    made = core.VectorStoreIndex.from_documents(
        [core.Document(text=text) for text in texts], embed_model=model)
    made.storage_context.persist(str(folder))
    return len(made.docstore.docs)
