"""The formats that are fuzzed: what each begins from, how it is read, how it is taken apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.fuzz import packed, seeds, words
from corpus import metadata
from corpus import passages as passages_file
from corpus.blocks import Document
from corpus.model import Report
from corpus.parse import parse
from corpus.readers import docx, html, markdown, pdf, sniffing, text
from corpus.readers.sniffing import Format

Mutation = Callable[[bytes, Random], bytes]
Read = Callable[[str, bytes], Document]
# A folder that is not there: no metadata file lies beside what is read.
_NOWHERE = Path("fuzzed")


@dataclass(frozen=True, slots=True)
class Kind:
    """A format. ``share`` is its part of all executions, ``structured`` changes a document by
    its parts, ``words`` are what its bytes are changed by, ``longest`` bounds an input,
    ``traced`` says that one execution in so many is traced line by line, and ``bytewise`` which
    part of the inputs has its bytes changed, whatever they stand for."""

    name: str
    share: float
    seeds: Callable[[], Sequence[bytes]]
    structured: Mutation
    words: Sequence[bytes]
    reports: Callable[[bytes], list[Report]]
    longest: int = 1_500
    traced: int = 40
    bytewise: float = 0.7


def _through(wanted: Format, ending: str, read: Read) -> Callable[[bytes], list[Report]]:
    path = _NOWHERE / f"report.{ending}"

    def reports(content: bytes) -> list[Report]:
        sniffing.check(path.name, wanted, content)
        document = read(str(path), content)
        return [parse(document, metadata.describe(path, document))]

    return reports


def _passages(content: bytes) -> list[Report]:
    """Passages are read from a file; this one lies in memory where the system has such a place."""
    path = seeds.scratch() / "fuzzed.jsonl"
    path.write_bytes(content)
    return passages_file.load(path)


KINDS = {one.name: one for one in (
    Kind("txt", 0.30, lambda: seeds.written(".txt"), words.lines_moved, words.TEXT,
         _through(Format.TEXT, "txt", text.read)),
    Kind("md", 0.18, lambda: seeds.written(".md"), words.lines_moved, words.MARKDOWN,
         _through(Format.MARKDOWN, "md", markdown.read)),
    Kind("html", 0.20, lambda: seeds.written(".html"), words.elements_moved, words.HTML,
         _through(Format.HTML, "html", html.read), longest=3_000),
    Kind("jsonl", 0.18, seeds.passages, packed.values_changed, words.JSON, _passages,
         bytewise=0.3),
    Kind("docx", 0.10, seeds.word_files, packed.part_changed, words.WORD,
         _through(Format.DOCX, "docx", docx.read), longest=40_000, bytewise=0.1),
    Kind("pdf", 0.04, seeds.pdfs, packed.object_changed, words.PDF,
         _through(Format.PDF, "pdf", pdf.read), longest=40_000, traced=10, bytewise=0.3))}
