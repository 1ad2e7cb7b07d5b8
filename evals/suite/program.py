"""Which program, over which reports, gave an answer: what its cache key and its run name."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from corpus.model import Finding
from evals.suite.cache import key

_ROOT = Path(__file__).resolve().parents[2]
_PARTS = ("assistant", "corpus", "index", "prompts")
# What decides no answer: the page, and the reports, which the library's own digest tells.
_APART = ("assistant/web", "assistant/cli", "corpus/reports")
_PRIVATE = {"home", "model_key", "model_key_file", "port", "model_timeout", "model_threads"}


@cache
def digest() -> str:
    """The hash of everything that decides an answer: code, prompts, weights, data."""
    told = hashlib.sha256()
    for part in _PARTS:
        for path in sorted((_ROOT / part).rglob("*")):
            name = path.relative_to(_ROOT).as_posix()
            if path.is_file() and "__pycache__" not in name and not name.startswith(_APART):
                told.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()[:16]


def library(findings: Iterable[Finding]) -> str:
    """The hash of what is indexed: ids are of content and place."""
    return key(sorted((finding.id, finding.text) for finding in findings))[:16]


def chosen(settings: Settings) -> dict[str, Any]:
    """The settings that decide an answer. No key, and no path of this machine."""
    return settings.model_dump(mode="json", exclude=_PRIVATE)


def commit() -> str:
    """The version that is checked out, with a mark where files differ from it; empty where
    that can't be told."""
    git = shutil.which("git")
    if git is None or not (_ROOT / ".git").exists():
        return ""
    done = subprocess.run([git, "-C", str(_ROOT), "describe", "--always", "--dirty"],
                          capture_output=True, text=True, check=False, timeout=20)
    return done.stdout.strip() if done.returncode == 0 else ""
