"""Findings and reports as a Chroma server holds them, and back, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from corpus.errors import TryAgain
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report
from index.embedding import Vectors
from index.passages import Passage

# Of a text's parts: what a server takes in one value without complaint.
_PART = 48_000
_LARGEST = 256_000_000


class Incomplete(TryAgain):
    """What the server holds of an edition is not what was put there, or no longer all of it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The index on the Chroma server is not whole ({what}).",
                         "Try again; if it stays so, run 'findings index' where it is kept.")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a collection, column by column as the server takes them."""

    ids: list[str]
    embeddings: list[Any]
    metadatas: list[Mapping[str, Any]]
    documents: list[str | None]

    def told(self) -> dict[str, Sequence[Any]]:
        """The rows as a request."""
        return {"ids": self.ids, "embeddings": self.embeddings, "metadatas": self.metadatas,
                "documents": self.documents}

    def extend(self, others: Rows) -> None:
        """Add rows."""
        self.ids.extend(others.ids)
        self.embeddings.extend(others.embeddings)
        self.metadatas.extend(others.metadatas)
        self.documents.extend(others.documents)

    def clear(self) -> None:
        """Leave no rows."""
        for column in (self.ids, self.embeddings, self.metadatas, self.documents):
            column.clear()


def key(passage: Passage) -> str:
    """A digest of all that is stored of a finding besides its vector."""
    return _digest(_told(passage), passage.finding.text)


def findings(passages: Sequence[Passage], refs: Sequence[str], vectors: Vectors,
             number: int) -> Rows:
    """Findings as rows; ``refs`` are their ids on the server, ``number`` is the edition that
    brings them."""
    return Rows(list(refs), [base64.b64encode(v.tobytes()).decode() for v in vectors],
                [_told(p) | {"edition": number, "vector": _sum(v)}
                 for p, v in zip(passages, vectors, strict=True)],
                [p.finding.text for p in passages])


def read(ref: str, metadata: Mapping[str, Any], text: str,
         vector: Sequence[float]) -> tuple[Finding, str, Vectors]:
    """A finding, the digest of its embedded text and its vector.

    Raises ``Incomplete`` where a row is not as it was written, to the last bit.
    """
    told = {name: value for name, value in metadata.items() if name not in ("edition", "vector")}
    unit = np.asarray(vector, np.float32)
    if _digest(told, text) != ref.partition("-")[0] or _sum(unit) != metadata.get("vector"):
        raise Incomplete(f"finding {ref}")
    grade = told.get("grade")
    finding = Finding(
        told["finding_id"], told["report_id"], tuple(json.loads(told["path"])),
        FindingKind(told["kind"]), Polarity(told["polarity"]), text, told["start"], told["end"],
        told.get("lead_in"), told.get("force"), told.get("year"), told.get("page"),
        Grade(grade) if grade else None, told.get("as_of"), told["hidden"])
    return finding, told["digest"], unit


def _told(passage: Passage) -> dict[str, Any]:
    """What stands beside a finding's text: its facets, and what it is made of again."""
    finding = passage.finding
    told = {"finding_id": finding.id, "report_id": finding.report_id, "kind": finding.kind.value,
            "polarity": finding.polarity.value, "force": finding.force, "year": finding.year,
            "section": " > ".join(finding.section), "path": json.dumps(finding.section),
            "start": finding.start, "end": finding.end, "lead_in": finding.lead_in,
            "page": finding.page, "grade": finding.grade.value if finding.grade else None,
            "as_of": finding.as_of, "hidden": finding.hidden, "digest": passage.digest}
    return {name: value for name, value in told.items() if value is not None}


def _digest(told: Mapping[str, Any], text: str) -> str:
    whole = json.dumps([sorted(told.items()), text], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _sum(vector: Vectors) -> str:
    return hashlib.sha256(vector.tobytes()).hexdigest()[:16]


def report(made: Report, refs: Sequence[str]) -> bytes:
    """A report as it is stored; ``refs`` are its findings' ids on the server, in their order."""
    return json.dumps({
        "metadata": asdict(made.metadata), "source": made.source, "text": made.text,
        "sections": made.sections, "findings": list(refs)}).encode()


def report_from(told: Mapping[str, Any], found: Sequence[Finding]) -> Report:
    """A report from what ``report`` made and its findings. Raises ``Incomplete`` where they don't
    belong together."""
    about = Metadata(**{**told["metadata"], "guessed": tuple(told["metadata"]["guessed"])})
    try:
        return Report(about, told["source"], told["text"],
                      tuple(tuple(path) for path in told["sections"]), tuple(found))
    except ValueError as error:
        raise Incomplete(f"report {about.id}") from error


def manifest(told: Mapping[str, Any], reports: Mapping[str, str]) -> bytes:
    """A manifest as it is stored; ``reports`` are the reports' ids on the server with their own,
    in their order."""
    return json.dumps({"manifest": told, "reports": dict(reports)}).encode()


def blob_key(content: bytes) -> str:
    """What a blob's id begins with: its digest."""
    return hashlib.sha256(content).hexdigest()[:24]


def blob(content: bytes, number: int) -> tuple[str, Rows]:
    """A blob's id (its digest, the edition that brings it, in how many parts) and its rows. The
    vectors are there because a row needs one."""
    packed = base64.b64encode(zlib.compress(content)).decode()
    parts = [packed[begin:begin + _PART] for begin in range(0, len(packed), _PART)]
    ref = f"{blob_key(content)}-{number}-{len(parts)}"
    return ref, Rows(part_ids(ref), [[1.0]] * len(parts),
                     [{"part": part, "edition": number} for part in parts], [None] * len(parts))


def part_ids(ref: str) -> list[str]:
    """The ids of a blob's rows."""
    return [f"{ref}.{part}" for part in range(int(ref.rpartition("-")[2]))]


def unpacked(ref: str, parts: Sequence[str]) -> Any:
    """What a blob says, from its parts in order. Raises ``Incomplete`` where it was altered."""
    try:
        opened = zlib.decompressobj()
        content = opened.decompress(base64.b64decode("".join(parts), validate=True), _LARGEST)
    except (ValueError, zlib.error) as error:
        raise Incomplete(f"record {ref}") from error
    if blob_key(content) != ref.partition("-")[0]:
        raise Incomplete(f"record {ref}")
    return json.loads(content)

