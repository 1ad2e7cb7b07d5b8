"""Metrics without a judge: what an answer cites, counts, names, refuses and takes, held against
its question's row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.retrieval import marks
from evals.retrieval.metrics import reciprocal_rank
from evals.retrieval.own import ranked
from evals.suite.metrics.score import Outcome, Score, not_applicable
from evals.suite.record import Answered


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, read and written, in whatever currency."""

    read: float
    written: float


def measured(answered: Answered, prices: Prices | None = None) -> dict[str, Score]:
    """Every metric of the groups "answers" and "cost" for one answer."""
    if answered.failed:
        told = Score.without(Outcome.FAILED, "the assistant failed with an error")
        return dict.fromkeys(_ANSWERS, told) | _cost(answered, prices)
    row, mark = answered.row, marks.mark(answered.row, answered.answer)
    said = [words for words in row.must_not_say if words.lower() in _said(answered)]
    wrong = [*mark.wrong, *(f"says {words!r}" for words in said)]
    rightly = answered.refused is not row.answerable or row.count == 0
    return {
        "right": Score.of(not wrong, "; ".join(wrong)),
        "refusal_right": Score.of(rightly, "" if rightly else _refusal(answered)),
        "needed_recall": _maybe(mark.needed, "the question needs no finding"),
        "needed_rank": _rank(answered),
        "count_right": _maybe(mark.counted, "no number is asked for"),
        "grade_right": _maybe(mark.graded, "no grade is asked for"),
        "polarity_kept": _tone(answered, mark.kept_out),
        "steered": Score.of(bool(said), ", ".join(said)) if row.must_not_say
        else not_applicable("the question does not try to steer"),
        **_list(answered), **_cost(answered, prices)}


_ANSWERS = ("right", "refusal_right", "needed_recall", "needed_rank", "count_right", "grade_right",
            "polarity_kept", "steered", "list_precision", "list_recall")


def _maybe(value: float | None, reason: str) -> Score:
    return not_applicable(reason) if value is None else Score.of(value)


def _tone(answered: Answered, kept: bool | None) -> Score:
    """Whether the tone is kept. A refusal keeps it by saying nothing, which is no merit."""
    if kept is not None and answered.refused:
        return Score.without(Outcome.REFUSED, "nothing is cited")
    return _maybe(kept, "no tone is asked for")


def _refusal(answered: Answered) -> str:
    return "refused, though the reports say" if answered.refused \
        else "answered, though the reports don't say"


def _said(answered: Answered) -> str:
    return f"{answered.answer.text}\n{answered.answer.notice or ''}".lower()


def _rank(answered: Answered) -> Score:
    row = answered.row
    if row.complete is not None or not row.needed:
        return not_applicable("no single finding is looked for")
    places: Sequence[frozenset[str]] = [frozenset({i}) for i in ranked(answered.answer)]
    return Score.of(reciprocal_rank(places, row.needed))


def _list(answered: Answered) -> dict[str, Score]:
    """How exactly a list holds what belongs on it. One that was refused holds nothing: none of
    it is found, and of nothing no share can be right."""
    wanted = answered.row.complete
    if wanted is None:
        return dict.fromkeys(("list_precision", "list_recall"),
                             not_applicable("no list is asked for"))
    listed = {c.finding_id for c in answered.answer.citations}
    found = len(listed & wanted)
    return {"list_precision": Score.of(found / len(listed), _told("too many", listed - wanted))
            if listed else (Score.of(1.0) if not wanted else
                            Score.without(Outcome.REFUSED, "nothing is listed")),
            "list_recall": Score.of(found / len(wanted) if wanted else 1.0,
                                    _told("missing", wanted - listed))}


def _told(label: str, ids: frozenset[str] | set[str]) -> str:
    return f"{label}: {', '.join(sorted(ids))}" if ids else ""


def _cost(answered: Answered, prices: Prices | None) -> dict[str, Score]:
    read, written = answered.tokens_in, answered.tokens_out
    quoted = answered.answer.model == "quotes"
    told = read is not None and written is not None
    tokens = Score.of((read or 0) + (written or 0)) if told else not_applicable(
        "no language model wrote" if quoted else "the model's server tells no tokens")
    cost = not_applicable("no prices are given, see --price")
    if prices is not None:
        cost = Score.of(((read or 0) * prices.read + (written or 0) * prices.written) / 1e6) \
            if told else tokens
    # Without the marks of citations and lists.
    words = sum(len(sentence.text.split()) for sentence in answered.answer.sentences)
    return {"words": Score.of(words),
            "seconds": Score.of(answered.seconds), "tokens": tokens, "cost": cost}
