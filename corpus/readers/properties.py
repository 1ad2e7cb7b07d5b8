"""What a web page's head says of it: title, address and day of publication."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

_TITLES = ("og:title", "dc.title", "dcterms.title", "citation_title")
_DATES = ("article:published_time", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date",
          "datepublished", "citation_publication_date", "govuk:first-published-at", "date")
_ADDRESSES = ("og:url", "dc.identifier", "dcterms.identifier")
_DAY = re.compile(r"((?:19|20)\d\d)[-/](0[1-9]|1[0-2])[-/](0[1-9]|[12]\d|3[01])(?!\d)")
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S{5,500})")
_LONGEST = 300


def of_page(root: Any) -> dict[str, str]:
    """``title``, ``url`` and ``published`` as far as the page states them."""
    stated: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        content = " ".join((meta.get("content") or "").split())
        if name and content:
            stated.setdefault(name, content)
    found: dict[str, str] = {}
    heading = next((" ".join(title.text_content().split()) for title in root.iter("title")
                    if title.getparent() is not None and title.getparent().tag == "head"), "")
    if title := next((stated[name] for name in _TITLES if name in stated), heading):
        found["title"] = title[:_LONGEST]
    links = [link.get("href") or "" for link in root.iter("link")
             if "canonical" in (link.get("rel") or "").lower().split()]
    addresses = [*links, *(stated[name] for name in _ADDRESSES if name in stated)]
    for comment in root.xpath("/comment()|/html/preceding-sibling::comment()"):
        if saved := _SAVED_FROM.search(comment.text or ""):
            addresses.append(saved[1])
    if url := next((address for address in map(_address, addresses) if address), None):
        found["url"] = url
    for name in _DATES:
        if day := _DAY.match(stated.get(name, "")):
            found["published"] = "-".join(day.groups())
            break
    return found


def _address(address: str) -> str | None:
    """A web address without its query, None for anything else."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or len(address) > _LONGEST:
        return None
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
