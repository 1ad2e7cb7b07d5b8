"""What a saved web page holds besides its report: navigation, banners, notices, links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_DROPPED = frozenset((
    "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "iframe",
    "object", "embed", "svg", "canvas", "button", "select", "input", "textarea", "video", "audio",
    "head", "map", "dialog", "math"))
_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "dialog",
                    "alert", "alertdialog", "menu", "menubar", "toolbar", "tooltip"))
# Whole words of a class or id: "site-header" and "cookie__bar", but not "navy" or "shareholder".
_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|nav|navbar|navigation|menu|sidebar|share"
    r"|sharing|social|skip|skiplink|skip-link|site-header|page-header-bar|masthead|site-footer"
    r"|footer|related|pagination|pager|newsletter|subscribe|search|modal|popup|banner|advert|ads"
    r"|promo|toolbar|feedback|survey|back-to-top|print|toc|table-of-contents|contents-list"
    r"|screen-reader-text|sr-only|visually-hidden|announcement|notice-bar|alert-bar)"
    r"(?:$|[\s_-])", re.IGNORECASE)
_WORDS = re.compile(
    r"(?:skip to (?:the )?(?:main )?(?:content|navigation)|(?:back|return) to (?:the )?(?:top|home)"
    r"(?: of page)?|print (?:this )?page|share (?:this )?(?:page|article|on .{3,20})|contents"
    r"|(?:previous|next)(?: page)?|read more|home|menu|search|close|download(?: .{3,60})?"
    r"|view (?:the )?(?:full )?(?:report|page)s?.{0,40}|get the report.{0,40}|on this page"
    r"|accept (?:all )?(?:cookies)?|contact (?:us|hm?i?\w* .{3,60}|the .{3,60}|.{3,40})"
    r"|.{0,20}(?:opens in a new (?:tab|window)).{0,5})[.:»›>]?$", re.IGNORECASE)
_CONTAINERS = ("//main", "//*[@role='main']", "//article", "//*[@id='content']",
               "//*[@id='main-content']", "//*[contains(concat(' ', @class, ' '), "
               "' entry-content ')]")
_UNTAKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MOST = 0.6
_CONTAINED = 0.3


def main_part(root: Any) -> Any:
    """The element that holds the page's own content; the body where no element is marked."""
    body = root.find(".//body")
    body = root if body is None else body
    whole = letters(body)
    for path in _CONTAINERS:
        found = root.xpath(path)
        if found:
            best = max(found, key=letters)
            if letters(best) >= _CONTAINED * whole and (
                    len(found) == 1 or letters(best) >= 0.8 * sum(map(letters, found))):
                return best
    return body


def strip(root: Any, main: Any) -> None:
    """Take out of ``main`` what is no content. An element that holds most of it stays, whatever
    it is called."""
    from lxml import etree

    # Of broken markup the parser makes parts that its own walk from the root does not come to.
    for tree in (root, main):
        etree.strip_elements(tree, etree.Comment, etree.ProcessingInstruction, with_tail=False)
        for element in tree.iter():
            # Characters that no tree takes back once they are read from it.
            if element.text and _UNTAKEN.search(element.text):
                element.text = _UNTAKEN.sub(" ", element.text)
            if element.tail and _UNTAKEN.search(element.tail):
                element.tail = _UNTAKEN.sub(" ", element.tail)
    whole = letters(main)
    for element in list(main.iter()):
        if element is main or not isinstance(element.tag, str):
            continue
        if element.tag == "button" and element.xpath("ancestor::h2|ancestor::h3|ancestor::h4"):
            # An accordion's heading is a button that opens what lies under it.
            element.drop_tag()
        elif element.tag in _DROPPED or (_is_furniture(element)
                                       and letters(element) <= _MOST * whole):
            element.drop_tree()
    for element in list(main.iter("ul", "ol", "div", "p")):
        if element is not main and _is_links(element):
            element.drop_tree()


def letters(element: Any) -> int:
    """How much text an element holds, scripts and styles left out."""
    return sum(len(text.strip()) for text in element.xpath(
        ".//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"))


def is_furniture_line(text: str) -> bool:
    """Whether a line of its own is a page's furniture: "Skip to content", "Contact us"."""
    return len(text) <= 100 and bool(_WORDS.match(text))


def _is_furniture(element: Any) -> bool:
    if (element.get("role") or "").lower() in _ROLES:
        return True
    if element.tag == "header":
        return not element.xpath(".//h1")
    if element.tag in ("body", "main", "article", "td", "tr", "table", "h1", "h2", "h3"):
        return False
    return any(_CLASSES.search(element.get(name) or "") for name in ("class", "id"))


def _is_links(element: Any) -> bool:
    """Whether an element is a list of links and nothing else, such as a page's contents."""
    links: Iterable[Any] = list(element.iter("a"))
    linked = sum(letters(link) for link in links)
    many = len(list(links)) >= 3 and element.tag in ("ul", "ol", "div")
    alone = element.tag == "p" and is_furniture_line(" ".join(element.text_content().split()))
    return bool(linked) and (many or alone) and linked >= 0.9 * letters(element)
