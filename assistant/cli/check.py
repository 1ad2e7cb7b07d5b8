"""``findings check``: a draft's sentences against the reports."""

from __future__ import annotations

import argparse
import textwrap

from assistant.cli.common import note, print_json, settings_of
from assistant.drafts import Standing, judge
from assistant.service import open_service
from corpus.errors import GiveUp
from corpus.readers.decoding import decode

_LARGEST = 2_000_000


def check(options: argparse.Namespace) -> int:
    """Judge each sentence of a text or Markdown file. Unsupported sentences are no error."""
    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise GiveUp(f"{options.file} can't be read ({error.strerror}).", "Check the path.") \
            from error
    if len(content) > _LARGEST:
        raise GiveUp(f"{options.file} is too large for a draft.", "Check it part by part.")
    text = decode(str(options.file), content)
    service = open_service(settings_of(options), note=note)
    try:
        judged = judge(text, service.current()[0])
    finally:
        service.close()
    if options.json:
        print_json({"sentences": [
            {"text": j.text, "verdict": j.verdict.value, "reason": j.reason,
             "citations": [c.model_dump(mode="json") for c in j.citations]} for j in judged]})
        return 0
    for item in judged:
        print(textwrap.fill(f"{item.verdict.value}: {item.text}", 96, subsequent_indent="  "))
        if item.reason:
            print(f"  why: {item.reason}")
        for citation in item.citations:
            near = "rests on" if item.verdict is Standing.SUPPORTED else "nearest"
            print(textwrap.fill(f"{near}: {citation.quote} ({citation.title})", 96,
                                initial_indent="  ", subsequent_indent="    "))
    counts = {s: sum(j.verdict is s for j in judged) for s in Standing}
    print(", ".join(f"{count} {standing.value}" for standing, count in counts.items()))
    return 0
