"""Findings that speak to whoever reads them by program, in place of the inspected body."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from assistant.compose.drafting import SENTINEL
from assistant.language import is_wholly_foreign
from assistant.letters import carries_unseen_text, other_letters, plain
from corpus import sentences
from corpus.model import Finding
from index.passages import statement

_PATH = Path(__file__).resolve().parent.parent / "data" / "steering.toml"
_PART = re.compile(r"\{([a-z]+)\}")
# A name or a unit may be in other letters, and so may what a bracket explains.
_FEW_LETTERS = 5
_BRACKETED = re.compile(r"\([^()]{0,200}\)")
_ENCODED = re.compile(r"(?<![\w/+.-])(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])[A-Za-z0-9+/]{24,}={0,2}"
                      r"(?![\w/])")


def steers(finding: Finding) -> bool:
    """Whether a finding may have been written to steer a program: it is hidden in its report, has
    unseen text in it, is not in English letters, or it, or a heading that it stands under, tells
    its reader what to say, to leave rules aside, or plays a part in a dialogue with one.

    Such a finding is no evidence for what a model writes. It stays what the report says: it is
    found, listed and quoted like any other. A report's requests to the inspected body are none.
    """
    return finding.hidden or any(map(speaks_to_a_program, _texts(finding)))


def _texts(finding: Finding) -> Iterator[str]:
    said = statement(finding)
    # Without its lead-in a bullet goes on where that ended, so that it commands nobody.
    yield said if said[:1].isupper() or not said[:1].isalpha() else f"… {said}"
    yield from finding.section


def speaks_to_a_program(text: str) -> bool:
    """Whether a text tells a program what to say or to leave aside, or hides something."""
    line = " ".join(plain(text).split())
    if carries_unseen_text(text) or other_letters(_BRACKETED.sub(" ", line)) > _FEW_LETTERS:
        return True
    return SENTINEL in line or bool(_ENCODED.search(line)) \
        or any(pattern.search(line) for pattern in _patterns()) \
        or any(map(is_wholly_foreign, sentences.split(line)))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    told = tomllib.loads(_PATH.read_text("utf-8"))
    return tuple(re.compile(_filled(pattern, told["parts"]), re.IGNORECASE)
                 for patterns in told["patterns"].values() for pattern in patterns)


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern on one line with its parts put in; a part may hold parts."""
    while named := _PART.search(pattern):
        pattern = pattern.replace(named.group(), parts[named[1]])
    return pattern.replace("\n", "")
