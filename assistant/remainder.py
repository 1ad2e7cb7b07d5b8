"""What the report's own words add to what a model wrote."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.answer import Layout, Sentence
from assistant.verify.clauses import REPORTING
from corpus.names import forces_in
from index.words import stems


def first_untold(told: Sequence[Sentence], quoted: Sequence[Sentence]) -> list[Sentence]:
    """The quote of the finding that most likely answers, where no sentence cites it: what the
    model passed over may be the answer."""
    if any(1 in sentence.citations for sentence in told):
        return []
    return [one for one in quoted if one.layout is not Layout.HEADING and 1 in one.citations]


def untold(told: Sequence[Sentence], quoted: Sequence[Sentence]) -> list[Sentence]:
    """The quotes of findings that no sentence cites yet."""
    cited = {n for sentence in told for n in sentence.citations}
    return [one for one in quoted
            if one.layout is not Layout.HEADING and not cited & set(one.citations)]


def citing(places: Collection[int], quoted: Sequence[Sentence]) -> list[Sentence]:
    """The quotes of these findings alone."""
    return [one for one in quoted if set(one.citations) <= set(places)]


def passed_over(question: str, told: Sequence[Sentence],
                quoted: Sequence[Sentence]) -> list[Sentence]:
    """The quotes that speak of the question, where nothing told does: whatever a model repeats,
    true as it may be, does not stand in the place of what was asked for."""
    names = " ".join(force.official for force in forces_in(question))
    asked = stems(question) - REPORTING - stems(names)
    if any(asked & stems(one.text) for one in told):
        return []
    return [one for one in quoted if one.layout is not Layout.HEADING and asked & stems(one.text)]
