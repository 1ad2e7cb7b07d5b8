"""The peer: the set-up that LangChain's documentation begins with, over the same weights.

Text cut by RecursiveCharacterTextSplitter (1,000 characters, 200 of them shared), embedded by
HuggingFaceEmbeddings, kept in Chroma. Its packages are no part of the program: ``missing`` says
which ones are not installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index import weights

CHUNK, OVERLAP = 1000, 200
_PACKAGES = ("langchain_chroma", "langchain_huggingface", "langchain_text_splitters")


def missing() -> str | None:
    """Why the peer can't run, None when it can."""
    absent = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if not absent:
        return None
    packages = " ".join(name.replace("_", "-") for name in absent)
    return f"the peer, which needs: pip install {packages}"


def embeddings() -> Any:
    """The embedding model as LangChain serves it."""
    importlib.import_module("transformers").utils.logging.disable_progress_bar()
    return importlib.import_module("langchain_huggingface").HuggingFaceEmbeddings(
        model_name=str(weights.weights_folder()), model_kwargs={"device": "cpu"})


def chunks(texts: Sequence[str]) -> list[Any]:
    """The texts as LangChain documents, split."""
    splitter = importlib.import_module("langchain_text_splitters").RecursiveCharacterTextSplitter(
        chunk_size=CHUNK, chunk_overlap=OVERLAP)
    return list(splitter.create_documents(list(texts)))


def build(texts: Sequence[str], model: Any, folder: Path) -> Any:
    """A new vector store of the texts, kept in ``folder``."""
    return importlib.import_module("langchain_chroma").Chroma.from_documents(
        chunks(texts), model, persist_directory=str(folder))


def main(arguments: Sequence[str]) -> int:
    """From cold: open the store in a folder and find what is nearest to a question."""
    folder, question = arguments
    store = importlib.import_module("langchain_chroma").Chroma(
        persist_directory=folder, embedding_function=embeddings())
    for found in store.similarity_search(question):
        print(" ".join(found.page_content.split())[:96])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
