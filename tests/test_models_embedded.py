"""The embedded model's file is looked at before llama.cpp is."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from assistant import settings
from assistant.models import embedded
from assistant.models.catalogue import MODELS
from assistant.models.embedded import Embedded
from assistant.models.store import Store
from assistant.settings import Settings
from corpus.errors import FixConfiguration
from tests.fake_models import chat_reply, serving

MODEL = MODELS["qwen2.5-coder-0.5b"]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose two model folders are the test's own, with an unloadable llama.cpp."""
    monkeypatch.setattr(Settings, "shared_model_path", property(lambda self: tmp_path / "cache"))
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    (tmp_path / "models").mkdir()
    return settings.load(home=tmp_path, model="local:qwen2.5-coder-0.5b")


@pytest.mark.parametrize(("suffix", "content", "reason"), [
    ("", None, "has not been fetched"), (".part", b"GGUF", "only half fetched"),
    ("", b"GGUF and no more", "is damaged"), ("", b"<html>", "is damaged")])
def test_a_file_that_is_not_whole_is_not_loaded(own: Settings, suffix: str,
                                                content: bytes | None, reason: str) -> None:
    if content is not None:
        (own.model_path / (MODEL.file + suffix)).write_bytes(content)
    with pytest.raises(FixConfiguration, match=reason) as caught:
        Embedded(own, MODEL)
    assert "findings models pull qwen2.5-coder-0.5b" in caught.value.next_step
    assert "491 MB" in caught.value.next_step


class FakeLlama:
    """What ``xllamacpp`` offers, as far as it is used; the server is another, on loopback."""

    llama_load_mode = SimpleNamespace(LLAMA_LOAD_MODE_NONE=0)

    def __init__(self, address: str, fails: bool = False) -> None:
        self.params: list[Any] = []
        self.running = 0
        outer = self

        class Server:
            listening_address = address

            def __init__(self, params: Any) -> None:
                if fails:
                    raise RuntimeError("out of memory")
                outer.params.append(params)
                outer.running += 1

            def __del__(self) -> None:
                outer.running -= not fails

        self.Server = Server

    @staticmethod
    def CommonParams() -> Any:
        return SimpleNamespace(model=SimpleNamespace(), cpuparams=SimpleNamespace(),
                               cpuparams_batch=SimpleNamespace())


def fake(monkeypatch: pytest.MonkeyPatch, address: str, fails: bool = False) -> FakeLlama:
    llama = FakeLlama(address, fails)
    monkeypatch.setitem(sys.modules, "xllamacpp", llama)
    monkeypatch.setattr(Store, "find", lambda self, model: Path("/models/whole.gguf"))
    return llama


def test_it_is_closed_to_others_and_spoken_to_past_any_proxy(
        own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serving(chat_reply(["Yes."])) as server:
        llama = fake(monkeypatch, server.address)
        model = Embedded(own, MODEL)
        model.warm([HumanMessage("the beginning")])
        said = "".join(str(piece.text) for piece in model.chat.stream("Hello"))
        params = llama.params.pop()
        assert model.address == server.address
        model.close()
        model.close()
    assert said == "Yes."
    assert llama.running == 0
    assert model.address == ""
    assert params.hostnames == ["127.0.0.1"]
    assert params.cors_origins == ""
    assert len(params.api_keys[0]) > 20
    assert server.requests[1]["headers"]["authorization"] == f"Bearer {params.api_keys[0]}"
    assert server.requests[0]["body"]["max_completion_tokens"] == 1
    assert server.requests[1]["body"]["temperature"] == 0


@pytest.mark.parametrize(("cores", "asked", "expected"), [
    (1, 0, (1, 1)), (2, 0, (2, 1)), (8, 0, (8, 7)), (8, 3, (3, 3))])
def test_a_core_is_left_free_for_writing(monkeypatch: pytest.MonkeyPatch, cores: int, asked: int,
                                         expected: tuple[int, int]) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert embedded._threads(settings.load(model_threads=asked)) == expected


def test_a_model_that_does_not_start(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, "", fails=True)
    with pytest.raises(FixConfiguration, match="can't be started"):
        Embedded(own, MODEL)
