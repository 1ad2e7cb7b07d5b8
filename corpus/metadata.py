"""What a report is: read from the file beside it, and from the document where that is silent."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from corpus.blocks import Document, Role
from corpus.errors import UnreadableReport
from corpus.model import Metadata
from corpus.names import forces_in

_PILLARS = re.compile(r"^(effectiveness|efficiency|legitimacy|leadership|people)$", re.IGNORECASE)
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s?[/–-]\s?((?:20)?\d\d))?(?!\d)")
_BODY = re.compile(r"\b((?:[A-Z][\w’'-]+(?: (?:and|of|&) | )){1,4}(?:Police|Constabulary|Fire and "
                   r"Rescue Service|Council|NHS (?:Foundation )?Trust|School|Academy|College"
                   r"|Hospital|Authority))\b")
_TEXT_FIELDS = {f.name for f in fields(Metadata)} - {"id", "year", "guessed"}


def sidecar(path: Path) -> Path:
    """The metadata file of a report: the same name, ending in ``.toml``."""
    return path.with_suffix(".toml")


def describe(path: Path, document: Document) -> Metadata:
    """A report's metadata; fields inferred from the document are named in ``guessed``.

    Raises ``UnreadableReport`` for a metadata file that is not what it should be.
    """
    stated = _stated(sidecar(path))
    found = _found(path, document)
    guessed = tuple(sorted(key for key, value in found.items()
                           if key not in stated and value is not None))
    values: dict[str, Any] = {**found, **stated}
    metadata = Metadata(id="", guessed=guessed, **values)
    return replace(metadata, id=report_id(metadata, path))


def report_id(metadata: Metadata, path: Path) -> str:
    """An id from what the report is, so that moving or renaming the file keeps it."""
    parts = [metadata.force, metadata.cycle or metadata.year, metadata.pillar]
    if metadata.force and (metadata.cycle or metadata.year):
        return _slug(" ".join(str(part) for part in parts if part))
    return _slug(metadata.title) or _slug(path.stem) or "report"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]


def _stated(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UnreadableReport(f"{path.name}: the metadata file can't be read: {error}.",
                               "Correct it or remove it.") from error
    unknown = set(values) - _TEXT_FIELDS - {"year"}
    if unknown:
        raise UnreadableReport(f"{path.name}: it has fields that mean nothing here: "
                               f"{', '.join(sorted(unknown))}.",
                               f"Known are {', '.join(sorted(_TEXT_FIELDS | {'year'}))}.")
    wrong = [key for key, value in values.items()
             if not isinstance(value, int if key == "year" else str) or isinstance(value, bool)]
    if wrong:
        raise UnreadableReport(f"{path.name}: {wrong[0]} has the wrong type.",
                               "The year is a number, every other field is text in quotes.")
    return values


def _found(path: Path, document: Document) -> dict[str, Any]:
    headings = [block.words for block in document.blocks if block.role is Role.HEADING]
    title = headings[0] if headings else path.stem.replace("-", " ").replace("_", " ")
    opening = " ".join([title, *headings[1:4], path.stem.replace("-", " ").replace("_", " ")])
    year, cycle = _year(title, opening)
    force = _force(title, opening, document.text)
    if force and force.lower() not in title.lower():
        title = f"{force}: {title}"
    pillar = next((h.capitalize() for h in headings[:6] if _PILLARS.match(h)), None)
    return {"title": title, "force": force, "year": year,
            "cycle": cycle, "pillar": pillar, "publisher": _publisher(document.text)}


def _force(title: str, opening: str, text: str) -> str | None:
    for where in (title, opening):
        if named := forces_in(where):
            return named[0].name
    for where in (title, text[:5000]):
        if body := _BODY.search(where):
            return re.sub(r"^The ", "", body[1])
    named = forces_in(text[:20_000])
    return named[0].name if len(named) == 1 else None


def _year(title: str, opening: str) -> tuple[int | None, str | None]:
    """The year and, for an inspection cycle, its name ("PEEL 2018/19")."""
    match = _YEARS.search(title) or _YEARS.search(opening)
    if match is None:
        return None, None
    cycle = None
    if re.search(r"\bPEEL\b", opening, re.IGNORECASE):
        later = f"/{match[2][-2:]}" if match[2] else ""
        cycle = f"PEEL {match[1]}{later}"
    return int(match[1]), cycle


def _publisher(text: str) -> str | None:
    match = re.search(r"\b(HMICFRS|HMIC|Ofsted|Care Quality Commission|CQC|Estyn|HMI Probation"
                      r"|HMI Prisons)\b", text)
    return match[1] if match else None
