"""The briefing in a real browser: pinning, ordering, editing, taking away."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest

from tests.browser import answers
from tests.browser.backend import HOSTILE, HOSTILE_TEXT, PHONES
from tests.browser.pinning import ITEM, counted, focused, pin, said, words
from tests.browser.steps import ask, colours, contrast, fits

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 700}}
DARK = {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"}


def test_findings_and_answers_are_pinned_and_unpinned_and_it_is_said(tab: Any) -> None:
    ask(tab, PHONES)
    card = tab.locator("#current .card [data-pin]").first
    card.click()
    counted(tab, 1)
    said(tab, "#announce", "Pinned. The briefing has 1 item.")
    assert card.inner_text() == "Unpin"
    assert card.get_attribute("aria-label").startswith("Unpin finding 1: weakness")
    assert not tab.is_visible("#reader")
    tab.click("#current .pins [data-pin]")
    counted(tab, 4)
    said(tab, "#announce", "Answer pinned as 3 items. The briefing has 4 items.")
    card.press("Enter")
    counted(tab, 3)
    said(tab, "#announce", "Unpinned. The briefing has 3 items.")
    assert card.inner_text() == "Pin"


def test_a_long_list_is_pinned_one_by_one_and_too_long_a_one_is_told(tab: Any) -> None:
    ask(tab, answers.LONG)
    tab.click("#current .more summary")
    pin_ = tab.locator("#current .card.small .pin").nth(3)
    pin_.click()
    counted(tab, 1)
    assert pin_.inner_text() == "Unpin"
    assert pin_.get_attribute("aria-label").startswith("Unpin finding 5")
    tab.click("#current .pins [data-pin]")
    tab.wait_for_selector('.pin-trouble:has-text("A briefing holds 400 items at most")')
    counted(tab, 1)


def test_what_is_pinned_is_there_after_the_page_is_loaded_again(tab: Any) -> None:
    pin(tab)
    tab.reload()
    tab.wait_for_selector(ITEM)
    counted(tab, 3)
    assert words(tab)[0] == PHONES


def test_an_empty_briefing_says_how_to_begin(tab: Any) -> None:
    tab.click(".views a[data-view=briefing]")
    tab.wait_for_selector("#briefing-empty:not([hidden])")
    assert "Pin this answer" in tab.inner_text("#briefing-empty")
    assert not tab.is_visible("#briefing-exports")
    assert tab.evaluate("document.activeElement.id") == "briefing-heading"


def test_items_are_moved_with_the_keyboard_and_the_focus_goes_with_them(tab: Any) -> None:
    pin(tab)
    first, second, third = words(tab)
    button = tab.locator(f"{ITEM} [data-do=up]").nth(2)
    button.focus()
    tab.keyboard.press("Enter")
    said(tab, "#briefing-said", "Moved to place 2 of 3.")
    assert words(tab) == [first, third, second]
    assert focused(tab).startswith("Move up: Inspectors asked it")
    assert tab.eval_on_selector_all(f"{ITEM} .ref", "all => all.map((one) => one.textContent)") \
        == ["[1]", "[2]"]
    assert "The force should improve" in tab.inner_text(".references li >> nth=0")
    tab.keyboard.press("Enter")
    said(tab, "#briefing-said", "Moved to place 1 of 3.")
    assert tab.evaluate("document.activeElement.getAttribute('aria-disabled')") == "true"


def test_changed_words_are_checked_and_marked_while_the_page_goes_on(tab: Any) -> None:
    pin(tab)
    tab.click(f"{ITEM} >> nth=1 >> [data-do=edit]")
    tab.fill("#briefing-items textarea", "The force has no backlog of digital devices.")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector(f"{ITEM}.unsupported")
    assert "The reports don’t support this: " in tab.inner_text(f"{ITEM}.unsupported .flag")
    assert tab.inner_text(f"{ITEM}.unsupported .words").startswith("The force has no backlog")
    tab.click(f"{ITEM}.unsupported [data-do=edit]")
    tab.fill("#briefing-items textarea", "A backlog of digital devices awaiting examination is "
                                         "delaying investigations.")
    tab.click("#briefing-items form [type=submit]")
    tab.wait_for_selector(f"{ITEM}.supported .flag.supported")
    assert focused(tab).startswith("Edit: A backlog")


def test_escape_leaves_the_words_and_leaving_the_form_keeps_them(tab: Any) -> None:
    pin(tab)
    was = words(tab)
    tab.click(f"{ITEM} >> nth=0 >> [data-do=edit]")
    tab.fill("#briefing-items textarea", "Thrown away")
    tab.keyboard.press("Escape")
    assert words(tab) == was
    tab.click(f"{ITEM} >> nth=0 >> [data-do=edit]")
    tab.fill("#briefing-items textarea", "Kept on leaving")
    tab.focus("#briefing-title")
    tab.wait_for_selector(f'{ITEM} h4:text-is("Kept on leaving")')


def test_a_removed_item_is_brought_back_by_undo(tab: Any) -> None:
    pin(tab)
    was = words(tab)
    tab.click(f"{ITEM} >> nth=1 >> [data-do=remove]")
    counted(tab, 2)
    assert focused(tab) == "Undo"
    tab.keyboard.press("Enter")
    counted(tab, 3)
    assert words(tab) == was


def test_headings_and_notes_are_added_and_title_and_introduction_save_themselves(tab: Any) -> None:
    pin(tab)
    tab.click("[data-do=heading_add]")
    tab.keyboard.type("Digital evidence")
    tab.select_option("#briefing-view form select", label=f"Before: {PHONES}")
    tab.click("#briefing-view form [type=submit]")
    tab.wait_for_selector(f'{ITEM} h4:text-is("Digital evidence")')
    tab.click("[data-do=note_add]")
    tab.keyboard.type("Ask about the new unit.")
    tab.click("#briefing-view form [type=submit]")
    tab.wait_for_selector(f"{ITEM}.note")
    assert words(tab)[0] == "Digital evidence"
    assert words(tab)[-1] == "Ask about the new unit."
    assert "Author’s note" in tab.inner_text(f"{ITEM}.note")
    tab.fill("#briefing-title", "Meeting, 12 May")
    tab.fill("#briefing-introduction", "For the panel.")
    said(tab, "#briefing-saved", "Saved.")
    tab.reload()
    tab.wait_for_selector(ITEM)
    assert tab.input_value("#briefing-title") == "Meeting, 12 May"
    assert tab.input_value("#briefing-introduction") == "For the panel."


def test_a_reference_opens_the_report_at_its_finding(tab: Any) -> None:
    pin(tab)
    tab.click(f"{ITEM} .ref >> nth=0")
    tab.wait_for_selector("#briefing-report mark")
    marked = tab.eval_on_selector_all("#briefing-report mark",
                                      "all => all.map((one) => one.textContent).join('')")
    assert marked.startswith("has a backlog of digital devices")
    box = tab.locator("#briefing-report mark").first.bounding_box()
    assert 0 < box["y"] < 860
    tab.keyboard.press("Escape")
    assert focused(tab).startswith("Reference 1: Northamptonshire PEEL 2017")


def test_a_reference_to_a_report_that_is_gone_says_so(backend: Any, tab: Any) -> None:
    pin(tab)
    backend.kept.clear()
    tab.click(".references [data-ref] >> nth=0")
    tab.wait_for_selector('#briefing-report-place:has-text("no longer in the library")')
    assert tab.inner_text("#briefing-trouble") == ""


def test_a_brief_is_made_into_a_briefing_whole(tab: Any) -> None:
    pin(tab)
    tab.click(".views a[data-view=ask]")
    ask(tab, answers.BRIEF)
    tab.click("#current [data-brief]")
    tab.wait_for_selector("body[data-view=briefing] #briefings")
    tab.wait_for_function("document.querySelector('#briefing-title').value !== ''")
    assert PHONES not in words(tab)
    tab.click("#briefings summary")
    assert tab.locator("#briefings li").count() == 2
    tab.click('#briefings [data-do=open]:not([aria-current])')
    tab.wait_for_selector(f'{ITEM} h4:text-is("{PHONES}")')


def test_briefings_are_begun_deleted_and_brought_back(tab: Any) -> None:
    pin(tab)
    tab.fill("#briefing-title", "First")
    tab.click("[data-do=new]")
    tab.wait_for_selector("#briefing-empty:not([hidden])")
    assert tab.evaluate("document.activeElement.id") == "briefing-title"
    assert tab.input_value("#briefing-title") == ""
    tab.click("#briefings summary")
    tab.click('#briefings [aria-label="Delete the briefing “First”"]')
    tab.wait_for_selector('.deleted:has-text("“First” has been deleted.")')
    assert focused(tab) == "Undo"
    tab.keyboard.press("Enter")
    tab.wait_for_selector(ITEM)
    assert tab.input_value("#briefing-title") == "First"


def test_files_are_downloaded_and_hold_the_briefing(tab: Any, tmp_path: Path) -> None:
    pin(tab)
    tab.fill("#briefing-title", "Phones: 12 May")
    said(tab, "#briefing-saved", "Saved.")
    content = {}
    for ending in ("docx", "pdf", "md"):
        with tab.expect_download() as coming:
            tab.click(f"[data-format={ending}]")
        assert coming.value.suggested_filename == f"Phones 12 May.{ending}"
        coming.value.save_as(tmp_path / ending)
        content[ending] = (tmp_path / ending).read_bytes()
    text = [one.text for one in docx.Document(io.BytesIO(content["docx"])).paragraphs]
    assert text[:2] == ["Phones: 12 May", PHONES]
    assert pypdfium2.PdfDocument(content["pdf"]).get_metadata_dict()["Title"] == "Phones: 12 May"
    assert content["md"].decode().startswith("# Phones: 12 May")


def test_it_is_copied_with_and_without_formatting(tab: Any) -> None:
    pin(tab)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.click("[data-do=copy]")
    said(tab, "#briefing-saved",
         "The briefing has been copied, with formatting and as plain text.")
    copied = tab.evaluate("""async () => {
        const [item] = await navigator.clipboard.read();
        const text = async (type) => (await item.getType(type)).text();
        return [await text("text/html"), await text("text/plain")];
    }""")
    assert f"<h2>{PHONES}</h2>" in copied[0]
    assert "[1] Northamptonshire PEEL 2017" in copied[1]


@pytest.mark.parametrize("tab", [PHONE], indirect=True)
def test_it_fits_a_narrow_page_with_hostile_text_and_long_words(tab: Any) -> None:
    pin(tab, HOSTILE, 2)
    assert HOSTILE_TEXT[:40] in words(tab)[1]
    tab.click("[data-do=note_add]")
    tab.keyboard.type("x" * 300)
    tab.click("#briefing-view form [type=submit]")
    tab.wait_for_selector(f"{ITEM}.note")
    assert fits(tab)
    assert tab.title() == "Briefing · Findings"
    small = tab.evaluate("""[...document.querySelectorAll('#briefing-view button')]
        .map((one) => one.getBoundingClientRect()).filter((one) => one.height)
        .filter((one) => one.height < 24 || one.width < 24).length""")
    assert small == 0
    tab.click(f"{ITEM} .ref >> nth=0")
    tab.wait_for_selector("#briefing-report mark")
    assert fits(tab)


@pytest.mark.parametrize("tab", [DARK, {"viewport": DARK["viewport"]}], indirect=True,
                         ids=["dark", "light"])
def test_words_can_be_read_in_light_and_dark(tab: Any) -> None:
    pin(tab)
    tab.click(f"{ITEM} >> nth=1 >> [data-do=edit]")
    tab.fill("#briefing-items textarea", "The force has no backlog of digital devices.")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector(f"{ITEM}.unsupported")
    for part in (f"{ITEM} .words", f"{ITEM} h4", f"{ITEM} .flag", f"{ITEM} .link", f"{ITEM} .ref",
                 ".references p", ".references .number", "#briefing-credits p", "#briefing-title",
                 "#briefing-frame .hint"):
        assert contrast(*colours(tab, part)) >= 4.5, part


def test_on_paper_there_is_the_briefing_and_nothing_else(tab: Any) -> None:
    pin(tab)
    tab.fill("#briefing-title", "Meeting")
    said(tab, "#briefing-saved", "Saved.")
    tab.emulate_media(media="print")
    assert tab.is_visible("#briefing-name:text-is('Meeting')")
    assert tab.is_visible(".references li >> nth=1")
    for gone in (".views", ".masthead", ".foot", "#briefing-title", f"{ITEM} .tools",
                 "#briefing-exports", "#briefing-add", ".references .link"):
        assert not tab.locator(gone).first.is_visible(), gone
