"""Token vectors of passages, remembered: the same findings are looked at again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from index.embedding import Embedder, TokenVectors

# About 90 kB a passage of 60 tokens: some 45 MB at most.
_MOST = 512
_kept: OrderedDict[tuple[str, str], TokenVectors] = OrderedDict()
_lock = threading.Lock()


def tokens(embedder: Embedder, texts: Sequence[str]) -> list[TokenVectors]:
    """Token vectors of each text; only texts that are not remembered are computed."""
    keys = [(embedder.fingerprint, text) for text in texts]
    with _lock:
        found = {key: _kept[key] for key in keys if key in _kept}
        for key in found:
            _kept.move_to_end(key)
    missing = [key for key in dict.fromkeys(keys) if key not in found]
    if missing:
        found.update(zip(missing, embedder.tokens([text for _, text in missing]), strict=True))
        with _lock:
            for key in missing:
                _kept[key] = found[key]
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
    return [found[key] for key in keys]


def room() -> int:
    """How many passages are remembered at most."""
    return _MOST
