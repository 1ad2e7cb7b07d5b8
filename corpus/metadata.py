"""What a report is: read from the file beside it, and from the document where that is silent."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from corpus.blocks import Document, Role
from corpus.errors import GiveUp, UnreadableReport
from corpus.model import Metadata
from corpus.names import forces_in, official_name
from corpus.outline import is_stamp

INSPECTORATES = ("HMICFRS", "HMIC", "Ofsted", "Care Quality Commission", "CQC", "Estyn",
                 "HMI Probation", "HMI Prisons", "Education Scotland", "HMICS")
# PEEL is theirs alone; the name changed in July 2017, while that year's inspection ran.
_LAST_YEAR_OF_HMIC = 2016
_LONGEST = 300
_PILLARS = re.compile(r"^(effectiveness|efficiency|legitimacy|leadership|people)$", re.IGNORECASE)
_PILLAR_WORD = re.compile(r"\b(effectiveness|efficiency|legitimacy|leadership)\b", re.IGNORECASE)
_SPAN = r"((?:19|20)\d\d)(?:\s?[/–-]\s?((?:20)?\d\d))?(?!\d)"
_YEARS = re.compile(rf"(?<!\d){_SPAN}")
_PEEL_YEARS = re.compile(rf"\bPEEL\b[^.\n]{{0,40}}?(?<!\d){_SPAN}")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december")
_PUBLISHED = re.compile(
    rf"(?:date )?published(?: on)?:? (?:(?P<day>\d{{1,2}}) (?P<name>{'|'.join(_MONTHS)}) (\d{{4}})"
    r"|(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4}))", re.IGNORECASE)
_WORD = r"[A-Z][\w’'-]{0,40}"
_FIRE = re.compile(rf"\b(?:{_WORD}(?: (?:and|of|&) | )){{1,4}}Fire (?:and|&) Rescue Service\b")
_BODY = re.compile(rf"\b((?:{_WORD}(?: (?:and|of|&) | )){{1,4}}(?:Police|Constabulary"
                   r"|Council|NHS (?:Foundation )?Trust|School|Academy|College"
                   r"|Hospital|Authority))\b")
_TEXT_FIELDS = {f.name for f in fields(Metadata)} - {"id", "year", "guessed"}


def sidecar(path: Path) -> Path:
    """The metadata file of a report: the same name, ending in ``.toml``."""
    return path.with_suffix(".toml")


def describe(path: Path, document: Document, corrections: Path | None = None) -> Metadata:
    """A report's metadata; fields inferred from the document are named in ``guessed``.

    ``corrections`` is a file like the one beside the report, made in the page; it wins, but the
    report keeps the id that it had, so that links to its findings stay.
    Raises ``UnreadableReport`` for a metadata file that is not what it should be.
    """
    stated = _stated(sidecar(path))
    found = _found(path, document)
    corrected = _stated(corrections) if corrections is not None else {}
    guessed = tuple(sorted(key for key, value in found.items()
                           if key not in stated and key not in corrected and value is not None))
    uncorrected = Metadata(id="", **{**found, **stated})
    values: dict[str, Any] = {**found, **stated, **corrected}
    return Metadata(id=report_id(uncorrected, path), guessed=guessed, **values)


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
    headings = [block.words[:_LONGEST] for block in document.blocks
                if block.role is Role.HEADING and not is_stamp(block)]
    name = path.stem.replace("-", " ").replace("_", " ")
    said = document.properties
    title = headings[0] if headings else said.get("title") or name
    opening = " ".join([title, *headings[1:4], name])
    force = _force(title, opening, document.text)
    stamps = " ".join(block.words for block in document.blocks[:12] if is_stamp(block))
    year, cycle = _year(title, f"{opening} {stamps}", document.text[:2000])
    named_only = title.lower() in (str(force).lower(), str(official_name(force)).lower())
    if named_only and len(headings) > 1:
        title = f"{title}: {headings[1]}"
    elif force and force.lower() not in title.lower():
        title = f"{force}: {title}"
    return {"title": title, "force": force, "year": year, "cycle": cycle,
            "pillar": _pillar(headings), "url": said.get("url"),
            "published": _published(document) or said.get("published"),
            "publisher": _publisher(document.text, cycle, year)}


def _force(title: str, opening: str, text: str) -> str | None:
    """The body that a report is about. A fire service is not the police force of its county."""
    if fire := _FIRE.search(opening) or _FIRE.search(text[:3000]):
        return re.sub(r"^The ", "", " ".join(fire[0].split())).replace("&", "and")
    for where in (title, opening):
        if named := forces_in(where):
            return named[0].name
    for where in (title, opening, text[:5000]):
        if body := _BODY.search(where):
            known = forces_in(body[1])
            return known[0].name if known else re.sub(r"^The ", "", body[1])
    named = forces_in(text[:20_000])
    return named[0].name if len(named) == 1 else None


def _pillar(headings: list[str]) -> str | None:
    """The one pillar that a report covers; None for a report on several."""
    named = {match[1].capitalize() for heading in headings if (match := _PILLARS.match(heading))}
    if not named:
        named = {word.capitalize() for heading in headings[:1]
                 for word in _PILLAR_WORD.findall(heading)}
    return named.pop() if len(named) == 1 else None


def _year(title: str, opening: str, text: str) -> tuple[int | None, str | None]:
    """The year and, for an inspection cycle, its name ("PEEL 2018/19", "PEEL 2023-25")."""
    peel = _PEEL_YEARS.search(opening) or _PEEL_YEARS.search(text)
    match = _YEARS.search(title) or _YEARS.search(opening) or peel
    if match is None:
        return None, None
    if peel is None and not re.search(r"\bPEEL\b", opening, re.IGNORECASE):
        return int(match[1]), None
    first, last = (peel or match)[1], (peel or match)[2]
    if not last:
        return int(first), f"PEEL {first}"
    join = "/" if (int(last[-2:]) - int(first[-2:])) % 100 == 1 else "-"
    return int(first), f"PEEL {first}{join}{last[-2:]}"


def _published(document: Document) -> str | None:
    """The day of publication as "2019-09-27", where one of the first blocks states it."""
    for block in document.blocks[:12]:
        if match := _PUBLISHED.match(block.words[:100]):
            if match["name"]:
                day, month, year = match["day"], _MONTHS.index(match["name"].lower()) + 1, match[3]
            else:
                day, month, year = match["d"], int(match["m"]), match["y"]
            try:
                return date(int(year), month, int(day)).isoformat()
            except ValueError:
                return None
    return None


def _publisher(text: str, cycle: str | None, year: int | None) -> str | None:
    match = re.search(rf"\b({'|'.join(INSPECTORATES)})\b", text)
    if match is None and cycle and year:
        return "HMIC" if year <= _LAST_YEAR_OF_HMIC else "HMICFRS"
    return match[1] if match else None


CORRECTABLE = frozenset({"title", "force", "year", "cycle", "pillar", "publisher", "published",
                         "url"})


def written(corrections: Mapping[str, str], about: Metadata) -> str:
    """Corrections as the text of a metadata file. An empty value leaves a field as it was found;
    a value that equals what was guessed confirms it.

    Raises ``GiveUp`` for a year that is no year and an address that is none.
    """
    lines: list[str] = []
    for key in sorted(corrections):
        value = corrections[key].strip()
        if not value or (value == str(getattr(about, key) or "") and key not in about.guessed):
            continue
        if key == "year":
            if not re.fullmatch(r"(?:19|20)\d\d", value):
                raise GiveUp(f"{value!r} is not a year.", "Write it with four figures: 2017.")
            lines.append(f"year = {value}")
            continue
        if key == "url" and not re.match(r"https?://[^\s\"<>]+$", value):
            raise GiveUp(f"{value!r} is not a web address.", "It begins with https://.")
        lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "".join(line + "\n" for line in lines)
