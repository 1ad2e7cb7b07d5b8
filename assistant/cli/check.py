"""``findings check``: a draft's sentences against the reports."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from assistant.cli.common import note, print_json, settings_of
from assistant.drafts import Judged, Standing, verify
from assistant.manuscript import manuscript
from assistant.service import open_service
from corpus.blocks import Document
from corpus.errors import GiveUp, UnreadableReport
from corpus.readers import read, text
from prompts import wording

_LARGEST = 20_000_000
_WIDTH = 96


def check(options: argparse.Namespace) -> int:
    """Judge each sentence of a Markdown, Word, text, web or PDF file. Unsupported sentences are
    no error."""
    draft = manuscript(_document(options.file))
    service = open_service(settings_of(options), note=note)
    judged: list[Judged] = []
    try:
        for item in verify(draft, service.current()[0]):
            judged.append(item)
            _progress(len(judged), len(draft.passages))
    finally:
        service.close()
    if options.json:
        print_json({"sentences": [_row(item) for item in judged],
                    "counts": {s.value: sum(j.verdict is s for j in judged) for s in Standing}})
        return 0
    if not judged:
        print(wording("replies")["check"]["nothing"])
        return 0
    for item in judged:
        _print(item)
    print(_summary(judged))
    return 0


def _document(path: Path) -> Document:
    try:
        if path.stat().st_size > _LARGEST:
            raise GiveUp(f"{path} is too large for a draft.", "Check it part by part.")
        if path.suffix.lower() in ("", ".rst", ".eml"):
            return text.read(str(path), path.read_bytes())
    except OSError as error:
        raise GiveUp(f"{path} can't be read ({error.strerror}).", "Check the path.") from error
    try:
        return read(path)
    except UnreadableReport as error:
        raise GiveUp(str(error).rstrip(), "A draft may be Markdown, Word, text, HTML or PDF.") \
            from error


def _progress(done: int, total: int) -> None:
    """A line that is written over, where somebody looks on."""
    if sys.stderr.isatty() and total > 10:
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} sentences", end=end, file=sys.stderr, flush=True)


def _row(item: Judged) -> dict[str, object]:
    return {"text": item.text, "verdict": item.verdict.value, "reason": item.reason,
            "score": item.score, "cites": list(item.cites), "page": item.page,
            "citations": [c.model_dump(mode="json") for c in item.citations]}


def _print(item: Judged) -> None:
    words = wording("replies")["check"]
    print(textwrap.fill(f"{words[item.verdict.value]}: {item.text}", _WIDTH,
                        subsequent_indent="  "))
    if item.reason:
        print(textwrap.fill(f"{words['why']}: {item.reason}", _WIDTH, initial_indent="  ",
                            subsequent_indent="    "))
    near = words["rests_on" if item.verdict is Standing.SUPPORTED else "nearest"]
    for citation in item.citations:
        page = f", {words['page']} {citation.page}" if citation.page else ""
        print(textwrap.fill(f"{near}: “{citation.quote}” ({citation.title}{page})", _WIDTH,
                            initial_indent="  ", subsequent_indent="    "))


def _summary(judged: Sequence[Judged]) -> str:
    words = wording("replies")["check"]
    counts = [(words[s.value].lower(), sum(j.verdict is s for j in judged)) for s in Standing]
    return ", ".join(f"{count} {name}" for name, count in counts)
