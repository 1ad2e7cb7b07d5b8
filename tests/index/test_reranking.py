"""The reranker that ships: it tells answers from near misses, and refuses altered weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpus.errors import FixConfiguration
from index.reranking import FOLDER, OnnxReranker, open_reranker, windows

BACKLOG = ("The force has a backlog of digital devices awaiting examination in its high-tech crime "
           "unit, delaying investigations. (Investigating crime; Dorset 2017)")
NURSES = ("The force has mental health triage nurses in the control room. (Protecting vulnerable "
          "people; Dorset 2017)")


@pytest.mark.parametrize(("question", "answer", "other"), [
    ("Are phones waiting to be looked at?", BACKLOG, NURSES),
    ("hi tech unit backlog", BACKLOG, NURSES),
    ("Is there medical help for people in crisis who ring in?", NURSES, BACKLOG),
])
def test_what_answers_comes_before_what_does_not(question: str, answer: str, other: str) -> None:
    good, bad = open_reranker().scores(question, [answer, other])
    assert good > bad


@pytest.mark.parametrize("question", [
    "How much did the high-tech unit's new building cost?", "Who leads the high-tech crime unit?"])
def test_what_shares_words_and_does_not_answer_is_told_apart(question: str) -> None:
    answered, not_answered = (open_reranker().scores(asked, [BACKLOG])[0]
                              for asked in ("Is there a backlog of devices?", question))
    assert answered > 0 > not_answered


def test_the_best_window_of_a_long_passage_counts() -> None:
    filler = "The force works with its partners on many other things that are of no interest. " * 20
    passage = filler + BACKLOG
    question = "Is there a backlog of devices?"
    parts = windows(passage)
    assert len(parts) > 1
    assert open_reranker().scores(question, [passage])[0] == pytest.approx(
        max(open_reranker().scores(question, parts)))


def test_short_texts_are_read_whole_and_long_ones_up_to_a_limit() -> None:
    assert windows(BACKLOG) == [BACKLOG]
    assert len(windows("A sentence of some seven words here. " * 300)) == 6


def test_scores_do_not_depend_on_the_company() -> None:
    together = open_reranker().scores("Is there a backlog?", [BACKLOG, NURSES, BACKLOG * 2])
    alone = [open_reranker().scores("Is there a backlog?", [text])[0]
             for text in (BACKLOG, NURSES, BACKLOG * 2)]
    assert together == alone


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "r")
    path = tmp_path / "r" / "model.onnx"
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)
    with pytest.raises(FixConfiguration, match="missing or altered"):
        OnnxReranker(tmp_path / "r")
    with pytest.raises(FixConfiguration, match="missing or altered"):
        OnnxReranker(tmp_path / "absent")
