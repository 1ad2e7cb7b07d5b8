"""The scores of one answer by every metric."""

from __future__ import annotations

from collections.abc import Collection, MutableMapping
from dataclasses import dataclass, field

from corpus.model import Finding
from evals.suite.adapter import metrics as adapter
from evals.suite.adapter.metrics import Embed
from evals.suite.judges.judge import Judge
from evals.suite.metrics import citing, exact
from evals.suite.metrics.catalogue import CATALOGUE, Group
from evals.suite.metrics.sampling import is_list, sample
from evals.suite.metrics.score import Outcome, Score, not_applicable
from evals.suite.record import Answered


@dataclass(frozen=True, slots=True)
class Scorer:
    """What scores are worked out with. ``judge`` None leaves judged metrics "not applicable";
    ``known`` is where the typed findings behind lines of evidence are put before it is asked;
    ``wanted`` are the metrics to work out, all where it is empty."""

    judge: Judge | None
    embed: Embed
    known: MutableMapping[str, Finding] = field(default_factory=dict)
    repeats: int = 1
    prices: exact.Prices | None = None
    wanted: Collection[str] = ()

    def score(self, answered: Answered) -> dict[str, Score]:
        """Every wanted metric of one answer, each with a value or the reason why there is none.

        Raises the ``FindingsError`` of a judge that can't be reached, so that a run stops and
        can be gone on with.
        """
        self.known.update({c.text: c.finding for c in answered.contexts if c.finding})
        told = exact.measured(answered, self.prices) | self._citations(answered) \
            | self._ragas(answered)
        return {name: told[name] for name in CATALOGUE if name in told and self._wants(name)}

    def _wants(self, name: str) -> bool:
        return not self.wanted or name in self.wanted

    def _citations(self, answered: Answered) -> dict[str, Score]:
        if absent := _absent(answered):
            return {name: absent for name, info in CATALOGUE.items()
                    if info.group is Group.CITATIONS}
        told = {"quotes_verbatim": citing.verbatim(answered), "first_citation":
                citing.first(answered)}
        if self._wants("citation_recall") or self._wants("citation_precision"):
            told |= citing.cited(answered, self.judge)
        return told

    def _ragas(self, answered: Answered) -> dict[str, Score]:
        names = [name for name in adapter.NAMES if self._wants(name)]
        if absent := _absent(answered):
            return dict.fromkeys(names, absent)
        if is_list(answered.answer):
            return dict.fromkeys(names, not_applicable(
                "a list is measured by its own precision and recall"))
        asked = sample(answered)
        return {name: adapter.score(name, asked, self.judge, self.embed, self.repeats)
                for name in names}


def _absent(answered: Answered) -> Score | None:
    """Why an answer has no sentences to judge; None where it has some."""
    if answered.failed:
        return Score.without(Outcome.FAILED, "the assistant failed with an error")
    if answered.refused:
        rightly = "rightly" if not answered.row.answerable or answered.row.count == 0 \
            else "wrongly"
        return Score.without(Outcome.REFUSED, f"{rightly} refused")
    return None
