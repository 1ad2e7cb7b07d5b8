"""Models run on several texts side by side, each text on one core."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from index.once import once

if TYPE_CHECKING:
    from pathlib import Path

    from onnxruntime import InferenceSession

Given = TypeVar("Given")
Made = TypeVar("Made")


def opened(model: Path) -> InferenceSession:
    """A session that works on one core. A short text is too small to be shared out: reading
    several side by side is quicker, and does not depend on what else is read."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Spinning threads would take the cores from a language model that decodes meanwhile.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def side_by_side(work: Callable[[Given], Made], given: Sequence[Given]) -> Iterator[Made]:
    """``work`` done on each, in the order given. What it raises is raised when its turn comes.

    ``work`` must not call this itself: it would wait for a core that it holds.
    """
    if len(given) < 2:
        return iter([work(one) for one in given])
    return _workers().map(work, given)


@once
def _workers() -> ThreadPoolExecutor:
    """One thread for each core, shared by all models and all who ask."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="reader")
