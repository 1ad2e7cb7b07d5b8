"""Files that are no reports, damaged ones, and what becomes of odd characters and layouts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus import readers
from corpus.blocks import Block, Role
from corpus.errors import UnreadableReport
from corpus.parse import report_from
from tests.corpus.checks import dropped

HEADING, PARAGRAPH, BULLET = Role.HEADING, Role.PARAGRAPH, Role.BULLET
REPORT = "Kent PEEL 2017\nEffectiveness\nKent Police is good at this.\n"


def blocks_of(tmp_path: Path, text: str, name: str = "report.txt") -> list[tuple[Role, str]]:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return [(block.role, block.words) for block in readers.read(path).blocks]


@pytest.mark.parametrize(("name", "content", "reason"), [
    ("empty.txt", b"", "empty"),
    ("blank.txt", b" \n\t\n \xc2\xa0 \n", "empty"),
    ("marked.txt", b"\xef\xbb\xbf", "empty"),
    ("binary.txt", bytes(range(256)) * 40, "binary"),
    ("noise.txt", b"a\x01\x02\x03\x04\x05b" * 100, "binary"),
    ("really.txt", b"%PDF-1.7\n1 0 obj\n", "PDF"),
    ("word.txt", b"PK\x03\x04rest", "Word"),
    ("rich.txt", b"{\\rtf1\\ansi hello}", "RTF"),
    ("page.md", b"<!DOCTYPE html><html><body>Report</body></html>", "web page"),
    ("report.docx", b"anything", ".docx"),
    ("report", b"anything", "without an ending"),
])
def test_what_is_no_report_is_refused_by_name(tmp_path: Path, name: str, content: bytes,
                                              reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableReport) as caught:
        report_from(path)
    assert caught.value.reason.startswith(f"{name}:")
    assert reason in caught.value.reason
    assert caught.value.next_step


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableReport, match="no such file"):
        report_from(tmp_path / "absent.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(UnreadableReport, match="can't be read"):
        report_from(tmp_path / "folder.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(REPORT)
    path.chmod(0)
    with pytest.raises(UnreadableReport, match="permissions"):
        report_from(path)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SIZE_LIMIT", 20)
    path = tmp_path / "long.txt"
    path.write_text(REPORT)
    with pytest.raises(UnreadableReport, match="MB is more than"):
        report_from(path)


@pytest.mark.parametrize("name", ["..%2f..%2fetc.txt", "a b'\"<script>.txt", "отчёт.txt",
                                  "..report.txt", "$(rm -rf).txt", "x" * 200 + ".txt"])
def test_odd_file_names_are_only_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(REPORT, "utf-8")
    report = report_from(path)
    assert report.id == "kent-peel-2017-effectiveness"
    assert set(report.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_marks_that_reverse_or_hide_text_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_text("Kent PEEL 2017\nEffectiveness\nThe force is \u202edoog\u202c at\u200b "
                    "this.\x07 It\x1b[31m works.\x0cNext\u2028line is here.\n", "utf-8")
    report = report_from(path)
    said = " ".join(f.words for f in report.findings)
    assert said.startswith("The force is doog at this. It [31m works.")
    assert not set("\u202e\u202c\u200b\x07\x1b\x0c\u2028") & set(report.text)
    assert dropped(report) == []


def test_text_in_another_script_and_emoji_survive(tmp_path: Path) -> None:
    path = tmp_path / "wales.md"
    path.write_text("# Heddlu Gogledd Cymru 2019\n\nMae’r heddlu’n dda 👮‍♀️ iawn. القوة جيدة.\n",
                    "utf-8")
    report = report_from(path)
    assert "".join(f.text for f in report.findings) == "Mae’r heddlu’n dda 👮‍♀️ iawn. القوة جيدة."


@pytest.mark.parametrize(("text", "expected"), [
    ("Findings\nAll is well.\n- one;\n- two.\n",
     [(HEADING, "Findings"), (PARAGRAPH, "All is well."), (BULLET, "one;"), (BULLET, "two.")]),
    ("2. Findings\nAll is well.\n", [(HEADING, "Findings"), (PARAGRAPH, "All is well.")]),
    ("We ask that:\n1. officers act;\n2. leaders lead.\n3. Next steps\nSoon.\n",
     [(PARAGRAPH, "We ask that:"), (BULLET, "officers act;"), (BULLET, "leaders lead."),
      (HEADING, "Next steps"), (PARAGRAPH, "Soon.")]),
    ("How well does it work?\nWell.\n", [(HEADING, "How well does it work?"),
                                         (PARAGRAPH, "Well.")]),
    ("Why? Nobody knows.\nEnd.\n", [(PARAGRAPH, "Why? Nobody knows."), (PARAGRAPH, "End.")]),
    ("It was late\nand it was dark.\n", [(PARAGRAPH, "It was late and it was dark.")]),
    ("A\n\nThe last line is short\n", [(HEADING, "A"), (PARAGRAPH, "The last line is short")]),
    ("• one\n◦ two\n(a) three\niv) four\n– five\n",
     [(BULLET, "one"), (BULLET, "two"), (BULLET, "three"), (BULLET, "four"), (BULLET, "five")]),
])
def test_plain_text_into_blocks(tmp_path: Path, text: str,
                                expected: list[tuple[Role, str]]) -> None:
    assert blocks_of(tmp_path, text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("# Title #\n\nSome **bold** and [linked](https://x.org/a) `code`.\n",
     [(HEADING, "Title"), (PARAGRAPH, "Some bold and linked code.")]),
    ("Title\n=====\n\nPart\n----\n\n* one\n* _two_\n",
     [(HEADING, "Title"), (HEADING, "Part"), (BULLET, "one"), (BULLET, "two")]),
    ("**Cause of concern**\n\n2 * 3 * 4 = 24 in snake_case_name.\n",
     [(HEADING, "Cause of concern"), (PARAGRAPH, "2 * 3 * 4 = 24 in snake_case_name.")]),
    ("| Area | Grade |\n|---|---|\n| Custody | Good |\n",
     [(BULLET, "Area: Custody; Grade: Good")]),
    ("Text.\n\n---\n\nMore.\n", [(PARAGRAPH, "Text."), (PARAGRAPH, "More.")]),
])
def test_markdown_into_blocks(tmp_path: Path, text: str,
                              expected: list[tuple[Role, str]]) -> None:
    assert blocks_of(tmp_path, text, "report.md") == expected


def test_wrapped_headings_and_dashes_are_put_together(tmp_path: Path) -> None:
    text = ("KENT POLICE\n\n"
            "How effective is the force at preventing crime, tackling anti-social\n"
            "behaviour and keeping people safe?\n\n"
            "The force has a plan for each of its districts, and it uses the plan\n"
            "– not the habits of those on duty – to decide where its patrols go on\n"
            "each of the days of the week.\n\n"
            "The plan is kept by one officer, who has held the post for some years\n"
            "and knows the county well.\n")
    blocks = blocks_of(tmp_path, text)
    assert [role for role, _ in blocks] == [HEADING, HEADING, PARAGRAPH, PARAGRAPH]
    assert blocks[1][1].endswith("tackling anti-social behaviour and keeping people safe?")
    assert "uses the plan – not the habits" in blocks[2][1]


def test_every_block_is_where_it_says(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text("Title\n  1.2 Part\n   - one,\n     more\n\n\tEnd of it.  \n", "utf-8")
    document = readers.read(path)
    blocks: tuple[Block, ...] = document.blocks
    assert all(document.text[b.start:b.end] == b.text for b in blocks)
    assert [b.marker for b in blocks] == [None, "1.2", "-", None]
