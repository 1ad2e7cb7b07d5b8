"""Every part of the run, on a few passages and with a model that counts words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.service import Service
from assistant.settings import load
from evals.questions import Row, problems, read
from evals.retrieval import __main__ as command
from evals.retrieval import clapnq, homes, mtrag, own, peer, scifact, systems
from evals.retrieval.bench import Bench
from evals.retrieval.report import Part
from evals.retrieval.systems import Query, System, Understood
from evals.retrieval.vectors import Remembering
from index.sync import in_step
from tests.fakes import TinyEmbedder

TEXTS = {
    "p1": "The backlog of digital devices awaits examination in the unit.",
    "p2": "Neighbourhood teams visit rural markets with a mobile station.",
    "p3": "Burglary victims get a visit within two days of the report.",
    "p4": "Officers store seized drugs in a locked cage.",
}
QUESTIONS = (Path(__file__).parent / "questions.jsonl")


class Backwards:
    """A reranker that likes the last passage best."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        return [float(place) for place in range(len(passages))]


def lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def served(home: Path, source: Path) -> Service:
    """The assistant with the model that counts words."""
    assert in_step(home, source, TinyEmbedder())
    return Service(load(home=home), TinyEmbedder())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Outside material of four passages and as many questions."""
    folder = tmp_path / "benchmarks"
    lines(folder / "scifact/corpus.jsonl",
          [{"id": i, "title": "", "text": text} for i, text in TEXTS.items()])
    lines(folder / "scifact/claims_validation.jsonl",
          [{"id": i, "claim": text.lower(), "cited_doc_ids": [i]} for i, text in TEXTS.items()])
    lines(folder / "mtrag/corpus.jsonl",
          [{"id": i, "title": "", "text": text, "domains": ["govt"], "source": "mtragun"}
           for i, text in TEXTS.items()])
    lines(folder / "mtrag/tasks.jsonl", [
        {"id": "c1<::>1", "benchmark": "mtragun", "domain": "govt", "history": [],
         "question": "Where are seized drugs stored?"},
        {"id": "c1<::>2", "benchmark": "mtragun", "domain": "govt", "history": [
            {"speaker": "user", "text": "Where are seized drugs stored?"},
            {"speaker": "agent", "text": "In a cage."}], "question": "Why?"},
        {"id": "c2<::>1", "benchmark": "mtrag-human", "domain": "cloud", "history": [],
         "question": "Not counted: nothing is known to be relevant"}])
    lines(folder / "mtrag/qrels.jsonl", [{"query_id": f"c1<::>{n}", "passage_id": "p4"}
                                         for n in (1, 2)])
    lines(folder / "clapnq/dev.jsonl", [
        {"id": i, "question": f"{text[:-1]}?", "title": "", "passage": text,
         "answerable": i != "p4"} for i, text in TEXTS.items()])
    return Bench(folder, tmp_path / "kept", TinyEmbedder(), serve=served)


@pytest.fixture
def service(bench: Bench) -> Iterator[Service]:
    """The assistant over the four passages."""
    source = homes.passages(bench.root / "x/passages.jsonl", [
        {"id": i, "title": "", "text": text} for i, text in TEXTS.items()])
    assert homes.prepared(bench.root / "x", source, bench.embedder).embedded == len(TEXTS)
    opened = bench.serve(bench.root / "x", source)
    yield opened
    opened.close()


@pytest.mark.parametrize("make", [
    lambda index, scope: systems.bm25(TEXTS), lambda index, scope: systems.bm25_two_turns(TEXTS),
    lambda index, scope: systems.lexical(index), lambda index, scope: systems.dense(index),
    lambda index, scope: systems.fused(index),
    lambda index, scope: System("ours", Understood(index, scope).rank)],
    ids=["bm25", "two turns", "words", "dense", "fused", "understood"])
def test_every_system_finds_what_shares_words(service: Service, make: Any) -> None:
    system = make(*service.current())
    assert system.rank(Query("Where do officers store seized drugs?"), 2)[:1] == ["p4"]
    assert len(system.rank(Query("drugs backlog burglary markets"), 2)) == 2


def test_only_systems_that_look_back_find_what_was_spoken_of_before(
        service: Service) -> None:
    query = Query("Why?", (("Where do officers store seized drugs?", "In a cage."),))
    assert systems.bm25_two_turns(TEXTS).rank(query, 1) == ["p4"]
    assert systems.bm25(TEXTS).rank(query, 1) == []
    assert Understood(*service.current()).rank(query, 1) == ["p4"]


def test_a_reranker_puts_the_first_candidates_in_its_order(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    index, _ = service.current()
    hits = index.search("backlog burglary drugs markets")
    assert systems.reordered("q", hits, Backwards()) == hits[::-1]
    monkeypatch.setattr(systems, "RERANKED", 2)
    assert systems.reordered("q", hits, Backwards()) == [hits[1], hits[0], *hits[2:]]
    names = {systems.fused_reranked(index, Backwards()).name, systems.fused(index).name}
    assert len(names) == 2


def test_the_second_run_embeds_nothing(bench: Bench) -> None:
    first, second = scifact.run(bench), scifact.run(bench)
    assert "embedded 4 texts" in first.remarks[0]
    assert "nothing embedded anew" in second.remarks[0]
    assert first.tables == second.tables


def test_the_right_documents_are_found(bench: Bench) -> None:
    part = scifact.run(bench)
    line = next(line for line in part.tables[0].lines if line.system == part.tables[0].ours)
    assert line.figures["nDCG@10"].value == line.figures["R@10"].value == 1.0


def test_tasks_without_relevance_are_left_out_and_conversations_kept_together(
        bench: Bench) -> None:
    part = mtrag.run(bench)
    assert [table.title for table in part.tables] == ["mtragun, all domains", "mtragun, govt"]
    line = part.tables[0].lines[0]
    assert line.figures["R@5"].n == 2
    assert line.over_it["R@5"].verdict == "too few to tell (1)"


def test_answering_and_refusing_are_counted_both_ways(bench: Bench) -> None:
    part = clapnq.run(bench)
    assert {f.label for f in part.figures} == {
        f"{name}: {label}" for name in ("pool", "passage given") for label in (
            "unanswerable, refused", "answerable, falsely refused",
            "answerable, answered from its own passage", "right either way")}
    given = [row for row in part.rows if row["setting"] == "passage given"]
    assert all(set(row["cited"]) <= {row["id"]} for row in given)
    assert part.tables[0].lines[-1].figures["R@1"].value == 1.0


def test_our_own_questions_are_asked_and_marked(bench: Bench, shipped: Path) -> None:
    asked = read(QUESTIONS)
    part = own.run(bench, asked, [shipped])
    assert not [r for r in part.remarks if r.startswith("dataset:")], part.remarks
    assert len(part.rows) == len(asked)
    assert {"look-ups", "questions", "lookup"} <= {table.title for table in part.tables}
    counted = {f.label: f.counted for f in part.figures}
    assert counted["questions: unanswerable, refused"] == "1/1"
    assert counted["questions: list complete and exact"] == "1/1"


def test_the_fixture_fits_the_shipped_report(shipped: Path) -> None:
    from corpus.library import read as read_reports
    known = {f.id for report in read_reports(shipped).reports for f in report.findings}
    assert problems(read(QUESTIONS), known) == []


def test_a_library_mirrors_its_folders(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    lines(one / "a.txt", [])
    lines(one / "README.md", [])
    lines(two / "b.txt", [])
    made = homes.library(tmp_path / "made", [one, two])
    assert {path.name for path in made.iterdir()} == {"a.txt", "b.txt"}
    (two / "b.txt").unlink()
    homes.library(made, [one, two])
    assert {path.name for path in made.iterdir()} == {"a.txt"}
    lines(two / "a.txt", [])
    with pytest.raises(ValueError, match="the same name"):
        homes.library(made, [one, two])


def test_a_document_of_the_peer_stands_where_its_best_chunk_does() -> None:
    chunks = [SimpleNamespace(metadata={"id": i}, page_content=t)
              for i, t in (("b", "x"), ("a", "y"), ("b", "z"), ("c", "w"))]
    store = peer.Store(SimpleNamespace(similarity_search=lambda q, k: chunks[:k]), 0, 0.0)
    assert store.system.rank(Query("q"), 2) == ["b", "a"]
    assert store.chunks("q", 1) == [("b", "x")]


def test_a_part_reads_as_text_and_keeps_as_an_object(bench: Bench) -> None:
    part = scifact.run(bench)
    assert "ours, fused over it:" in part.text()
    told = json.loads(json.dumps(part.to_dict()))
    assert told["tables"][0]["lines"][0]["over_it"]["R@10"]["verdict"] == "too few to tell (4)"


def test_wrong_rows_are_told_with_what_was_cited() -> None:
    row = {"id": "d1", "kind": "lookup", "question": "Q?", "status": "answered",
           "wrong": ["cites 0% of what is needed"], "cited": ["abc It has a backlog."]}
    text = Part("Own", rows=(row, row | {"wrong": []})).text()
    assert "wrong: 1 of 2" in text
    assert "d1 [lookup] Q?" in text
    assert "cited abc It has a backlog." in text


def test_no_text_is_embedded_twice_whatever_becomes_of_the_index(tmp_path: Path) -> None:
    inner = TinyEmbedder()
    first = Remembering(inner, tmp_path / "v.sqlite")
    made = first.embed(["a backlog", "a cage", "a backlog"])
    assert (first.embedded, inner.embedded) == (2, ["a backlog", "a cage"])
    again = Remembering(inner, tmp_path / "v.sqlite")
    assert (again.embed(["a cage", "a backlog"]) == made[[1, 0]]).all()
    assert again.embedded == 0
    other = Remembering(TinyEmbedder("tiny:2"), tmp_path / "v.sqlite")
    other.embed(["a cage"])
    assert other.embedded == 1
    assert other.is_word("cage")
    assert other.rarity("cage") == inner.rarity("cage")


def test_absent_material_is_said_and_left_out(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
        ) -> None:
    monkeypatch.setattr(command, "_bench", lambda folder, **choices: Bench(
        folder, tmp_path, TinyEmbedder()))
    kept = tmp_path / "out.json"
    assert command.main(["--benchmarks", str(tmp_path), "--only", "scifact,mtrag",
                         "--json", str(kept)]) == 0
    assert "scifact: left out" in capsys.readouterr().out
    assert json.loads(kept.read_text("utf-8")) == []
    assert command.main(["--only", "squad"]) == 2


def test_the_command_runs_a_part_and_says_how_long_it_took(
        bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "_bench", lambda folder, **choices: bench)
    assert command.main(["--only", "scifact"]) == 0
    assert "== SciFact (" in capsys.readouterr().out


def test_no_questions_of_our_own_are_no_error(
        bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    none: list[Row] = []
    monkeypatch.setattr(own, "datasets", lambda: none)
    assert "no questions" in str(command.run("own", bench))
