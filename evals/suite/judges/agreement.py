"""How far judges agree with labels, as `findings eval calibrate` measured it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from corpus.errors import FixConfiguration

MEASURED = Path(__file__).parent / "measured.json"


@cache
def _measured(path: Path) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return told


def agreement(fingerprint: str, path: Path = MEASURED) -> dict[str, Any] | None:
    """What was measured of the judge with this fingerprint; None where nothing was, as after a
    change of its weights."""
    return _measured(path).get(fingerprint) if path.is_file() else None


def remember(fingerprint: str, told: dict[str, Any], path: Path = MEASURED) -> None:
    """Keep what was measured of a judge. Raises ``FixConfiguration`` where it can't be written."""
    held = dict(_measured(path)) if path.is_file() else {}
    held[fingerprint] = told
    try:
        path.write_text(json.dumps(held, indent=1, sort_keys=True) + "\n", "utf-8")
    except OSError as error:
        raise FixConfiguration(f"{path} can't be written: {error.strerror}.",
                               "Make it writable, or leave out --write.") from error
    _measured.cache_clear()
