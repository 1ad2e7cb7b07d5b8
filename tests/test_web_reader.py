"""What the report reader's parts make of reports, wishes and original files."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.sources import Original, State
from assistant.web import pages as pages_module
from assistant.web.contents import contents_html, places
from assistant.web.pages import Pages
from assistant.web.reader import report_html
from assistant.web.viewer import Viewer, reader_html
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity, Report
from tests.browser.backend import METADATA, FakeBackend, shipped_report
from tests.browser.sources import remember
from tests.test_web_render import HOSTILE, Seen

PNG = b"\x89PNG"


def finding(text: str, whole: str, section: tuple[str, ...],
            kind: FindingKind = FindingKind.WEAKNESS, page: int | None = None,
            grade: Grade | None = None, as_of: int | None = None) -> Finding:
    start = whole.index(text)
    return Finding(f"f{start}", "r", section, kind, Polarity.NEGATIVE, text, start,
                   start + len(text), page=page, grade=grade, as_of=as_of)


def report(text: str, *findings: Finding, title: str = "A report") -> Report:
    sections = dict.fromkeys(one.section[:depth] for one in findings
                             for depth in range(1, len(one.section) + 1))
    return Report(Metadata("r", title), "a.pdf", text, tuple(sections), findings)


def pdf(path: Path, words: tuple[str, ...], encrypt: str | None = None) -> Path:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    sheet = canvas.Canvas(str(path), encrypt=encrypt)
    for one in words:
        sheet.drawString(72, 700, one)
        sheet.showPage()
    sheet.save()
    return path


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def viewer(backend: FakeBackend) -> Viewer:
    return Viewer(backend, backend.sources)


def test_a_heading_is_found_where_its_section_begins_and_not_in_the_list_at_the_front() -> None:
    text = ("Contents\nPhones\nCars\nPhones\nThe force has a backlog.\n"
            "2. How well does the force\nlook after cars?\nCars rust.\n")
    long = "How well does the force look after cars?"
    one = report(text, finding("The force has a backlog.", text, ("Phones",)),
                 finding("Cars rust.", text, (long,)))
    found = places(one)
    assert [text[p.start:p.end] for p in found] == [
        "Phones\n", "2. How well does the force\nlook after cars?\n"]
    assert found[0].start == text.rindex("Phones")
    made = report_html(one)
    assert made.count("<h3>") == 2
    assert Seen(made).text.count("look after cars?") == 1


def test_a_heading_that_is_not_in_the_text_leads_to_its_first_finding() -> None:
    text = "The force has a backlog.\n"
    (place,) = places(report(text, finding("The force has a backlog.", text, ("Elsewhere",))))
    assert (place.start, place.end) == (0, 0)


def test_contents_fold_by_section_and_show_grades_as_letters() -> None:
    text = "Effectiveness\nRI it is.\nPhones\nGood then.\nHandsets\nFew.\nCars\nFine.\n"
    kind = FindingKind.JUDGMENT
    made = contents_html(places(report(
        text, finding("RI it is.", text, ("Effectiveness",), kind,
                      grade=Grade.REQUIRES_IMPROVEMENT),
        finding("Good then.", text, ("Effectiveness", "Phones"), kind, grade=Grade.GOOD,
                as_of=2015),
        finding("Few.", text, ("Effectiveness", "Phones", "Handsets")),
        finding("Fine.", text, ("Effectiveness", "Cars")))))
    assert made.count("<ul>") == made.count("</ul>") == 3
    assert made.count("<li>") == made.count("</li>") == 4
    assert made.count('class="parts"') == 2
    words = Seen(made).text
    assert "RI(requires improvement)" in words
    assert "G 2015(good in 2015)" in words
    assert made.index("Handsets") < made.index("Cars")


def test_a_skipped_level_keeps_the_list_whole() -> None:
    text = "Deep\nFirst.\nFlat\nSecond.\n"
    one = Report(Metadata("r", "t"), "a", text, (("A", "B", "Deep"), ("Flat",)),
                 (finding("First.", text, ("A", "B", "Deep")),
                  finding("Second.", text, ("Flat",))))
    made = contents_html(places(one))
    assert made.count("<ul>") == made.count("</ul>")
    assert made.count("<li>") == made.count("</li>")


def test_an_older_grade_gives_way_to_a_newer_one() -> None:
    text = "Phones\nGood then. Inadequate now.\n"
    kind = FindingKind.JUDGMENT
    (place,) = places(report(
        text, finding("Good then.", text, ("Phones",), kind, grade=Grade.GOOD, as_of=2015),
        finding("Inadequate now.", text, ("Phones",), kind, grade=Grade.INADEQUATE)))
    assert (place.grade, place.as_of) == (Grade.INADEQUATE, None)


def test_pages_are_marked_where_they_begin_and_never_change_the_text() -> None:
    text = "Phones\nFirst one. Second one.\n\nCars\n- third one\n"
    one = report(text, finding("First one.", text, ("Phones",), page=3),
                 finding("Second one.", text, ("Phones",), page=4),
                 finding("third one", text, ("Cars",), page=7))
    made = report_html(one)
    assert [made.index(f'data-page="{n}"') for n in (3, 4, 7)] == sorted(
        made.index(f'data-page="{n}"') for n in (3, 4, 7))
    assert made.index('data-page="3"') < made.index("Phones")
    assert made.index("First one.") < made.index('data-page="4"') < made.index("Second one.")
    assert made.index('data-page="7"') < made.index("Cars")
    assert "Page 7" in Seen(made).text
    assert "page-mark" not in report_html(shipped_report())


def test_a_long_report_is_made_of_parts_that_lose_nothing() -> None:
    line = "The force has a backlog of digital devices awaiting examination.\n"
    text = line * 4000
    made = report_html(report(text, finding(line.strip(), text, ("Phones",))))
    assert made.count('<div class="part">') == made.count("</div>") > 50
    assert Seen(made).text.count("awaiting examination") == 4000


def test_opening_tells_all_that_the_reader_shows(viewer: Viewer) -> None:
    told = viewer.serve({"do": "open", "id": METADATA.id})
    one = shipped_report()
    assert told["title"] == METADATA.title
    assert [row[0] for row in told["findings"]] == [f.id for f in one.findings]
    assert told["pages"] is False
    filters = Seen(told["filter"]).text
    assert "Strengths (1)" in filters
    assert "All kinds (4)" in filters
    assert '<option value="cause_of_concern" disabled>' in told["filter"]
    section = told["findings"][0][6]
    assert told["sections"][section][1].startswith("How effective is the force at investigating")
    assert told["references"][section].startswith(f"{METADATA.title}, How effective")


def test_a_known_version_is_not_sent_again(viewer: Viewer, backend: FakeBackend) -> None:
    version = viewer.serve({"do": "open", "id": METADATA.id})["version"]
    again = {"do": "open", "id": METADATA.id, "have": version}
    assert viewer.serve(again) == {"id": METADATA.id, "version": version}
    del backend.kept[METADATA.id]
    assert viewer.serve(again) == {}


def test_a_finding_opens_its_report_and_an_unknown_one_nothing(viewer: Viewer) -> None:
    one = shipped_report().findings[2]
    assert viewer.serve({"do": "open", "finding": one.id})["id"] == METADATA.id
    assert viewer.serve({"do": "open", "finding": "nosuch"}) == {}


@pytest.mark.parametrize("wish", [None, 7, "open", [], {}, {"do": "open", "id": ["x"]},
                                  {"do": "open", "finding": {}}, {"do": "open", "id": None}])
def test_a_wish_of_the_wrong_shape_opens_nothing(viewer: Viewer, wish: object) -> None:
    assert viewer.serve(wish) == {}


def test_hostile_names_stay_text_in_the_reader() -> None:
    text = f"{HOSTILE}\nIt is bad.\n"
    one = report(text, finding("It is bad.", text, (HOSTILE,)), title=HOSTILE)
    backend = FakeBackend()
    backend.kept["r"] = one
    told = Viewer(backend, backend.sources).serve({"do": "open", "id": "r"})
    for made in (told["html"], told["contents"], told["filter"]):
        seen = Seen(made)
        assert seen.tags <= {"div", "h3", "p", "span", "ul", "li", "button", "option"}
        assert seen.handlers == []
    assert Seen(reader_html()).handlers == []


def test_a_page_is_drawn_within_bounds_and_kept(tmp_path: Path, backend: FakeBackend,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    path = pdf(tmp_path / "r.pdf", ("One", "Two"))
    remember(backend.sources, METADATA.id, path)
    shelf = Pages(backend.sources)
    first = shelf.page(METADATA.id, 2)
    assert first.png.startswith(PNG)
    assert (first.page, first.pages) == (2, 2)
    assert int.from_bytes(first.png[16:20]) <= pages_module.WIDTH + 1
    monkeypatch.setattr(pages_module, "_drawn", None)
    assert shelf.page(METADATA.id, 2) is first


def test_kept_pages_take_no_more_than_their_room(tmp_path: Path, backend: FakeBackend,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    remember(backend.sources, METADATA.id, pdf(tmp_path / "r.pdf", ("One",)))
    drawn: list[int] = []

    def draw(name: str, content: bytes, number: int) -> pages_module.Picture:
        drawn.append(number)
        return pages_module.Picture(b"x" * (pages_module.KEPT_BYTES // 2), number, 9)

    monkeypatch.setattr(pages_module, "_drawn", draw)
    shelf = Pages(backend.sources)
    for number in (1, 2, 3, 3, 1):
        shelf.page(METADATA.id, number)
    assert drawn == [1, 2, 3, 1]


def as_image(reply: dict[str, Any]) -> bytes:
    return base64.b64decode(reply["image"].removeprefix("data:image/png;base64,"))


def test_the_reader_gets_a_page_as_an_image_with_words(tmp_path: Path, backend: FakeBackend,
                                                       viewer: Viewer) -> None:
    remember(backend.sources, METADATA.id, pdf(tmp_path / "r.pdf", ("One",)))
    assert viewer.serve({"do": "open", "id": METADATA.id})["pages"] is True
    told = viewer.serve({"do": "page", "id": METADATA.id, "page": 1})
    assert as_image(told).startswith(PNG)
    assert told["alt"] == f"Page 1 of {METADATA.title}, as in the original file"


def _gone(path: Path) -> Original:
    path.unlink()
    return Original(path, State.MISSING)


def _locked(path: Path) -> Original:
    return Original(pdf(path, ("One",), encrypt="secret"), State.SAME)


def _broken(path: Path) -> Original:
    path.write_bytes(b"%PDF-1.4 nothing")
    return Original(path, State.SAME)


@pytest.mark.parametrize(("become", "page", "words"), [
    (_gone, 1, "no longer where it was"),
    (lambda path: Original(path, State.CHANGED), 1, "has been changed since it was indexed"),
    (_locked, 1, "protected by a password"), (_broken, 1, "can’t be shown"),
    (lambda path: Original(path, State.SAME), 2, "no page 2"),
    (lambda path: Original(path, State.SAME), -5, "no page -5"),
    (lambda path: Original(path.parent, State.SAME), 1, "no longer where it was")])
def test_what_stands_in_the_way_of_a_page_is_said(
        tmp_path: Path, backend: FakeBackend, viewer: Viewer, become: Callable[[Path], Original],
        page: int, words: str) -> None:
    path = pdf(tmp_path / "r.pdf", ("One",))
    backend.sources.files[METADATA.id] = become(path)
    told = viewer.serve({"do": "page", "id": METADATA.id, "page": page})
    assert words in told["problem"]
    assert "image" not in told


def test_a_report_without_pages_says_so(viewer: Viewer) -> None:
    for wish in ({"id": METADATA.id, "page": 1}, {"id": "nosuch"}, {"page": "x"}):
        assert "no pages" in viewer.serve({"do": "page", **wish})["problem"]
