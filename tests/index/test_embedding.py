"""The exported embedding model against the original, text by text."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import FixConfiguration
from corpus.library import read
from index import weights
from index.passages import passage

TEXTS = (
    "a", "ASB", "?", "42", "The force has a backlog of digital devices awaiting examination.",
    "How effective is the force at investigating crime?", "THE FORCE", "the force",
    "Gwella’r ymateb i droseddau difrifol", "Überwachung für gefährdete Personen",
    "警察局的报告", "полиция", "😀 emoji 🚔", "e\u0301 and é",
    "tab\tand\nnew line",
    "\u200b\u202e hidden", "½ ² ① ﬁ", "word " * 100, "word " * 1000,
    "supercalifragilistic" * 40, "- - - -", "1,234.56%",
    "It should use this assessment, not the availability of response officers, to decide. " * 30,
)


@pytest.mark.real_embedder
def test_the_export_agrees_with_the_original(real_embedder: Any, shipped: Path) -> None:
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(weights.weights_folder()), device="cpu")
    texts = [*TEXTS, *(passage(f).embedded for f in read(shipped).reports[0].findings)]
    theirs = original.encode(texts, normalize_embeddings=True)
    ours = real_embedder.embed(texts)
    assert ours.shape == (len(texts), 384)
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)
    alike = np.sum(theirs * ours, axis=1)
    # int8 rounds; that the ranking holds is measured by ``python -m evals.retrieval``.
    assert float(np.min(alike)) >= 0.95
    assert float(np.mean(alike)) >= 0.985


@pytest.mark.real_embedder
def test_a_vector_does_not_depend_on_its_company(real_embedder: Any) -> None:
    together = real_embedder.embed(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(real_embedder.embed([text])[0], vector)
    assert real_embedder.embed([]).shape == (0, 384)


@pytest.mark.real_embedder
def test_rare_words_tell_more_than_common_ones(real_embedder: Any) -> None:
    assert 0.15 <= real_embedder.rarity("the") < real_embedder.rarity("police") \
        < real_embedder.rarity("forensic") < real_embedder.rarity("cyberstalking") == 1.0


@pytest.mark.real_embedder
def test_what_is_a_word(real_embedder: Any) -> None:
    assert real_embedder.is_word("police")
    assert not real_embedder.is_word("polcie")


@pytest.mark.real_embedder
def test_likeness_is_likeness_of_meaning(real_embedder: Any) -> None:
    asked, near, far = real_embedder.embed([
        "Why are phone examinations holding up cases?",
        "A backlog of digital devices awaiting examination is delaying investigations.",
        "The force engages with the public."])
    assert asked @ near > 0.4 > asked @ far


def test_an_export_that_is_not_whole_is_not_found(tmp_path: Path) -> None:
    folder = tmp_path / weights.NAME
    folder.mkdir()
    assert weights.find([tmp_path]) is None
    (folder / "model.onnx").write_bytes(b"12345")
    shutil.copy(weights.weights_folder() / "tokenizer.json", folder)
    whole = weights.digest(folder / "model.onnx")
    told = {"weights": weights.WEIGHTS_SHA256, "size": 5, "sha256": whole,
            "precision": weights.PRECISION}
    (folder / "manifest.json").write_text(json.dumps(told))
    found = weights.find([tmp_path / "nowhere", tmp_path])
    assert found == weights.Exported(folder, whole)
    assert weights.damaged([tmp_path]) is None
    for name in ("model.onnx", "tokenizer.json"):
        path = folder / name
        content = path.read_bytes()
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        assert weights.find([tmp_path]) is None
        assert weights.damaged([tmp_path / "nowhere", tmp_path]) == folder
        path.write_bytes(content)
    for wrong in ({"sha256": "0"}, {"weights": "other"}, {"sha256": None}, {"precision": None}):
        (folder / "manifest.json").write_text(json.dumps(told | wrong))
        assert weights.find([tmp_path]) is None
    (folder / "manifest.json").write_text("not json")
    assert weights.find([tmp_path]) is None


def test_weights_that_are_missing_or_altered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(FixConfiguration, match="not the published ones"):
        weights.weights_folder()
    monkeypatch.setattr(weights, "_PACKAGE", "no_such_package_at_all")
    with pytest.raises(FixConfiguration, match=r"not installed.*make setup"):
        weights.weights_folder()


def test_nowhere_to_put_an_export(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(FixConfiguration, match=r"can't be stored.*--home"):
        weights.ensure([blocked / "models"])


def test_the_digest_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert weights.digest(tmp_path / "none") == ""
    (tmp_path / "x").write_bytes(b"")
    assert weights.digest(tmp_path / "x").startswith("e3b0c442")
