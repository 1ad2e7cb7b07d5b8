"""Files that are damaged, hostile or not what they say: refused by name, in bounded time."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus import library, readers
from corpus.errors import UnreadableReport
from corpus.parse import report_from
from corpus.readers import guard
from tests.corpus import contents, generate
from tests.corpus.checks import dropped
from tests.corpus.contents import h, p
from tests.corpus.printer import Layout

# Ten times what the slowest takes on two busy cores.
SECONDS = 30.0
PDF = generate.pdf_of(contents.DURHAM).content
WORD = generate.word_of(contents.DURHAM)


def refused(folder: Path, name: str, content: bytes) -> UnreadableReport:
    path = folder / name
    path.write_bytes(content)
    begun = time.perf_counter()
    with pytest.raises(UnreadableReport) as caught:
        report_from(path)
    assert time.perf_counter() - begun < SECONDS
    assert caught.value.reason.startswith(f"{name}:")
    assert caught.value.next_step
    assert str(folder) not in str(caught.value)
    return caught.value


def scanned() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    picture = Image.new("L", (200, 280), 200)
    for _ in range(3):
        canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def many_pages(count: int) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for number in range(count):
        canvas.drawString(72, 700, f"This is what page {number} says of the force.")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def bomb() -> bytes:
    body = b"<w:document xmlns:w='x'><w:body>" + b" " * 300_000_000
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": body})


def lying_bomb() -> bytes:
    """A bomb whose table of contents understates what it inflates to."""
    made = bytearray(zipped({"word/document.xml": b"<w/>" + b" " * 80_000_000}))
    size = (80_000_004).to_bytes(4, "little")
    assert made.count(size) >= 1
    return bytes(made.replace(size, (1000).to_bytes(4, "little")))


def entities() -> bytes:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = (f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "ha">{levels}'
            '<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="http://schemas.'
            'openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a11;&x;'
            "</w:t></w:r></w:p></w:body></w:document>")
    return zipped({"word/document.xml": text.encode()})


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zero bytes": ("a.pdf", lambda: b"", "empty"),
    "zeroes": ("a.docx", lambda: bytes(5000), "empty"),
    "blank page": ("a.html", lambda: b"<html><body> <script>x</script></body></html>", "no text"),
    "encrypted pdf": ("a.pdf", lambda: generate.pdf_of(
        contents.DURHAM, Layout(password="secret")).content, "password"),
    "encrypted word": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
                       + "EncryptedPackage".encode("utf-16-le") + bytes(600), "password"),
    "old word": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word"),
    "truncated pdf": ("a.pdf", lambda: PDF[:len(PDF) // 2], "cut off"),
    "head of a pdf": ("a.pdf", lambda: b"%PDF-1.7\n", "cut off"),
    "ruined pdf": ("a.pdf", lambda: PDF[:200] + bytes(len(PDF) - 300) + PDF[-100:], "damaged"),
    "truncated word": ("a.docx", lambda: WORD[:len(WORD) // 2], "cut off or damaged"),
    "ruined word": ("a.docx", lambda: zipped({"word/document.xml": b"<w:document"}), "damaged"),
    "scan": ("a.pdf", scanned, "pictures"),
    "2,000 pages": ("a.pdf", lambda: many_pages(2000), "2,000 pages"),
    "bomb": ("a.docx", bomb, "swells"),
    "lying bomb": ("a.docx", lying_bomb, ""),
    "entities": ("a.docx", entities, ""),
    "pdf named word": ("a.docx", lambda: PDF, "it is a PDF"),
    "word named pdf": ("a.pdf", lambda: WORD, "it is a Word file"),
    "page named pdf": ("a.pdf", lambda: b"<!DOCTYPE html><p>Not found", "it is a web page"),
    "text named pdf": ("a.pdf", lambda: b"The force is good.", "not a PDF"),
    "text named page": ("a.html", lambda: b"The force is good.", "not a web page"),
    "excel named word": ("a.docx", lambda: zipped({"xl/workbook.xml": b"<x/>"}), "Excel"),
    "zip named word": ("a.docx", lambda: zipped({"readme.txt": b"x"}), "zip archive"),
    "picture": ("a.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_with_their_reason(case: str, tmp_path: Path) -> None:
    name, made, reason = BAD[case]
    assert reason in refused(tmp_path, name, made()).reason


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as stream:
        stream.write(b"%PDF-1.7\n")
        stream.truncate(200_000_000)
    begun = time.perf_counter()
    with pytest.raises(UnreadableReport, match=r"huge.pdf: 200 MB is more than"):
        report_from(path)
    assert time.perf_counter() - begun < 1


def test_many_pages_are_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(many_pages(1000))
    begun = time.perf_counter()
    report = report_from(path)
    assert time.perf_counter() - begun < SECONDS
    assert [f.page for f in report.findings] == list(range(1, 1001))


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS", 0.01)
    assert "within" in refused(tmp_path, "slow.pdf", many_pages(900)).reason


def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MEMORY", 150_000_000)
    content = b"<html><body>" + b"<p>The force is good at it.</p>" * 400_000 + b"</body></html>"
    assert refused(tmp_path, "wide.html", content).reason.startswith("wide.html: ")


def test_the_other_files_of_a_folder_are_read(tmp_path: Path) -> None:
    for number, (name, made, _) in enumerate(BAD.values()):
        if name.endswith(".docx") and number % 2:
            (tmp_path / f"{number}-{name}").write_bytes(made())
    generate.write(tmp_path, "good", contents.DURHAM, ".pdf")
    found = library.read(tmp_path)
    assert [r.metadata.force for r in found.reports] == ["Durham"]
    assert len(found.skipped) == len(list(tmp_path.iterdir())) - 1
    assert all(skipped.path.name in skipped.reason for skipped in found.skipped)


def test_pictures_among_pages_are_noted(tmp_path: Path) -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(72, 700, "Kent Police is good at preventing crime in all of its wards.")
    canvas.showPage()
    canvas.drawImage(ImageReader(Image.new("L", (20, 28), 200)), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    path = tmp_path / "mixed.pdf"
    path.write_bytes(stream.getvalue())
    assert readers.read(path).notes == ("Left out, each a picture without text: page 2.",)


def test_recognised_text_over_a_scan_is_not_hidden(tmp_path: Path) -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawImage(ImageReader(Image.new("L", (20, 28), 200)), 0, 0, 595, 842)
    text = canvas.beginText(72, 700)
    text.setTextRenderMode(3)
    text.textLine("Kent Police is good at preventing crime in all of its wards.")
    canvas.drawText(text)
    canvas.showPage()
    canvas.save()
    path = tmp_path / "scan.pdf"
    path.write_bytes(stream.getvalue())
    assert [block.hidden for block in readers.read(path).blocks] == [False]


@pytest.mark.parametrize("name", ["..%2f..%2fetc.pdf", "a'\"<script>.docx", "..\\up.html"])
def test_odd_names_are_only_names(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes((tmp_path / generate.write(tmp_path, "plain", contents.DURHAM,
                                                path.suffix)).read_bytes())
    report = report_from(path)
    assert report.id == "durham-peel-2016-effectiveness"
    assert report.source == str(path)


@pytest.mark.parametrize("ending", [".md", ".html", ".docx"])
def test_text_that_is_turned_round_is_straightened(ending: str, tmp_path: Path) -> None:
    items = [h(1, "Kent PEEL 2017"), h(2, "Effectiveness"),
             p("The force is \u202edoog\u202c at\u200b this.")]
    report = report_from(generate.write(tmp_path, "kent", items, ending))
    assert [f.text for f in report.findings] == ["The force is doog at this."]


def test_scripts_comments_and_handlers_of_a_page_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><body><main><h1>Kent PEEL 2017</h1><!-- The force is bad. -->"
                    "<p onclick=\"alert('x')\">Kent Police is good at this.</p>"
                    "<script>document.write('The force is bad.')</script>"
                    "<style>p{}</style><noscript>The force is bad.</noscript>"
                    "<iframe srcdoc='The force is bad.'></iframe>"
                    "<img src=x onerror=alert(1) alt='The force is bad.'></main></body></html>")
    report = report_from(path)
    assert report.text == "Kent PEEL 2017\nKent Police is good at this."
    assert dropped(report) == []


def test_a_page_nested_beyond_all_reason(tmp_path: Path) -> None:
    content = (b"<html><body>" + b"<div>" * 20_000 + b"<p>The force is good.</p>"
               + b"<b>" * 20_000 + b"It is well led.")
    assert "no text" in refused(tmp_path, "deep.html", content).reason
