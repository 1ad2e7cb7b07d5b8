"""Model files with a flipped byte: refused before anything is worked out with them, with what to
do; one that the program can make anew, it does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cli import kept
from assistant.cli.doctor import examined
from assistant.cli.finding import Outcome
from assistant.models import catalogue
from assistant.models.embedded import Embedded
from assistant.models.store import Status, Store
from assistant.settings import load
from assistant.verify import entailment
from assistant.verify.entailment import OnnxEntailment
from corpus.errors import FixConfiguration
from index import reranking, weights
from index.reranking import OnnxReranker
from index.weights import Exported
from tests.fake_models import serving
from tests.test_models_store import CONTENT, hub, model


def flip(path: Path, share: float = 0.6) -> None:
    """Flip one bit of a file; its size stays."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * share)] ^= 8
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize(("folder", "opened"), [
    (reranking.FOLDER, OnnxReranker), (entailment.FOLDER, OnnxEntailment)])
def test_a_model_that_ships_with_the_program(tmp_path: Path, folder: Path, name: str,
                                             opened: Callable[[Path], object]) -> None:
    copy = shutil.copytree(folder, tmp_path / folder.name)
    flip(copy / name)
    with pytest.raises(FixConfiguration, match=f"The weights of the {folder.name} model"):
        opened(copy)


def test_doctor_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copytree(reranking.FOLDER, tmp_path / "reranker")
    flip(copy / "model.onnx")

    class Altered(OnnxReranker):
        def __init__(self) -> None:
            super().__init__(copy)

    monkeypatch.setattr(reranking, "OnnxReranker", Altered)
    left_out = {"reports", "model", *(one.__name__ for one in kept.CHECKS)} - {"shipped_models"}
    found = dict(examined(load(home=tmp_path / "home"), left_out))
    assert found["shipped_models"].outcome is Outcome.PROBLEM
    assert "Install the program again." in found["shipped_models"].text


@pytest.mark.real_embedder
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_the_embedding_model_is_prepared_anew(tmp_path: Path, name: str, real_embedder: object,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    whole = weights.find([load().shared_model_path])
    assert whole is not None
    folder, notes = tmp_path / "models", []
    shutil.copytree(whole.folder, folder / weights.NAME)
    assert weights.ensure([folder], notes.append).folder == folder / weights.NAME
    flip(folder / weights.NAME / name)
    monkeypatch.setattr(weights, "export", lambda place: Exported(place / "anew", "0"))
    assert weights.ensure([folder], notes.append).folder == folder / "anew"
    assert "damaged" in notes[0]
    # Another folder that has it whole is used without more ado.
    assert weights.ensure([folder, whole.folder.parent], notes.append) == whole


def test_doctor_says_that_the_embedding_model_is_damaged(tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "home" / "models" / weights.NAME
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"x" * 100)
    (folder / "manifest.json").write_text('{"weights": "none"}')
    found = dict(examined(load(home=tmp_path / "home"), {
        "reports", "model", *(one.__name__ for one in kept.CHECKS)}))
    assert found["embedder"].outcome is Outcome.PROBLEM
    assert "is damaged. Run 'findings index'" in found["embedder"].text


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a language model of which a bit was flipped after it was found right."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(catalogue, "MODELS", {catalogue.DEFAULT: model()})
    file = tmp_path / "home" / "models" / "tiny.gguf"
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    assert Store(file.parent).status(model()) is Status.PRESENT
    flip(file)
    return tmp_path / "home"


def test_a_language_model_is_not_started(damaged: Path) -> None:
    with pytest.raises(FixConfiguration, match="is damaged") as caught:
        Embedded(load(home=damaged), model())
    assert "findings models pull" in caught.value.next_step
    found = dict(examined(load(home=damaged), {
        "reports", "embedder", *(one.__name__ for one in kept.CHECKS)}))
    assert found["model"].outcome is Outcome.PROBLEM
    assert "findings models pull" in found["model"].text


def test_a_damaged_language_model_is_read_once_and_fetched_anew(
        damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.models import store

    read: list[Path] = []
    digest = store._sha256
    monkeypatch.setattr(store, "_sha256", lambda path: read.append(path) or digest(path))
    monkeypatch.setattr(store, "SPARE", 0)
    held = Store(damaged / "models")
    for _ in range(5):
        assert held.status(model()) is Status.CORRUPT
    assert len(read) == 1
    with serving(hub()) as server:
        assert held.pull(model(server.address)).read_bytes() == CONTENT
    assert held.status(model()) is Status.PRESENT


def test_a_flip_that_keeps_the_time_is_found_by_doctor_alone(damaged: Path) -> None:
    """What was found right is not read again at each start, as a gigabyte takes seconds; what
    changes a file changes its time, but a failing disk does not."""
    import os

    file = damaged / "models" / "tiny.gguf"
    file.write_bytes(CONTENT)
    held = Store(file.parent)
    assert held.verify(model()) is Status.PRESENT
    before = file.stat()
    flip(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert held.status(model()) is Status.PRESENT
    assert held.verify(model()) is Status.CORRUPT
    assert held.status(model()) is Status.CORRUPT
