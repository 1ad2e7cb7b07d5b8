"""Models by name: what is refused before the first call, and what a failing call comes to."""

from __future__ import annotations

import builtins
import socket
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from assistant import settings
from assistant.models.failures import telling, told
from assistant.models.registry import OpenedModel, is_embedded, open_model
from corpus.errors import FindingsError, FixConfiguration, TryAgain
from tests.fake_models import chat_reply, error_reply, serving

KEY = "sk-secret-12345"


def opened(address: str, **more: Any) -> OpenedModel:
    model = open_model(settings.load(model="openai:small", model_url=f"{address}/v1",
                                     model_key=KEY, **more))
    # Waiting between retries is the client's own business, and slow.
    model.chat.max_retries = 0  # type: ignore[attr-defined]
    model.chat.root_client.max_retries = 0  # type: ignore[attr-defined]
    model.chat.client._client.max_retries = 0  # type: ignore[attr-defined]
    return model


def asked(model: OpenedModel) -> str:
    with telling(model.name):
        return "".join(str(piece.text) for piece in model.chat.stream("Hello"))


def failure(handle: Any, **more: Any) -> FindingsError:
    with serving(handle) as server, pytest.raises(FindingsError) as caught:
        asked(opened(server.address, **more))
    assert KEY not in str(caught.value)
    assert caught.value.next_step
    return caught.value


def test_a_server_of_ones_own_is_asked_with_its_key() -> None:
    with serving(chat_reply(["Hel", "lo"])) as server:
        model = opened(server.address)
        assert asked(model) == "Hello"
        model.close()
    request = server.requests[0]
    assert request["path"] == "/v1/chat/completions"
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    assert request["body"]["temperature"] == 0
    assert request["body"]["stream"] is True
    assert model.name == "openai:small"


def test_another_servers_key_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(chat_reply(["Hello"])) as server:
        asked(open_model(settings.load(model="openai:small", model_url=f"{server.address}/v1")))
    assert KEY not in str(server.requests)


@pytest.mark.parametrize(("status", "kind", "words"), [
    (400, FixConfiguration, "rejected the request"), (401, FixConfiguration, "key"),
    (403, FixConfiguration, "key"), (404, FixConfiguration, "does not know openai:small"),
    (408, TryAgain, "failed"), (429, TryAgain, "busy"), (500, TryAgain, "failed"),
    (503, TryAgain, "failed")])
def test_what_a_status_means(status: int, kind: type[FindingsError], words: str) -> None:
    error = failure(error_reply(status, f"Incorrect API key provided: {KEY}"))
    assert type(error) is kind
    assert words in error.reason


def test_an_empty_account_is_not_worth_another_try() -> None:
    error = failure(error_reply(429, "You exceeded your quota", "insufficient_quota"))
    assert isinstance(error, FixConfiguration)
    assert "quota" in error.reason


def test_a_slow_server() -> None:
    error = failure(chat_reply(["a", "b"], pause=3.0), model_timeout=0.5)
    assert isinstance(error, TryAgain)
    assert "too long" in error.reason


def test_no_server() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(TryAgain, match="can't be reached"):
        asked(opened(address))


def test_garbage() -> None:
    def garbage(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.end_headers()
        request.wfile.write(b"data: <html>not a model</html>\n\n")

    error = failure(garbage)
    assert isinstance(error, FixConfiguration)
    assert "can't be understood" in error.reason


def test_a_server_that_breaks_off() -> None:
    def breaks(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Content-Length", "5000")
        request.end_headers()
        request.wfile.write(b": wait\n\n")

    error = failure(breaks)
    assert isinstance(error, TryAgain)
    assert "broke off" in error.reason


def test_an_unheard_of_failure_and_our_own() -> None:
    assert isinstance(told(RuntimeError("?"), "m"), TryAgain)
    own = FixConfiguration("a", "b")
    assert told(own, "m") is own


@pytest.mark.parametrize(("name", "reason", "step"), [
    ("openai:", "does not name a model", "provider:name"),
    (":gpt", "does not name a model", "provider:name"),
    ("gpt-4o", "does not name a model", "provider:name"),
    ("nosuch:thing", "no model provider called 'nosuch'", "openai"),
    ("openai:gpt-4o-mini", "No key is set for openai", "OPENAI_API_KEY"),
    ("mistralai:small", "package for mistralai models is not installed", "langchain-mistralai"),
    ("local:huge", "no model called 'huge'", "qwen2.5-coder-1.5b")])
def test_names_that_cannot_be_opened(name: str, reason: str, step: str) -> None:
    with pytest.raises(FixConfiguration, match=reason) as caught:
        open_model(settings.load(model=name))
    assert step in caught.value.next_step


@pytest.mark.parametrize("provider", ["anthropic", "ollama"])
def test_a_missing_extra_is_named(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import langchain.chat_models.base as base

    real = builtins.__import__

    def absent(module: str, class_name: str) -> Any:
        raise ImportError(f"`pip install {module}`")

    monkeypatch.setattr(base, "_import_module", absent)
    base._get_chat_model_creator.cache_clear()
    assert builtins.__import__ is real
    with pytest.raises(FixConfiguration) as caught:
        open_model(settings.load(model=f"{provider}:some"))
    base._get_chat_model_creator.cache_clear()
    assert f"pip install 'findings[{provider}]'" in caught.value.next_step


def test_no_key_for_an_optional_provider() -> None:
    pytest.importorskip("langchain_anthropic")
    with pytest.raises(FixConfiguration) as caught:
        open_model(settings.load(model="anthropic:claude"))
    assert "ANTHROPIC_API_KEY" in caught.value.next_step


def test_what_means_the_embedded_model(tmp_path: Any) -> None:
    assert [is_embedded(name) for name in ("", "local", "local:x", "openai:local")] == [
        True, True, True, False]
    with pytest.raises(FixConfiguration, match="No language model is configured"):
        open_model(settings.load(home=tmp_path), embedded_ok=False)
