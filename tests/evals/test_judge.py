"""The measures of the check, and the material that it is measured on."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from assistant.compose import Draft, Evidence
from assistant.verify.condense import MOST_WORDS, condensed
from evals.judge import measures, outside, reports
from evals.judge.written import written
from evals.prose.__main__ import told
from evals.prose.recorded import Recorded
from evals.training.claims import answers
from tests.fake_models import QueuedModel
from tests.test_prose import EVIDENCE


def test_measures_of_a_perfect_a_useless_and_a_known_judge() -> None:
    labels = [1] * 20 + [0] * 20
    perfect = measures.measured([1.0] * 20 + [0.0] * 20, labels, 0.5)
    assert (perfect.balanced, perfect.auc, perfect.caught) == (1.0, 1.0, 1.0)
    assert perfect.calibration_error == 0.0
    useless = measures.measured([0.5] * 40, labels, 0.5)
    assert (useless.balanced, useless.auc, useless.caught) == (0.5, 0.5, 0.0)
    assert measures.measured([1.0] * 40, labels, 0.5).calibration_error == 0.5
    known = measures.measured([.9, .8, .4, .7, .3, .2], [1, 1, 1, 0, 0, 0], 0.5)
    assert known.balanced == pytest.approx(2 / 3)
    assert known.auc == pytest.approx(8 / 9)


def test_what_cannot_be_measured_is_not_a_number() -> None:
    assert math.isnan(measures.measured([0.2, 0.9], [1, 1], 0.5).balanced)
    assert math.isnan(measures.measured([0.2, 0.9], [1, 1], 0.5).auc)


def test_a_threshold_is_fitted_on_other_rows() -> None:
    scores, labels = [.1, .2, .3, .7, .8, .9] * 5, [0, 0, 0, 1, 1, 1] * 5
    assert 0.3 < measures.best_threshold(scores, labels) < 0.7
    assert measures.folded(scores, labels) == 1.0
    chance = [0.5 + 0.001 * ((7 * i) % 30) for i in range(30)]
    assert measures.folded(chance, [i % 2 for i in range(30)]) < 0.8


def test_the_sets_about_reports_are_large_and_true_to_the_reports() -> None:
    claims = [*reports.claims("shipped"), *reports.claims("invented")]
    assert len(claims) >= 400
    assert len({claim.id for claim in claims}) == len(claims)
    assert 150 < sum(claim.label for claim in claims) < len(claims) - 150
    assert all(bool(claim.error) is not bool(claim.label) for claim in claims)
    learnt = {claim.text for claim in written()}
    assert not learnt & {claim.text for claim in claims}


def test_claims_kept_aside_share_no_row_with_those_learnt_from() -> None:
    claims = written()
    held = {claim.id.rpartition(":")[0] for claim in claims if claim.held}
    assert held
    assert not held & {claim.id.rpartition(":")[0] for claim in claims if not claim.held}
    assert {claim.error for claim in claims} >= {"merged", "roles", "negation", "elsewhere"}


def test_long_evidence_is_cut_to_what_a_claim_is_about() -> None:
    filler = "The weather was mild and the buses ran on time. " * 40
    found = condensed("The force has a backlog of devices.",
                      f"{filler}The force has a backlog of devices. {filler}")
    assert "backlog of devices" in found
    assert len(found.split()) <= MOST_WORDS
    assert condensed("Anything.", "Short evidence.") == "Short evidence."


def test_outside_rows(tmp_path: Path) -> None:
    row = {"source": "s", "granularity": "sentence", "label": 1,
           "premise": "In 2016 the force had 20 dogs. " + "They bark. " * 30,
           "claim": "The force had 20 dogs in 2016."}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row) + "\n")
    read = outside.rows(path)[0]
    assert outside.words(read) == 1.0
    assert outside.words(outside.Row("s", "The force had 30 dogs.", read.premise, 0)) < 0.6
    pairs = answers(path)
    assert pairs[0].label == 1
    assert {pair.label for pair in pairs[1:]} <= {0}


class Versioned:
    """A composer with a version, over a queue of drafts."""

    name, version = "m", "1"

    def __init__(self) -> None:
        self.asked = 0

    def drafts(self, question, evidence, most=3, cancel=None):  # type: ignore[no-untyped-def]
        self.asked += 1
        yield Draft(f"{question} is late.", (1,))


def test_recorded_drafts_are_asked_for_once(tmp_path: Path) -> None:
    inner, path = Versioned(), tmp_path / "drafts.jsonl"
    evidence: list[Evidence] = EVIDENCE
    first = list(Recorded(inner, path).drafts("A", evidence))
    assert list(Recorded(inner, path).drafts("A", evidence)) == first
    assert inner.asked == 1
    list(Recorded(inner, path).drafts("B", evidence))
    inner.version = "2"
    list(Recorded(inner, path).drafts("A", evidence))
    assert inner.asked == 3
    assert QueuedModel([]).streamed == 0


def test_readings_are_summed_up(tmp_path: Path) -> None:
    rows = [{"model": "m", "right": True, "quotes_right": True, "seconds": 2.0, "left_out": [],
             "sentences": [{"text": "A.", "supported": 1}, {"text": "B.", "supported": 0,
                                                              "note": "no"}]},
            {"model": "quotes", "right": False, "quotes_right": False, "seconds": 1.0,
             "left_out": [], "sentences": []}]
    path = tmp_path / "readings.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = told(path)
    assert "2 questions, 1 answered by m, 1 fell back to quotes" in said
    assert "sentences read 2, unsupported 1/2" in said
    assert "B. (no)" in said
