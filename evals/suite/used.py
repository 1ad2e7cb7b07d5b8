"""What readers said of answers, as rows of questions: drafts, until a person has read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.answer import Intent, Status
from assistant.feedback import Entry, Reason, Verdict
from evals.questions import row_of

_ASKS = {
    None: "Check that each finding under needed belongs there.",
    Reason.WRONG_EVIDENCE: "Say from which findings it is answered; those cited were wrong.",
    Reason.SOMETHING_MISSING: "Say from which findings it is answered; those cited miss some.",
    Reason.NOT_ASKED: "Say what was asked for, and from which findings it is answered.",
    Reason.BEYOND_REPORT: "Say whether the reports answer it, and from which findings.",
    Reason.SHOULD_HAVE_ANSWERED: "Say from which findings it is answered.",
    Reason.OTHER: "Say whether the reports answer it, and from which findings."}


def rows(entries: Sequence[Entry], everything: bool = False) -> list[dict[str, Any]]:
    """The entries as rows for ``evals.questions.row_of``, in their order, each a draft.

    Only answers that were marked as not right, or corrected, unless ``everything`` is wanted. A
    helpful answer needs each finding that it cites; of the others nothing is known to be needed.
    ``origin`` holds what the reader said and saw: ``at``, ``verdict``, ``reason``,
    ``correction``, ``answer``, ``cited`` (ids of findings), ``status`` and ``trace``. Raises
    ``ValueError`` where the questions' format has changed and a row no longer fits it.
    """
    found = [_row(one) for one in entries
             if everything or one.verdict is Verdict.DOWN or one.correction]
    for row in found:
        row_of("used", row)
    return found


def _row(entry: Entry) -> dict[str, Any]:
    answerable = _answerable(entry)
    cited = [one.finding_id for one in entry.answer.citations]
    helpful = entry.verdict is Verdict.UP and answerable
    return {"id": f"used-{entry.id}", "kind": _kind(entry, answerable),
            "question": entry.question, "history": [list(pair) for pair in entry.history],
            "answerable": answerable,
            "needed": [[one] for one in dict.fromkeys(cited)] if helpful else [],
            "reference": entry.correction, "note": f"From use. {_ASKS[entry.reason]}",
            "draft": True, "origin": _origin(entry, cited)}


def _origin(entry: Entry, cited: list[str]) -> dict[str, Any]:
    answer = entry.answer
    return {"at": entry.at, "verdict": entry.verdict.value,
            "reason": entry.reason.value if entry.reason else None,
            "correction": entry.correction, "answer": answer.text, "cited": cited,
            "status": answer.status.value, "trace": answer.trace.model_dump(mode="json")}


def _answerable(entry: Entry) -> bool:
    """What the entry lets one guess: a refusal was right unless its reader knows better. A fault
    says nothing of the question, so that it counts as one to be answered."""
    status = entry.answer.status
    return (status.has_answer or status is Status.ERROR or bool(entry.correction)
            or entry.reason is Reason.SHOULD_HAVE_ANSWERED)


def _kind(entry: Entry, answerable: bool) -> str:
    answer = entry.answer
    if answer.status is Status.NEEDS_CLARIFICATION:
        return "ambiguous"
    if not answerable:
        return "unanswerable"
    follows = bool(entry.history) and bool(answer.trace.understood.get("follows"))
    return "follow_up" if follows and answer.intent is Intent.LOOKUP else answer.intent.value
