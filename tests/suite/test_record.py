"""What a run keeps comes back as it was, and what was asked before is not asked again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.answer import Answer, Status
from assistant.service import Service
from assistant.settings import Settings
from assistant.updates import Stage, Update
from corpus.errors import FixConfiguration, GiveUp
from corpus.model import Finding, FindingKind, Grade, Polarity
from evals.suite.answering import Answering
from evals.suite.cache import Cache, key
from evals.suite.folder import Folder
from evals.suite.metrics.score import Judgment, Outcome, Score, coverage
from evals.suite.record import Answered, Context
from tests.suite.small_runs import QUOTE, answer, many, row, run

# What other readers of lines and of Unicode trip over.
ODD = "half \ud83d a pair, \u2028 and \u2029 and \x85 and \x0c, \x00, \r\n é 𝄞"
GRADED = Finding("g", "r", ("Crime", "Reviews"), FindingKind.JUDGMENT, Polarity.POSITIVE,
                 "The force is good.", 3, 21, lead_in="Overall:", force="Norfolk", year=2021,
                 page=4, grade=Grade.GOOD, as_of=2019)
PLAIN = Finding("a", "r", (), FindingKind.NARRATIVE, Polarity.NEGATIVE, ODD, 0, len(ODD))


def through_json(told: Any) -> Any:
    line = json.dumps(told)
    assert "\n" not in line
    return json.loads(line)


@pytest.mark.parametrize("one", [
    Context("x", "A line."), Context("x", ODD), Context.of(GRADED), Context.of(PLAIN)])
def test_a_context_comes_back_as_it_was(one: Context) -> None:
    assert Context.from_dict(through_json(one.to_dict())) == one


def test_a_context_is_one_line() -> None:
    assert len(Context.of(PLAIN).text.splitlines()) == 1
    assert Context.of(GRADED).finding is GRADED


def answered(identifier: str = "q1", **values: Any) -> Answered:
    return Answered(row(identifier, **values), answer("There is\u2028a backlog."),
                    (Context.of(GRADED), Context.of(PLAIN)), (True,), 1.5, .25, 0, 12)


@pytest.mark.parametrize("one", [
    answered(), answered(question=ODD, note=ODD, history=[[ODD, ODD]], must_not_say=[ODD]),
    replace(answered(), first_s=None, tokens_in=None, tokens_out=None, contexts=()),
    Answered(row("q1", answerable=False), answer(answered=False), (), (), 0.0)])
def test_an_answered_question_comes_back_as_it_was(one: Answered) -> None:
    back = Answered.from_dict(through_json(one.to_dict()))
    assert back == one
    assert (back.row, back.refused, back.failed) == (one.row, one.refused, one.failed)


@pytest.mark.parametrize("one", [
    Score.of(True), Score.of(0.0, ODD), Score.without(Outcome.TIMED_OUT, "too slow"),
    Score.of(.5, judgments=[Judgment(ODD, 1, ODD), Judgment("b", 0)], spread=0.0)])
def test_a_score_comes_back_as_it_was(one: Score) -> None:
    assert Score.from_dict(through_json(one.to_dict())) == one


@pytest.mark.parametrize(("outcome", "value"), [
    (Outcome.SCORED, None), (Outcome.REFUSED, 0.0), (Outcome.SCORED, float("nan")),
    (Outcome.SCORED, float("inf"))])
def test_a_score_that_contradicts_itself_is_none(outcome: Outcome, value: float | None) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what it says is for us alone
        Score(outcome, value)


def test_coverage_counts_what_should_have_been_measured_only() -> None:
    lost = Score.without(Outcome.FAILED, "")
    apart = [Score.without(Outcome.REFUSED, ""), Score.without(Outcome.NOT_APPLICABLE, "")]
    assert coverage([Score.of(1), Score.of(0), Score.of(0), lost, *apart]) == 3 / 4
    assert coverage(apart) == coverage([]) == 1
    assert coverage([lost]) == 0


def test_a_folder_gives_back_what_it_was_given(tmp_path: Path) -> None:
    made = Folder.create(tmp_path / "deep" / "run", {"name": ODD, "finished": None})
    made.add_answer(answered("q1", question=ODD))
    made.add_answer(answered("q2"))
    made.add_scores("q1", {"right": Score.of(1, ODD)})
    made.add_scores("q1", {"right": Score.of(0)})
    back = Folder.open(made.path)
    assert back.manifest == made.manifest
    assert list(back.answers().items()) == [("q1", answered("q1", question=ODD)),
                                            ("q2", answered("q2"))]
    assert back.scores() == {"q1": {"right": Score.of(0)}}
    back.replace_scores({"q2": {"steered": Score.of(0)}})
    assert Folder.open(made.path).scores() == {"q2": {"steered": Score.of(0)}}
    assert {path.name for path in made.path.iterdir()} == {"run.json", "answers.jsonl",
                                                           "scores.jsonl"}


@pytest.mark.parametrize("cut", [1, 2, 40, .5])
def test_a_torn_last_line_counts_for_nothing_and_is_written_over(tmp_path: Path,
                                                                 cut: float) -> None:
    made = run(tmp_path / "run", many(3, right=1.0))
    for name in ("answers.jsonl", "scores.jsonl"):
        whole = (made.path / name).read_bytes()
        last = len(whole.splitlines()[-1])
        gone = int(last * cut) if cut < 1 else int(cut)
        (made.path / name).write_bytes(whole[:-gone])
    torn = Folder.open(made.path)
    before = (torn.path / "answers.jsonl").read_bytes()
    assert list(torn.answers()) == list(torn.scores()) == ["q01", "q02"]
    # To look at a run leaves it as it is: another process may be writing there.
    assert (torn.path / "answers.jsonl").read_bytes() == before
    torn.add_answer(made.answers()["q01"])
    torn.add_scores("q03", {"right": Score.of(0)})
    assert list(Folder.open(made.path).scores()) == ["q01", "q02", "q03"]
    lines = (torn.path / "answers.jsonl").read_bytes().split(b"\n")
    assert [json.loads(line)["id"] for line in lines[:-1]] == ["q01", "q02", "q01"]


def test_a_file_of_one_torn_line_is_empty(tmp_path: Path) -> None:
    made = Folder.create(tmp_path / "run", {})
    (made.path / "answers.jsonl").write_text('{"id": "q')
    assert Folder.open(made.path).answers() == {}
    made.add_answer(answered())
    assert list(made.answers()) == ["q1"]


@pytest.mark.parametrize("line", [b'{"id": "q', b"", b"{}", b"[]", b"null", b"\xff\xfe"])
@pytest.mark.parametrize(("name", "read"), [("answers.jsonl", Folder.answers),
                                            ("scores.jsonl", Folder.scores)])
def test_a_damaged_middle_line_is_told(tmp_path: Path, line: bytes, name: str, read: Any) -> None:
    made = run(tmp_path / "run", many(3, right=1.0))
    first, _, last, end = (made.path / name).read_bytes().split(b"\n")
    (made.path / name).write_bytes(b"\n".join([first, line, last, end]))
    with pytest.raises(GiveUp, match=f"{name} is damaged in line 2"):
        read(Folder.open(made.path))


def test_a_value_that_is_no_number_is_damage(tmp_path: Path) -> None:
    made = run(tmp_path / "run", many(1, right=1.0))
    text = (made.path / "scores.jsonl").read_text()
    (made.path / "scores.jsonl").write_text(text.replace("1.0", "NaN"))
    with pytest.raises(GiveUp, match="line 1"):
        made.scores()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    for place in (tmp_path, tmp_path / "letter.txt"):
        with pytest.raises(FixConfiguration, match="holds no run"):
            Folder.create(place, {})
    with pytest.raises(FixConfiguration, match="no run"):
        Folder.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_cache_survives_reopening(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kept.sqlite"
    first = Cache(path)
    assert first.get("k") is None
    first.put("k", {"told": ODD, "empty": [], "none": None})
    first.put("falsy", {})
    # Not closed: a kill closes nothing.
    second = Cache(path)
    assert second.get("k") == {"told": ODD, "empty": [], "none": None}
    assert second.get("falsy") == {}
    second.put("k", {"told": "other"})
    assert first.get("k") == {"told": "other"}
    assert (first.hits, second.hits) == (1, 2)
    for cache in (first, second):
        cache.close()
    nothing = Cache(None)
    nothing.put("k", {})
    assert nothing.get("k") is None


def test_a_file_that_is_no_cache_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    path.write_bytes(b"dear reader" * 500)
    with pytest.raises(FixConfiguration, match="Delete it"):
        Cache(path)
    assert path.read_bytes() == b"dear reader" * 500


def test_a_key_is_of_all_its_parts_in_their_order() -> None:
    keys = [key("a", "b"), key("b", "a"), key("ab"), key("a", "b", ""), key(["a", "b"]), key(ODD)]
    assert len(set(keys)) == len(keys)
    assert key({"x": 1, "y": 2}) == key({"y": 2, "x": 1})
    assert key((("q", "a"),)) == key([["q", "a"]])


class Stub:
    """An assistant over one finding that counts what it is asked."""

    def __init__(self, finding: Finding = GRADED, given: Answer | None = None,
                 **settings: Any) -> None:
        self.settings = Settings(**{"home": None, **settings})
        self.given = given or answer()
        self._index = SimpleNamespace(findings=lambda: [finding], reports=list)

    def current(self) -> tuple[Any, None]:
        return self._index, None

    def report(self, identifier: str) -> Any:
        return SimpleNamespace(text=QUOTE)

    def stream(self, question: str, history: Any, *, composer: str) -> Iterator[Update]:
        yield Update(Stage.DONE, answer=self.given)


def asking(cache: Cache, stub: Stub | None = None, composer: Any = "quotes",
           model: str = "quotes") -> Answering:
    return Answering(cast(Service, stub or Stub()), composer, cache, model)


def asked(one: Answering, told: Mapping[str, Any]) -> int:
    """How often the assistant was asked this."""
    before = one.asked
    one.answer(told)
    return one.asked - before


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "kept.sqlite")


def test_the_same_is_not_asked_twice(cache: Cache) -> None:
    one = asking(cache)
    first = one.answer(row("q1"))
    assert (first.verbatim, one.asked) == ((True,), 1)
    other = asking(cache)
    assert other.answer(row("q1")) == first
    # Who asks and what is wanted of the answer make no other answer.
    again = other.answer(row("q1", needed=[["b"]], note="new") | {"id": "q9"})
    assert (again.id, again.told["note"], again.answer) == ("q9", "new", first.answer)
    assert other.asked == 0


@pytest.mark.parametrize("other", [
    {"stub": Stub(replace(GRADED, text="The force is best.", end=21))},
    {"stub": Stub(replace(GRADED, id="h"))}, {"composer": "prose"}, {"model": "openai:x"},
    {"stub": Stub(evidence=4)}, {"stub": Stub(candidates=20)}, {"stub": Stub(model="openai:x")}],
    ids=["text", "library", "composer", "model", "evidence", "candidates", "setting"])
def test_what_may_change_an_answer_is_asked_anew(cache: Cache, other: dict[str, Any]) -> None:
    assert asked(asking(cache), row("q1")) == 1
    assert asked(asking(cache, **other), row("q1")) == 1
    assert asked(asking(cache), row("q1")) == asked(asking(cache, **other), row("q1")) == 0


@pytest.mark.parametrize("other", [
    {"port": 7999}, {"home": Path("elsewhere")}, {"model_key": "secret"}, {"model_timeout": 5},
    {"model_threads": 1}])
def test_what_changes_no_answer_is_not_asked_anew(cache: Cache, other: dict[str, Any]) -> None:
    assert asked(asking(cache), row("q1")) == 1
    assert asked(asking(cache, Stub(**other)), row("q1")) == 0


def test_another_program_is_asked_anew(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(asking(cache), row("q1")) == 1
    monkeypatch.setattr("evals.suite.program.digest", lambda: "another")
    assert asked(asking(cache), row("q1")) == 1


@pytest.mark.parametrize("other", [
    {"question": "Why is there a backlog?"}, {"history": [["Before?", "Yes."]]}])
def test_another_question_or_conversation_is_asked(cache: Cache, other: dict[str, Any]) -> None:
    one = asking(cache)
    assert asked(one, row("q1")) == 1
    assert asked(one, row("q1", **other)) == 1
    if "history" in other:
        assert asked(one, row("q1", history=[["Before?", "No."]])) == 1
        assert asked(one, row("q1", history=[])) == 0


def test_a_failure_is_asked_again(cache: Cache) -> None:
    failed = answer(answered=False).model_copy(update={"status": Status.ERROR})
    one = asking(cache, Stub(given=failed))
    assert one.answer(row("q1")).failed
    assert asked(one, row("q1")) == 1


def test_a_run_that_was_cut_off_before_it_began_is_begun(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".run.json.new").write_text("{")
    assert Folder.create(tmp_path / "run", {"name": "own"}).manifest["name"] == "own"
