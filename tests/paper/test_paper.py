"""A briefing's items: order, words, what is taken out and brought back, and its limits."""

from __future__ import annotations

import pytest

from assistant.backend import NO_CHOICES
from assistant.paper.paper import ITEMS_LIMIT, REMOVED_KEPT, Item, Kind, Paper, Standing
from assistant.paper.pinning import pinned_answer, title_of
from corpus.errors import GiveUp
from tests.browser import answers
from tests.browser.backend import GRADE, PHONES, FakeBackend
from tests.paper.samples import pinned, sample


def words(paper: Paper) -> list[str]:
    return [one.words for one in paper.items]


def note(text: str) -> Item:
    return Item(kind=Kind.NOTE, words=text)


def test_items_move_and_stop_at_the_ends() -> None:
    one, two, three = map(note, "abc")
    paper = Paper().added([one, two, three], {})
    assert words(paper.moved(three.key, -1)) == ["a", "c", "b"]
    assert words(paper.moved(one.key, 1)) == ["b", "a", "c"]
    assert words(paper.moved(one.key, -1)) == words(paper.moved(three.key, 1)) == ["a", "b", "c"]


def test_items_are_put_where_they_are_wanted() -> None:
    one, two = note("a"), note("b")
    paper = Paper().added([one, two], {})
    assert words(paper.added([note("x")], {}, one.key)) == ["a", "x", "b"]
    assert words(paper.added([note("x")], {}, "")) == ["x", "a", "b"]
    assert words(paper.added([note("x")], {})) == ["a", "b", "x"]


def test_items_are_moved_behind_another_or_to_the_start() -> None:
    one, two, three = map(note, "abc")
    paper = Paper().added([one, two, three], {})
    assert words(paper.moved_behind(one.key, three.key)) == ["b", "c", "a"]
    assert words(paper.moved_behind(three.key, "")) == ["c", "a", "b"]
    assert words(paper.moved_behind(one.key, two.key)) == ["b", "a", "c"]
    assert words(paper.moved_behind(two.key, one.key)) == ["a", "b", "c"]
    for key, after in [(one.key, "nosuch"), ("nosuch", ""), (one.key, one.key)]:
        with pytest.raises(GiveUp, match="no longer in the briefing"):
            paper.moved_behind(key, after)


def pinned_from(origin: str, *texts: str) -> list[Item]:
    return [note(text).model_copy(update={"origin": origin}) for text in texts]


def test_what_is_unpinned_comes_back_whole_with_its_words_and_places() -> None:
    first, second, third = pinned_from("a:1", "one", "two", "three")
    paper = Paper().added([first, note("mine"), second, third], {})
    paper = paper.edited(second.key, "Other words.").moved(third.key, -3)
    gone = paper.unpinned("a:1")
    assert words(gone) == ["mine"]
    kept = Paper.model_validate(gone.model_dump(mode="json"))
    assert kept.repinned("a:1").items == paper.items
    assert kept.repinned("a:1").removed == ()
    for nothing in (paper, kept.repinned("a:1"), gone.added(pinned_from("a:1", "x"), {})):
        with pytest.raises(GiveUp, match="brought back"):
            nothing.repinned("a:1")
    assert paper.unpinned("a:2") is paper


def test_only_what_was_unpinned_last_comes_back_and_nothing_that_was_removed_before() -> None:
    first, second = pinned_from("a:1", "one", "two")
    paper = Paper().added([first, second], {}).without(first.key).unpinned("a:1")
    assert words(paper.repinned("a:1")) == ["two"]
    again = paper.added(pinned_from("a:1", "new"), {}).unpinned("a:1")
    assert words(again.repinned("a:1")) == ["new"]
    assert words(again.restored(first.key)) == ["one"]


def test_a_large_answer_can_be_undone_after_other_removals() -> None:
    many = pinned_from("a:1", *(f"item {n}" for n in range(60)))
    notes = [note(f"note {n}") for n in range(REMOVED_KEPT)]
    paper = Paper().added([*many, *notes], {})
    gone = paper.unpinned("a:1")
    for one in notes[:-1]:
        gone = gone.without(one.key)
    assert words(gone.repinned("a:1")) == [*words(paper)[:60], "note 19"]
    gone = gone.without(notes[-1].key)
    with pytest.raises(GiveUp, match="brought back"):
        gone.repinned("a:1")
    assert len(gone.removed) == REMOVED_KEPT
    full = Paper().added([note(str(n)) for n in range(ITEMS_LIMIT - 1)], {}).added(
        pinned_from("a:1", "x"), {}).unpinned("a:1").added([note("y")], {})
    with pytest.raises(GiveUp, match="room for 0"):
        full.repinned("a:1")


def test_a_removed_item_comes_back_to_its_place() -> None:
    paper = sample()
    gone = paper.without(paper.items[2].key)
    assert len(gone.items) == len(paper.items) - 1
    assert gone.restored(paper.items[2].key).items == paper.items
    with pytest.raises(GiveUp, match="brought back"):
        paper.restored(paper.items[2].key)


def test_changed_words_of_a_statement_wait_for_their_check_and_notes_do_not() -> None:
    paper = sample()
    changed = paper.edited(paper.items[1].key, "Other words.").edited(
        paper.items[3].key, "Another note.")
    assert changed.items[1].standing is Standing.CHECKING
    assert changed.items[1].citations == paper.items[1].citations
    assert changed.items[3].standing is Standing.SUPPORTED


def test_an_outcome_for_words_that_have_changed_since_is_dropped() -> None:
    paper = sample()
    key = paper.items[1].key
    changed = paper.edited(key, "First.").edited(key, "Second.")
    assert changed.judged(key, "First.", Standing.SUPPORTED) == changed
    assert changed.judged(key, "Second.", Standing.UNSUPPORTED, "why").items[1].reason == "why"


def test_limits_are_told_and_nothing_is_lost() -> None:
    paper = Paper().added([note("x") for _ in range(ITEMS_LIMIT - 1)], {})
    with pytest.raises(GiveUp, match="there is room for 1"):
        paper.added([note("y"), note("z")], {})
    with pytest.raises(GiveUp, match="Shorten it"):
        paper.titled("x" * 201)
    with pytest.raises(GiveUp, match="no words"):
        paper.edited(paper.items[0].key, "  \n ")


def test_a_pinned_finding_is_a_sentence_with_its_own_copy_of_the_evidence() -> None:
    item = pinned(0)
    assert item.words.startswith("The force has a backlog of digital devices")
    assert item.citations[0].quote.startswith("has a backlog")
    assert item.citations[0].lead_in == "The force:"


def test_a_pinned_answer_keeps_its_sentences_with_their_citations() -> None:
    backend = FakeBackend()
    answer = backend._answer(PHONES, "quotes", NO_CHOICES)
    heading, first, second = pinned_answer(answer, "mark", PHONES)
    assert (heading.kind, heading.words, heading.citations) == (Kind.HEADING, PHONES, ())
    assert [first.words, second.words] == [one.text for one in answer.sentences]
    assert [one.finding_id for one in second.citations] == [answer.citations[1].finding_id]
    assert {one.origin for one in (heading, first, second)} == {"a:mark"}
    assert Paper().added([heading, first, second], {}).unpinned("a:mark").items == ()


def test_every_cell_of_a_comparison_is_under_its_column_and_row() -> None:
    backend = FakeBackend()
    answer = backend._answer(answers.COMPARE, "quotes", NO_CHOICES)
    assert answer.table is not None
    items = pinned_answer(answer, "mark")
    cells = [one for one in answer.sentences if one.cell is not None]
    for cell in cells:
        at = [one.words for one in items].index(cell.text)
        above = next(one for one in reversed(items[:at]) if one.kind is Kind.HEADING)
        assert cell.cell is not None
        assert above.words == (f"{answer.table.columns[cell.cell[1]]}: "
                               f"{answer.table.rows[cell.cell[0]]}")


def test_a_brief_gives_the_briefing_its_title() -> None:
    assert title_of("Brief me on Northamptonshire's investigations.") == \
        "Northamptonshire's investigations"
    assert title_of(GRADE) == "What is the grade for investigating crime"
    assert len(title_of("x" * 999)) == 200

