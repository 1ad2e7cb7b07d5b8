"""The peer: the set-up that LangChain's documentation begins with, over the same weights.

Text cut by RecursiveCharacterTextSplitter (1,000 characters, 200 of them shared), embedded by
HuggingFaceEmbeddings, kept in Chroma. Its packages are no part of the program and are imported
when the peer is opened; ``missing`` says which ones are not installed.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.retrieval.systems import Query, System
from index import weights

NAME = "LangChain"
CHUNK, OVERLAP = 1000, 200
_PACKAGES = ("langchain_chroma", "langchain_huggingface", "langchain_text_splitters")
_BATCH = 256
# Chunks asked for so that k documents are among them, though a document has several.
_CHUNKS_A_DOCUMENT = 5


def missing() -> str | None:
    """Why the peer can't run, None when it can."""
    absent = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if not absent:
        return None
    packages = " ".join(name.replace("_", "-") for name in absent)
    return f"the peer was left out, it needs: pip install {packages}"


@dataclass(frozen=True, slots=True)
class Store:
    """Documents as the peer keeps them: how many chunks were embedded now, and how long it
    took to open or build."""

    chroma: Any
    embedded: int
    seconds: float

    def chunks(self, question: str, k: int) -> list[tuple[str, str]]:
        """The ``k`` nearest chunks, best first: the id of the document and the text."""
        return [(str(found.metadata["id"]), str(found.page_content))
                for found in self.chroma.similarity_search(question, k=k)]

    def rank(self, query: Query, k: int) -> list[str]:
        """The ``k`` nearest documents, each at the place of its best chunk."""
        nearest = self.chunks(query.question, k * _CHUNKS_A_DOCUMENT)
        return list(dict.fromkeys(identifier for identifier, _ in nearest))[:k]

    @property
    def system(self) -> System:
        """The peer as a system that ranks documents for a question as it stands."""
        return System(NAME, self.rank)

    def told(self) -> str:
        """What opening took, as a line of a report."""
        did = f"embedded {self.embedded:,} chunks" if self.embedded else "nothing embedded anew"
        return f"{NAME}'s store ready in {self.seconds:.1f} s ({did})"


class Peer:
    """The peer, its embedding model loaded once for all stores."""

    def __init__(self, root: Path) -> None:
        """``root`` is the folder that stores are kept in between runs."""
        self._root = root
        importlib.import_module("transformers").utils.logging.disable_progress_bar()
        self._model = importlib.import_module("langchain_huggingface").HuggingFaceEmbeddings(
            model_name=str(weights.weights_folder()), model_kwargs={"device": "cpu"})

    def store(self, name: str, documents: Mapping[str, str]) -> Store:
        """The store of these documents (text by id); built when there is none of just these."""
        begun = time.perf_counter()
        told = json.dumps([CHUNK, OVERLAP, weights.WEIGHTS_SHA256, list(documents.items())])
        digest = hashlib.sha256(told.encode()).hexdigest()[:16]
        folder, embedded = self._root / f"{name}-{digest}", 0
        if not folder.is_dir():
            for older in self._root.glob(f"{name}-*"):
                shutil.rmtree(older)
            embedded = self._build(folder, documents)
        return Store(self._open(folder), embedded, time.perf_counter() - begun)

    def _open(self, folder: Path) -> Any:
        return importlib.import_module("langchain_chroma").Chroma(
            persist_directory=str(folder), embedding_function=self._model)

    def _build(self, folder: Path, documents: Mapping[str, str]) -> int:
        """Embed into a folder beside, which is renamed when it is whole; a build that was cut
        off goes on where it stopped. Returns how many chunks were embedded."""
        splitter = importlib.import_module(
            "langchain_text_splitters").RecursiveCharacterTextSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP)
        pieces = splitter.create_documents(list(documents.values()),
                                           [{"id": identifier} for identifier in documents])
        scratch = folder.with_name(f"building-{folder.name}")
        scratch.parent.mkdir(parents=True, exist_ok=True)
        store = self._open(scratch)
        done = len(store.get(include=[])["ids"])
        for begin in range(done, len(pieces), _BATCH):
            batch = pieces[begin:begin + _BATCH]
            store.add_documents(batch, ids=[str(begin + at) for at in range(len(batch))])
        # Chroma keeps an open client by its folder: without this the rename leaves it astray.
        store._client.close()
        scratch.replace(folder)
        return len(pieces) - done
