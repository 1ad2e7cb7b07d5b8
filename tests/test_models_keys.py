"""Where a model's key comes from and goes to, and that it is shown to nobody."""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path

import pytest

from assistant import settings
from assistant.models.registry import open_model
from corpus.errors import FindingsError, FixConfiguration
from tests.fake_models import anthropic_reply, chat_reply, error_reply, forget_providers, serving
from tests.test_models_providers import (
    KEY,
    MARKS,
    OBJECTS,
    SAID,
    opened,
    written,
)

REMOTE = [("openai:small", "/v1"), ("azure_openai:small", ""), ("anthropic:small", "")]


@pytest.fixture(autouse=True)
def _own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_providers(monkeypatch)
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")


def test_azure_gets_its_own_key_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    with serving(chat_reply(OBJECTS)) as server:
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.address)
        with pytest.raises(FixConfiguration, match="No key is set for azure_openai") as caught:
            opened("azure_openai:small", None)
        assert "AZURE_OPENAI_API_KEY" in caught.value.next_step
        monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
        assert written(opened("azure_openai:small", None)) == SAID
    assert server.requests[0]["headers"]["api-key"] == KEY
    assert "sk-of-openai" not in str(server.requests)


@pytest.mark.parametrize(("model", "path"), REMOTE)
def test_a_key_from_a_file(model: str, path: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"  {KEY}\n")
    reply = anthropic_reply(MARKS) if model.startswith("anthropic") else chat_reply(OBJECTS)
    with serving(reply) as server:
        assert written(opened(model, server.address + path, model_key_file=file)) == SAID
        assert written(opened(model, server.address + path, model_key_file=file,
                              model_key="first")) == SAID
    assert KEY in str(server.requests[0]["headers"])
    assert KEY not in str(server.requests[1]["headers"])


def test_an_empty_variable_names_no_key_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDINGS_MODEL_KEY_FILE", "")
    monkeypatch.setenv("FINDINGS_MODEL_KEY", "")
    model = opened("openai:small", "http://127.0.0.1:1/v1")
    assert model.name == "openai:small"
    model.close()


@pytest.mark.parametrize(("content", "reason"), [
    (None, "can't be read"), (b"", "is empty"), (b" \n", "is empty"),
    (b"\xff\xfe" + KEY.encode(), "can't be read"),
    (f"{KEY}\nsecond line".encode(), "can't be a key"), (f"{KEY}é".encode(), "can't be a key")])
def test_a_key_file_that_is_no_good(content: bytes | None, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "my-key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FixConfiguration, match=reason) as caught:
        opened("openai:small", "http://127.0.0.1:1/v1", model_key_file=file)
    assert "my-key" in caught.value.reason
    assert caught.value.next_step
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_key_file_that_is_a_folder_and_a_key_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FixConfiguration, match="can't be read"):
        opened("anthropic:small", None, model_key_file=tmp_path)
    with pytest.raises(FixConfiguration, match="FINDINGS_MODEL_KEY holds") as caught:
        opened("openai:small", None, model_key=f"{KEY}\nX-Other: header")
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_key_in_place_of_its_file() -> None:
    key = f"{KEY}-and-some-more"
    with pytest.raises(FixConfiguration, match="FINDINGS_MODEL_KEY_FILE") as caught:
        opened("openai:small", None, model_key_file=key)
    assert key not in "".join(traceback.format_exception(caught.value))
    assert "FINDINGS_MODEL_KEY." in caught.value.next_step


def test_settings_do_not_show_a_key(tmp_path: Path) -> None:
    loaded = settings.load(model="openai:small", model_url="http://127.0.0.1:1", model_key=KEY)
    assert KEY not in f"{loaded!r} {loaded} {loaded.model_dump()} {loaded.model_dump_json()}"
    assert KEY not in repr(open_model(loaded))
    with pytest.raises(FixConfiguration) as caught:
        settings.load(model_key=[KEY])
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(("model", "path"), REMOTE)
@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_key_that_a_server_repeats_is_told_to_nobody(
        model: str, path: str, status: int, caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    caplog.set_level(logging.DEBUG)
    with serving(error_reply(status, f"Not with {KEY}")) as server, \
            pytest.raises(FindingsError) as caught:
        written(opened(model, server.address + path, model_key=KEY))
    assert server.requests
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in caplog.text
    assert caplog.records


def test_a_server_of_ones_own_gets_no_key_of_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, KEY)
    with serving(chat_reply(OBJECTS)) as server:
        assert written(opened("openai:small", f"{server.address}/v1")) == SAID
        with pytest.raises(FixConfiguration, match="No key"):
            opened("azure_openai:small", server.address)
    assert KEY not in json.dumps(server.requests)
