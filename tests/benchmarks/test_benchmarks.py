"""The benchmarks run and write down what they promise; how fast anything is, is not asserted."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from benchmarks.__main__ import main
from benchmarks.asking import Visitor
from benchmarks.measure import Measure, Result, median, percentile, spread
from benchmarks.record import table
from benchmarks.report import write

KEYS = {"benchmark", "date", "machine", "load", "measures", "notes", "skipped"}
MEASURE_KEYS = {"name", "value", "unit", "target", "met", "peer", "ratio", "samples", "low", "high"}


@pytest.mark.real_embedder
@pytest.mark.parametrize(("name", "expected"), [
    ("startup", {"findings --help", "findings ask, cold"}),
    ("retrieval", {"search, p50", "search, p99", "evidence, p95", "answer, p95"}),
    ("scoring", {"rows a minute, judge: none", "rows a minute, judge: trained"}),
    ("indexing", {"the shipped report, passages a second",
                  "20 passages, share of the model's own work"}),
    ("scale", {"100: search, p95", "1,000: index opened", "1,000: dense alone, p50",
               "1,000: search from words, reranked, p95", "1,000: answer, p95",
               "1,000: follow-up suggestions, p95"})])
def test_a_benchmark_writes_its_numbers(name: str, expected: set[str], tmp_path: Path,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--least", "--out", str(tmp_path)]) == 0
    text = (tmp_path / f"{name}.json").read_text("utf-8")
    told = json.loads(text)
    assert set(told) == KEYS
    assert told["benchmark"] == name
    assert told["machine"]["cores"] >= 1
    assert {"chromadb", "onnxruntime"} <= set(told["machine"]["libraries"])
    assert all(set(measure) == MEASURE_KEYS for measure in told["measures"])
    assert expected <= {measure["name"] for measure in told["measures"]}
    counts = [m["value"] for m in told["measures"] if m["unit"] == "modules"]
    assert counts == ([0, 0] if name == "startup" else [])
    # A small index may take no memory that the program has not had before.
    assert all(m["value"] > 0 for m in told["measures"] if m["unit"] not in ("modules", "MB"))
    assert str(tmp_path.parent) not in text
    assert "target" in capsys.readouterr().out


def test_a_ratio_above_one_means_faster_than_the_peer() -> None:
    assert Measure("time", 2.0, "s", peer=6.0).ratio == 3.0
    assert Measure("rate", 6.0, "/s", peer=2.0, more_is_better=True).ratio == 3.0
    assert Measure("alone", 6.0, "s").ratio is None


def test_a_target_is_a_most_for_times_and_a_least_for_rates() -> None:
    assert Measure("time", 2.0, "s", target=2.0).met is True
    assert Measure("time", 2.1, "s", target=2.0).met is False
    assert Measure("rate", 1.0, "/s", target=2.0, more_is_better=True).met is False
    assert Measure("free", 1.0, "s").met is None


def test_percentiles_and_medians_are_taken_from_the_samples() -> None:
    samples = [float(n) for n in range(100, 0, -1)]
    assert [percentile(samples, share) for share in (50, 95, 99)] == [50.0, 95.0, 99.0]
    assert percentile([7.0], 95) == 7.0
    told = {m.name: (m.value, m.target) for m in spread("x", samples, "ms", target=9.0)}
    assert told == {"x, least": (1.0, None), "x, p50": (50.0, None), "x, p95": (95.0, 9.0),
                    "x, p99": (99.0, None)}
    middle = median("x", [3.0, 1.0, 2.0], "s", peer=[5.0])
    assert (middle.value, middle.peer, middle.low, middle.high) == (2.0, 5.0, 1.0, 3.0)


def test_a_table_says_what_missed_its_target_and_what_was_not_measured() -> None:
    result = Result((Measure("slow", 5.0, "s", target=4.0),), skipped=("the peer is absent",))
    shown = table("name", result, (1.0, 2.0))
    assert "NO" in shown
    assert "at most 4" in shown
    assert "not measured: the peer is absent" in shown


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "choose from startup" in capsys.readouterr().err


def test_the_page_shows_every_result_its_verdict_and_its_curves(tmp_path: Path) -> None:
    told = {"benchmark": "scale", "date": "2026-11-30", "load": [0.1, 0.2], "notes": ["<note>"],
            "skipped": [], "machine": {"cores": 2, "processor": "P", "memory_gb": 8,
                                       "python": "3.11"}}
    measures = [Measure(f"{size:,}: search, p95", size / 100, "ms", 60.0, peer=size / 10)
                for size in (100, 10_000)]
    result = told | {"measures": [one.to_dict() for one in measures]}
    (tmp_path / "scale.json").write_text(json.dumps(result), "utf-8")
    html = write(tmp_path).read_text("utf-8")
    assert "(2 targets, 1 missed)" in html
    assert html.count("<polyline") == 1
    assert "&lt;note&gt;" in html
    assert "<note>" not in html
    assert "10.00" in html


def test_the_largest_library_is_a_result_of_its_own_and_the_end_of_the_curves(
        tmp_path: Path) -> None:
    where = {"cores": 2, "processor": "P", "memory_gb": 8, "python": "3.11"}
    for name, sizes in (("scale", (100, 10_000)), ("scale-largest", (1_000_000,))):
        measures = [Measure(f"{size:,}: search, p95", size / 100, "ms") for size in sizes]
        told = {"benchmark": name, "date": "2026-11-30", "load": [0.1], "notes": [], "skipped": [],
                "machine": where, "measures": [one.to_dict() for one in measures]}
        (tmp_path / f"{name}.json").write_text(json.dumps(told), "utf-8")
    html = write(tmp_path).read_text("utf-8")
    assert 'id="scale-largest"' in html
    (points,) = re.findall('points="([^"]+)"', html)
    assert len(points.split()) == 3
    assert "1,000,000</text>" in html


class _Page(BaseHTTPRequestHandler):
    """A page with a question box, which answers with a card and then is done."""

    config: ClassVar[dict[str, Any]] = {
        "components": [{"id": 3, "props": {"elem_id": "question"}}],
        "dependencies": [{"id": 7, "targets": [[3, "submit"]], "inputs": [3, 4], "outputs": [5]}]}

    def do_GET(self) -> None:
        if self.path.startswith("/config"):
            return self._say(json.dumps(self.config))
        turn = '<article data-turn="1" data-question="Why?">'
        messages: list[dict[str, Any]] = [
            {"msg": "process_generating", "event_id": "e", "output": {"data": [turn]}},
            {"msg": "process_generating", "event_id": "other", "output": {"data": ["x"]}},
            {"msg": "process_generating", "event_id": "e",
             "output": {"data": [[["append", [], '<li class="card">']]]}},
            {"msg": "process_completed", "event_id": "e", "output": {"data": [[]]}}]
        return self._say("".join(f"data: {json.dumps(one)}\n\n" for one in messages))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(json.dumps({"event_id": "e"}))

    def _say(self, text: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing is written down."""


def test_a_visitor_reads_what_its_own_event_sends() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        visitor = Visitor(f"http://127.0.0.1:{server.server_port}")
        shown = visitor.ask("Why?")
        visitor.close()
        server.shutdown()
    assert shown.html == '<article data-turn="1" data-question="Why?"><li class="card">'
    assert shown.evidence is not None
    assert not shown.waited
