"""Each provider in its own protocol: what it is sent, what is read, and where its key goes."""

from __future__ import annotations

from typing import Any

import pytest

from assistant import settings
from assistant.cli.doctor import _model
from assistant.compose.forms import Form, Manner, schema
from assistant.compose.prose import ProseComposer
from assistant.models.registry import OpenedModel, open_model
from corpus.errors import FixConfiguration
from tests.fake_models import (
    anthropic_reply,
    chat_reply,
    error_reply,
    forget_providers,
    in_turn,
    ollama_reply,
    serving,
    text_reply,
)
from tests.test_prose import EVIDENCE

KEY = "sk-secret-12345"
MARKS = ["It has a back", "log. [1] It shou", "ld train more. [2]"]
OBJECTS = ['{"sentences": [{"text": "It has a back', 'log.", "findings": [1]}, {"te',
           'xt": "It should train more.", "findings": [2]}]}']
SAID = [("It has a backlog.", (1,)), ("It should train more.", (2,))]


@pytest.fixture(autouse=True)
def _own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_providers(monkeypatch)
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")


def opened(model: str, address: str | None, **more: Any) -> OpenedModel:
    return open_model(settings.load(model=model, model_url=address, **more))


def written(model: OpenedModel) -> list[tuple[str, tuple[int, ...]]]:
    composer = ProseComposer(model.chat, model.name, model.manner)
    try:
        return [(draft.text, draft.citations) for draft in composer.drafts("Why?", EVIDENCE[:2])]
    finally:
        model.close()


def response_format() -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True,
                                                   "schema": schema([1, 2])}}


def test_an_openai_compatible_server() -> None:
    with serving(chat_reply(OBJECTS)) as server:
        model = opened("openai:small", f"{server.address}/v1", model_key=KEY)
        assert written(model) == SAID
    request, = server.requests
    assert request["path"] == "/v1/chat/completions"
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    assert request["body"]["model"] == "small"
    assert request["body"]["temperature"] == 0
    assert request["body"]["stream"] is True
    assert request["body"]["response_format"] == response_format()
    assert model.manner == Manner(Form.SCHEMA, "openai", 0)
    assert "JSON" in request["body"]["messages"][0]["content"]


def test_openai_itself_with_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(chat_reply(OBJECTS)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.address}/v1")
        assert written(opened("openai:gpt-4o-mini", None)) == SAID
        assert written(opened("openai:gpt-4o-mini", None, model_key="another")) == SAID
    first, second = server.requests
    assert first["headers"]["authorization"] == f"Bearer {KEY}"
    assert first["body"]["response_format"] == response_format()
    assert second["headers"]["authorization"] == "Bearer another"


def test_azure() -> None:
    with serving(chat_reply(OBJECTS)) as server:
        model = opened("azure-openai:my-deployment", server.address, model_key=KEY)
        assert written(model) == SAID
    request, = server.requests
    path, _, query = request["path"].partition("?")
    assert path == "/openai/deployments/my-deployment/chat/completions"
    assert query == "api-version=2024-10-21"
    assert request["headers"]["api-key"] == KEY
    assert "authorization" not in request["headers"]
    assert request["body"]["temperature"] == 0
    assert request["body"]["response_format"] == response_format()
    assert model.manner == Manner(Form.SCHEMA, "azure_openai", 0)


@pytest.mark.parametrize(("missing", "address", "reason", "step"), [
    ("OPENAI_API_VERSION", "http://127.0.0.1:1", "No API version", "OPENAI_API_VERSION"),
    ("AZURE_OPENAI_ENDPOINT", None, "No endpoint", "FINDINGS_MODEL_URL")])
def test_azure_says_what_it_lacks(missing: str, address: str | None, reason: str, step: str,
                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(missing, raising=False)
    with pytest.raises(FixConfiguration, match=reason) as caught:
        opened("azure_openai:small", address, model_key=KEY)
    assert step in caught.value.next_step


def test_ollama() -> None:
    with serving(ollama_reply(OBJECTS)) as server:
        model = opened("ollama:llama3.2:3b", server.address)
        assert written(model) == SAID
    request, = server.requests
    assert request["path"] == "/api/chat"
    assert "authorization" not in request["headers"]
    assert request["body"]["model"] == "llama3.2:3b"
    assert request["body"]["stream"] is True
    assert request["body"]["format"] == schema([1, 2])
    assert request["body"]["options"] == {"temperature": 0, "num_ctx": 8192}
    assert model.manner == Manner(Form.SCHEMA, "ollama", 2)


def test_ollama_cuts_a_reply_off() -> None:
    with serving(ollama_reply(OBJECTS[:2], reason="length")) as server:
        assert written(opened("ollama:small", server.address)) == SAID[:1]


def test_ollama_is_asked_again_when_it_fails_before_the_first_word(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.compose.prose._FIRST_WAIT_S", 0.01)
    with serving(in_turn(error_reply(500, "loading"), ollama_reply(OBJECTS))) as server:
        assert written(opened("ollama:small", server.address)) == SAID
    assert len(server.requests) == 2


def test_a_model_that_ollama_does_not_have() -> None:
    with serving(error_reply(404, "not found")) as server, \
            pytest.raises(FixConfiguration, match="does not know ollama:small") as caught:
        written(opened("ollama:small", server.address))
    assert "ollama pull small" in caught.value.next_step


def test_anthropic() -> None:
    with serving(anthropic_reply(MARKS)) as server:
        model = opened("anthropic:claude-haiku-4-5", server.address, model_key=KEY)
        assert written(model) == SAID
    request, = server.requests
    headers, body = request["headers"], request["body"]
    assert request["path"] == "/v1/messages"
    # The client decides in which of the two headers that Anthropic takes a key travels.
    assert (headers.get("x-api-key") or headers["authorization"]) in (KEY, f"Bearer {KEY}")
    assert headers["anthropic-version"]
    assert body["model"] == "claude-haiku-4-5"
    assert body["temperature"] == 0
    assert body["stream"] is True
    assert "NOT IN REPORT" in str(body["system"])
    assert "JSON" not in str(body["system"])
    assert not {"output_config", "response_format"} & set(body)
    assert model.manner == Manner(Form.MARKS, "anthropic", 0)


def test_anthropic_cuts_a_reply_off() -> None:
    with serving(anthropic_reply(MARKS[:2], reason="max_tokens")) as server:
        model = opened("anthropic:small", server.address, model_key=KEY)
        assert written(model) == SAID[:1]


@pytest.mark.parametrize(("name", "temperate"), [
    ("openai:gpt-4o-mini", True), ("openai:gpt-oss-20b", True), ("openai:gpt-5-mini", False),
    ("openai:o3-mini", False), ("openai:openai/o4-mini", False), ("azure_openai:my-o3", False),
    ("openai:gpt-3.5-turbo", True), ("anthropic:claude-3-5-haiku-20241022", True),
    ("anthropic:claude-opus-4-20250514", True), ("anthropic:claude-opus-4-7", False),
    ("anthropic:claude-sonnet-5", False), ("anthropic:claude-sonnet-5-5", False),
    ("ollama:phi4", True)])
def test_models_that_take_no_temperature_are_sent_none(name: str, temperate: bool) -> None:
    reply = {"anthropic": anthropic_reply, "ollama": ollama_reply}.get(
        name.partition(":")[0], chat_reply)
    with serving(reply(MARKS)) as server:
        assert written(opened(name, server.address, model_key=KEY)) == SAID
    body = server.requests[0]["body"]
    assert ("temperature" in body.get("options", body)) is temperate


def test_a_form_can_be_chosen() -> None:
    with serving(chat_reply(MARKS)) as server:
        for form in ("marks", "grammar"):
            assert written(opened("openai:small", f"{server.address}/v1", model_form=form)) == SAID
    marks, grammar = (request["body"] for request in server.requests)
    assert not {"response_format", "grammar"} & set(marks)
    assert grammar["grammar"].startswith("root ::=")
    with serving(anthropic_reply(OBJECTS)) as server:
        model = opened("anthropic:small", server.address, model_key=KEY, model_form="schema")
        assert written(model) == SAID
    assert server.requests[0]["body"]["output_config"]["format"]["type"] == "json_schema"


@pytest.mark.parametrize("model", ["ollama:small", "anthropic:small", "openai:gpt-4o-mini"])
def test_a_grammar_is_for_servers_of_llama_cpp(model: str) -> None:
    with pytest.raises(FixConfiguration, match="take no grammar") as caught:
        opened(model, None, model_key=KEY, model_form="grammar")
    assert "FINDINGS_MODEL_FORM" in caught.value.next_step
    with pytest.raises(FixConfiguration, match="FINDINGS_MODEL_FORM"):
        settings.load(model_form="xml")


@pytest.mark.parametrize("address", ["localhost:8000", "127.0.0.1", "ftp://127.0.0.1", "http://",
                                     "http://127.0.0.1:many"])
def test_an_address_that_is_none(address: str) -> None:
    for model in ("openai:small", "ollama:small", "anthropic:small", "azure_openai:small"):
        with pytest.raises(FixConfiguration, match="FINDINGS_MODEL_URL is not an address"):
            opened(model, address, model_key=KEY)


def test_an_address_is_never_passed_over() -> None:
    with pytest.raises(FixConfiguration, match="no meaning for mistralai"):
        opened("mistralai:small", "http://127.0.0.1:1", model_key=KEY)


def test_the_own_machine_is_reached_past_any_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with serving(ollama_reply(OBJECTS)) as server:
        assert written(opened("ollama:small", server.address)) == SAID
    with serving(chat_reply(OBJECTS)) as server:
        assert written(opened("openai:small", server.address)) == SAID


@pytest.mark.parametrize(("model", "path", "words"), [
    ("openai:small", "/v1", "its key is there"), ("azure_openai:small", "", "its key is there"),
    ("anthropic:small", "", "its key is there"), ("ollama:small", "", "it needs no key")])
def test_doctor_looks_and_does_not_call(model: str, path: str, words: str) -> None:
    with serving(text_reply("no")) as server:
        found = _model(settings.load(model=model, model_url=server.address + path, model_key=KEY))
    assert found.ok
    assert model in found.text
    assert words in found.text
    assert server.requests == []
    assert KEY not in found.text


def test_doctor_says_what_a_remote_model_lacks() -> None:
    found = _model(settings.load(model="anthropic:small"))
    assert not found.ok
    assert "ANTHROPIC_API_KEY" in found.text
    found = _model(settings.load(model="mistralai:small"))
    assert "pip install langchain-mistralai" in found.text
    found = _model(settings.load(model="openai:small", model_url="http://127.0.0.1:1/v1"))
    assert "without a key" in found.text
