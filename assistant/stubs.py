"""Keeps Gradio from writing type stubs into its own package each time that it is imported.

For every component Gradio reads its source and writes a ``.pyi`` beside it, which is for editors
alone and takes about half of the time of the import (``python -m benchmarks startup``). Two
processes that start at once would also write the same files.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_MODULE = "gradio.component_meta"
_WRITER = "create_or_modify_pyi"


class _Quiet(Loader):
    """Loads the module as ever, then takes the writing of stubs out of it."""

    def __init__(self, usual: Loader) -> None:
        self._usual = usual

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._usual.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._usual.exec_module(module)
        # A later Gradio may not have it any more: then there is nothing to take out.
        if hasattr(module, _WRITER):
            setattr(module, _WRITER, lambda *_given, **_named: None)


class _Finder(MetaPathFinder):
    def find_spec(self, fullname: str, path: Sequence[str] | None,
                  target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Quiet(spec.loader)
        return spec


def leave_out() -> None:
    """From now on importing Gradio writes no stubs. To be called before its first import;
    afterwards, or a second time, it does nothing."""
    if _MODULE not in sys.modules and not any(isinstance(f, _Finder) for f in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
