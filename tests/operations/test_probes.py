"""/health, /ready and /metrics: what they tell, and whom."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, cast

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

import app
from assistant.access.access import access_of
from assistant.access.line import Line
from assistant.access.peers import parsed
from assistant.operating import readiness
from assistant.operating.figures import Figures
from assistant.operating.happenings import (
    Answered,
    Asked,
    Outcome,
    Refused,
    SignInFailed,
    Synced,
    Why,
    Written,
)
from assistant.operating.probes import Probes
from assistant.operating.readiness import Readiness, Reason
from assistant.service import Service
from assistant.settings import load
from corpus.errors import FixConfiguration

PROXIED: dict[str, Any] = {"trusted_header": "X-Forwarded-User", "trusted_proxies": "10.1.0.0/16"}


class Broken:
    """A library of which one thing at a time fails."""

    def __init__(self, what: str = "") -> None:
        self.what = what

    def current(self) -> tuple[Any, Any]:
        self._try("index")
        return self, None

    def _try(self, what: str) -> None:
        if self.what == what:
            raise FixConfiguration("/home/secret/place is damaged")

    def reports(self) -> list[str]:
        return ["a", "b"]

    def count(self) -> int:
        return 7

    @property
    def embedder(self) -> Any:
        return self

    @property
    def reranker(self) -> Any:
        return self

    def embed(self, texts: list[str]) -> None:
        self._try("embedder")

    def scores(self, query: str, texts: list[str]) -> None:
        self._try("reranker")


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("a probe went through")


def probes(library: Any = None, **settings: Any) -> tuple[Probes, Readiness, Figures]:
    known, figures = load(**settings), Figures()
    access, looked = access_of(known), Readiness(cast(Any, library or Broken()))
    figures.watch(access.asking, access.writing, looked)
    return Probes(behind, looked, figures, access.peers, access.binding,
                  parsed(known.metrics_from, "FINDINGS_METRICS_FROM")), looked, figures


def asked(one: Probes, path: str, peer: str = "127.0.0.1", **headers: str) -> Any:
    client = TestClient(one, "http://127.0.0.1:7860", client=(peer, 50000))
    return client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_health_says_that_it_is_up() -> None:
    answer = asked(probes()[0], "/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "up"})
    assert answer.headers["cache-control"] == "no-store"


def test_it_is_ready_once_everything_was_tried() -> None:
    one, looked, _ = probes()
    before = asked(one, "/ready")
    assert (before.status_code, before.json()["reason"]) == (503, "starting")
    looked.look()
    after = asked(one, "/ready")
    assert (after.status_code, after.json()) == (200, {"status": "ready"})


@pytest.mark.parametrize("what", ["index", "embedder", "reranker"])
def test_what_fails_is_named_by_a_code_alone(what: str) -> None:
    library = Broken()
    one, looked, _ = probes(library)
    looked.look()
    library.what = what
    looked.look()
    answer = asked(one, "/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "unready", "reason": what})
    library.what = ""
    looked.look()
    assert asked(one, "/ready").status_code == 200


def test_a_look_that_hangs_is_no_readiness() -> None:
    now = [100.0]
    looked = Readiness(cast(Any, Broken()), clock=lambda: now[0])
    looked.look()
    now[0] += readiness.STALE_S - 1
    assert looked.state().ready
    now[0] += 2
    assert looked.state().reason is Reason.STALLED


def test_a_program_that_stops_is_not_ready() -> None:
    one, looked, _ = probes()
    looked.look()
    looked.stop()
    looked.look()
    assert asked(one, "/ready").json()["reason"] == "stopping"
    assert asked(one, "/health").status_code == 200


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_nobody_else_is_told_anything(path: str) -> None:
    one = probes(**PROXIED)[0]
    assert asked(one, path, "10.9.9.9").status_code == 404
    client = TestClient(one, client=("127.0.0.1", 1))
    assert client.post(path).status_code == 404


def test_a_named_proxy_may_ask_whether_it_is_up_and_not_count() -> None:
    one, looked, _ = probes(**PROXIED)
    looked.look()
    forwarded = {"x_forwarded_for": "192.0.2.7", "host": "127.0.0.1"}
    for path in ("/health", "/ready"):
        assert asked(one, path, "10.1.1.1", **forwarded).status_code == 200
    assert asked(one, "/metrics", "10.1.1.1", **forwarded).status_code == 404
    assert asked(one, "/metrics", "10.1.1.1").status_code == 404


@pytest.mark.parametrize("headers", [
    {"x_forwarded_for": "127.0.0.1"}, {"forwarded": "for=127.0.0.1"}, {"x_real_ip": "127.0.0.1"},
    {"host": "evil.example"}, {"host": "127.0.0.1.evil.example:7860"}])
def test_figures_are_not_for_who_came_another_way(headers: dict[str, str]) -> None:
    assert asked(probes()[0], "/metrics", **headers).status_code == 404


def test_figures_are_for_this_computer_and_who_is_named() -> None:
    one = probes(metrics_from="10.2.0.0/16, 2001:db8::/32", **PROXIED)[0]
    assert asked(one, "/metrics").status_code == 200
    assert asked(one, "/metrics", host="localhost:7860").status_code == 200
    assert asked(one, "/metrics", host="[::1]:7860").status_code == 404
    for peer, status in (("10.2.3.4", 200), ("::ffff:10.2.3.4", 200), ("2001:db8::5", 200),
                         ("10.3.0.1", 404)):
        assert asked(one, "/metrics", peer, host="prometheus.example").status_code == status
    through = {"x_forwarded_for": "10.2.3.4"}
    assert asked(one, "/metrics", "10.1.1.1", **through).status_code == 200
    assert asked(one, "/metrics", "10.9.9.9", **through).status_code == 404


def test_a_list_of_readers_that_is_none_is_told() -> None:
    with pytest.raises(FixConfiguration, match="FINDINGS_METRICS_FROM"):
        app.launch(cast(Any, None), load(metrics_from="everybody"))


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text) for sample in family.samples}


def test_what_happens_is_counted() -> None:
    one, looked, figures = probes()
    looked.look()
    secret = "what nobody may read"
    for happening in (
            Asked("1", secret), Asked("2", secret),
            Answered("1", secret, "answered", "lookup", "quotes", 0.02, 0.03, secret),
            Refused(Why.QUESTIONS, secret, 3), SignInFailed("password", secret, secret),
            Written(Outcome.DONE, 3.0, 100, 20), Written(Outcome.TRY_AGAIN, 1.0),
            Synced(Outcome.DONE, 4.0), Synced(Outcome.NOTHING, 0.001)):
        figures.take(happening)
    answer = asked(one, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = samples(answer.text)

    def value(name: str, **labels: str) -> float:
        return found[(f"findings_{name}", tuple(sorted(labels.items())))]

    assert value("questions_total", status="answered", composer="quotes") == 1
    assert value("questions_running") == 1
    assert value("question_seconds_count") == 1
    assert value("question_evidence_seconds_bucket", le="0.025") == 1
    assert value("question_evidence_seconds_bucket", le="0.01") == 0
    assert value("refusals_total", why="questions") == 1
    assert value("signins_failed_total", how="password") == 1
    assert value("model_calls_total", outcome="try_again") == 1
    assert value("model_tokens_total", kind="prompt") == 100
    assert value("model_tokens_total", kind="completion") == 20
    assert value("model_calls_uncounted_total") == 1
    assert value("syncs_total", outcome="nothing") == 1
    assert value("sync_seconds_count") == 1
    assert (value("index_reports"), value("index_findings"), value("ready")) == (2, 7, 1)
    assert found[("process_threads", ())] >= 1
    assert found[("process_resident_memory_bytes", ())] > 1e6
    assert found[("process_open_fds", ())] > 0
    assert secret not in answer.text


def test_lines_are_looked_up() -> None:
    figures, line = Figures(), Line(1)
    figures.watch(line, Line(1), Readiness(cast(Any, Broken())))
    first, second = line.join(), line.join()
    assert first is not None
    assert second is not None
    found = samples(figures.text().decode())
    assert found[("findings_line_taken", (("line", "asking"),))] == 1
    assert found[("findings_line_waiting", (("line", "asking"),))] == 1
    first.leave()
    second.leave()
    assert samples(figures.text().decode())[("findings_line_taken", (("line", "asking"),))] == 0


@pytest.fixture(scope="module")
def url_of(service: Service) -> Iterator[str]:
    from tests.shelves import free_port

    running = app.launch(service, load(home=service.settings.home_path, port=free_port()))
    yield running.url
    running.close()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_served_page_becomes_ready_and_counts(url_of: str, service: Service) -> None:
    until = time.monotonic() + 20
    while get(f"{url_of}/ready")[0] != 200 and time.monotonic() < until:
        time.sleep(0.1)
    assert get(f"{url_of}/ready") == (200, '{"status":"ready"}')
    assert get(f"{url_of}/health") == (200, '{"status":"up"}')
    list(service.stream("List every recommendation"))
    found = samples(get(f"{url_of}/metrics")[1])
    assert found[("findings_questions_total", (("composer", "quotes"), ("status", "answered")))] \
        == 1
    assert found[("findings_index_reports", ())] == len(service.reports())
    assert found[("findings_index_findings", ())] > 50
    # Gradio's own door to something of this name stays shut.
    assert get(f"{url_of}/metrics/x")[0] == 404
