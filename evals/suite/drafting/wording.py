"""The words of drafted questions: templates by kind and form, read from ``templates.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from corpus.model import FindingKind
from prompts import Wording, wording

_PATH = Path(__file__).resolve().parent / "templates.toml"


@cache
def templates() -> Wording:
    """Every template; a missing one raises a ``KeyError`` that names it."""
    return Wording("templates.toml", tomllib.loads(_PATH.read_text("utf-8")))


def form(kind: str, name: str) -> Wording:
    """The wordings of one form of a kind of question: ``ask`` and ``note``."""
    found: Wording = templates()[kind][name]
    return found


def filled(template: str, values: dict[str, str]) -> str:
    """A template with its values in place and a capital at the start, white space mended."""
    text = re.sub(r"[ \t]+", " ", template.format(**values)).strip()
    text = re.sub(r" ([,.?!:;])", r"\1", text)
    return text[:1].upper() + text[1:] if template.startswith("{") else text


def said(name: str, **values: Any) -> str:
    """A sentence of a reference answer."""
    return str(templates()["reference"][name]).format(**values)


@cache
def dull(heading: str) -> bool:
    """Whether a heading says where one is in a report and nothing of what is inspected."""
    text = " ".join(heading.lower().replace("’", "'").split()).strip("?:. ")
    return any(re.fullmatch(pattern, text) for pattern in templates()["headings"]["dull"])


def noun(kind: FindingKind, count: int = 2) -> str:
    """A kind of finding in a reader's words."""
    return str(wording("replies")["kinds"][kind.value]["one" if count == 1 else "many"])


def number(count: int) -> str:
    """A count in words up to twelve, with a capital: "Three"."""
    words = ("None One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve").split()
    return words[count] if count < len(words) else str(count)
