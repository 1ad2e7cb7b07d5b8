"""Spans and ids: whatever a document says, a citation leads to its very words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fuzz import promises
from corpus import metadata
from corpus.blocks import Document
from corpus.model import Report
from corpus.parse import parse
from corpus.readers import docx, guard, html, markdown, text
from tests.corpus import generate
from tests.corpus.contents import Item
from tests.properties.drawn import DOCUMENTS, SENTENCES

READERS = {".txt": (generate.text_of, text.read), ".md": (generate.markdown_of, markdown.read),
           ".html": (generate.page_of, html.read), ".docx": (generate.word_of, docx.read)}


def document(items: list[Item], ending: str) -> Document:
    made, read = READERS[ending]
    content = made(items)
    name = f"report{ending}"
    return read(name, content.encode() if isinstance(content, str) else content)


def report(found: Document) -> Report:
    return parse(found, metadata.describe(Path(found.source), found))


@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
@given(items=DOCUMENTS)
def test_every_finding_is_where_it_says_and_reading_again_changes_nothing(
        items: list[Item], ending: str) -> None:
    found = document(items, ending)
    made = report(found)
    assert made.findings
    assert list(promises.broken([made])) == []
    for block in found.blocks:
        assert found.text[block.start:block.end] == block.text
    assert report(document(items, ending)) == made


@given(items=DOCUMENTS)
def test_a_document_comes_back_whole_from_the_process_that_read_it(items: list[Item]) -> None:
    found = document(items, ".html")
    assert guard.decoded(found.source, guard.encoded(found)) == found


@given(items=DOCUMENTS, before=st.lists(SENTENCES, min_size=1, max_size=3))
def test_words_put_in_front_shift_every_citation_and_change_none(
        items: list[Item], before: list[str]) -> None:
    """Passages under headings of their own keep their words, ids and order when a section is put
    before them: only their places move, by as much as was put in."""
    ours = [Item("heading", "Legitimacy", 2), *items[1:]]
    more = [Item("heading", "About the data", 2), *(Item("paragraph", one) for one in before)]
    was = report(document([items[0], *ours], ".html"))
    now = report(document([items[0], *more, *ours], ".html"))
    tail = now.findings[len(now.findings) - len(was.findings):]
    kept = [(one.id, one.text) for one in was.findings if one.section[:1] == ("Legitimacy",)]
    assert kept == [(one.id, one.text) for one in tail if one.section[:1] == ("Legitimacy",)]
    moved = len(now.text) - len(was.text)
    assert {new.start - old.start for old, new in zip(was.findings, tail, strict=True)
            if old.id == new.id} <= {moved}


@given(items=DOCUMENTS)
def test_ids_are_unique_and_change_with_the_words(items: list[Item]) -> None:
    made = report(document(items, ".md"))
    ids = [one.id for one in made.findings]
    assert len(set(ids)) == len(ids)
    # The last paragraph is the only one that says so.
    other = [*items[:-1], Item("paragraph", "The force ignores its communities.")]
    changed = {one.id for one in report(document(other, ".md")).findings}
    said = [one for one in made.findings if "listens to its communities" in one.text]
    assert said
    assert not {one.id for one in said} & changed
    rest = [one.id for one in made.findings if one not in said]
    assert set(rest) <= changed


@given(order=st.permutations(range(4)))
def test_ids_do_not_depend_on_the_order_or_the_names_of_files(order: list[int]) -> None:
    bodies = [f"Dorset Police: PEEL {2014 + n}\n\nEffectiveness\n\nThe force has {n} cells.\n"
              for n in range(4)]

    def ids(names: list[tuple[int, str]]) -> set[str]:
        found = [text.read(name, bodies[n].encode()) for n, name in names]
        return {one.id for each in found for one in report(each).findings}

    straight = ids([(n, f"a{n}.txt") for n in range(4)])
    assert len(straight) >= 4
    assert ids([(n, f"b-{place}.txt") for place, n in enumerate(order)]) == straight
