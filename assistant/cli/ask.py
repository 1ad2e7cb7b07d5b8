"""``findings ask``: one answer."""

from __future__ import annotations

import argparse
import textwrap

from assistant.answer import Answer, Citation, Layout
from assistant.cli.common import note, print_json, read_history, settings_of
from assistant.service import open_service

_WIDTH = 96
_CANDIDATES = 15


def ask(options: argparse.Namespace) -> int:
    """Answer a question. An unanswered question is no error: its status says so."""
    history = read_history(options.history)
    service = open_service(settings_of(options), note=note)
    try:
        answer = service.ask(options.question, history, composer=options.composer)
    finally:
        service.close()
    if options.json:
        print_json(answer.to_dict(explain=options.explain))
    else:
        _show(answer)
        if options.explain:
            _explain(answer)
    return 0


def _show(answer: Answer) -> None:
    if answer.standalone_question != answer.question:
        _wrapped(f"Understood as: {answer.standalone_question}")
        print()
    for sentence in answer.sentences:
        if sentence.cell is None:
            marks = "" if sentence.layout is Layout.HEADING else "".join(
                f"[{n}]" for n in sentence.citations)
            start = "- " if sentence.layout is Layout.ITEM else ""
            _wrapped(f"{start}{sentence.text} {marks}".rstrip(), "  " if start else "")
    for line in answer.table_lines():
        _wrapped(line, "    " if line.startswith("-") else "")
    if answer.notice:
        print()
        _wrapped(answer.notice)
    if answer.suggestions and not answer.status.has_answer:
        print("\nQuestions that can be answered:")
        for question in answer.suggestions:
            print(f"- {question}")
    if answer.citations:
        print()
    for citation in answer.citations:
        _cite(citation, f"[{citation.n}]")
    if answer.nearest:
        print("\nNearest findings, not an answer:")
        for citation in answer.nearest:
            _cite(citation, "-")


def _wrapped(text: str, indent: str = "") -> None:
    print(textwrap.fill(text, _WIDTH, subsequent_indent=indent))


def _cite(citation: Citation, mark: str) -> None:
    place = " > ".join(citation.section)
    page = f", page {citation.page}" if citation.page else ""
    print(textwrap.fill(f"{mark} {' '.join(citation.quote.split())}", _WIDTH,
                        subsequent_indent="    "))
    print(textwrap.fill(f"{citation.title}{page}: {place} ({citation.kind.replace('_', ' ')})",
                        _WIDTH, initial_indent="    ", subsequent_indent="    "))


def _explain(answer: Answer) -> None:
    print("\nUnderstood:")
    for key, value in answer.trace.understood.items():
        if value not in (None, "", [], {}):
            print(f"  {key}: {value}")
    if answer.trace.signals:
        print("Likeliest candidate:", answer.trace.signals)
    rows = answer.trace.candidates
    if rows:
        print(f"{len(rows)} candidates, best first. Kept (*), reranker's logit, rank and score by "
              "meaning, rank and score by words, both fused:")
    for row in rows[:_CANDIDATES]:
        dense = "-" if row.dense is None else f"{row.dense_rank}:{row.dense:.2f}"
        lexical = "-" if row.lexical is None else f"{row.lexical_rank}:{row.lexical:.1f}"
        rerank = "-" if row.rerank is None else f"{row.rerank:+.2f}"
        print(f"  {'*' if row.kept else ' '} {rerank:>6} {dense:>8} {lexical:>8} {row.fused:.4f} "
              f"{row.why}: {row.text[:90]}")
    if len(rows) > _CANDIDATES:
        print(f"  and {len(rows) - _CANDIDATES} more, with --json")
    for left in (*answer.trace.left_out, *answer.trace.unused):
        support = "" if left.score is None else f", support {left.score}"
        print(f"Left out ({left.reason}{support}): {left.text}")
    print("Milliseconds:", answer.timings_ms)
