"""The facts of a machine that a measured time depends on; nothing that names the machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

_LIBRARIES = ("chromadb", "gradio", "langchain-chroma", "langchain-core", "langchain-huggingface",
              "numpy", "onnxruntime", "sentence-transformers", "torch", "xllamacpp")


def facts() -> dict[str, Any]:
    """Processor, cores that may be used, memory, Python and the versions of libraries."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"system": platform.system(), "processor": _processor(), "cores": cores(),
            "memory_gb": round(memory / 1e9), "python": platform.python_version(),
            "libraries": {name: version for name in _LIBRARIES
                          if (version := _version(name)) is not None}}


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (
        os.cpu_count() or 1)


def load() -> float:
    """How many processes wanted a core over the last minute, on average."""
    return os.getloadavg()[0]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
