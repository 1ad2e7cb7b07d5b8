"""One description of a report into plain text, Markdown, a web page, a Word file and a PDF."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from pathlib import Path

from tests.corpus.contents import Item, b, h, p
from tests.corpus.printer import Layout, Printed, printed

ENDINGS = (".txt", ".md", ".html", ".docx", ".pdf")


def write(folder: Path, name: str, items: Sequence[Item], ending: str) -> Path:
    """A report in the format that the ending names, as ``folder/name.ending``."""
    path = folder / f"{name}{ending}"
    if ending == ".docx":
        path.write_bytes(word_of(items))
    elif ending == ".pdf":
        path.write_bytes(pdf_of(items).content)
    else:
        made = {".txt": text_of, ".md": markdown_of, ".html": page_of}[ending]
        path.write_text(made(items), "utf-8")
    return path


def rows_of(item: Item) -> list[str]:
    """A table's rows as they read."""
    head, *rows = item.rows
    return ["; ".join(f"{name}: {cell}" for name, cell in zip(head, row, strict=True))
            for row in rows]


def text_of(items: Sequence[Item]) -> str:
    """Plain text: a line for each block."""
    lines: list[str] = []
    number = 0
    for item in items:
        number = number + 1 if item.kind == "number" else 0
        if item.kind == "table":
            lines += [f"- {row}" for row in rows_of(item)]
        else:
            before = {"bullet": "  " * item.level + "- ", "number": f"{number}. "}
            lines.append(before.get(item.kind, "") + item.text)
    return "\n".join(lines) + "\n"


def markdown_of(items: Sequence[Item]) -> str:
    parts: list[str] = []
    number, previous = 0, ""
    for item in items:
        number = number + 1 if item.kind == "number" else 0
        listed = item.kind in ("bullet", "number")
        if not (listed and item.kind == previous):
            parts.append("")
        if item.kind == "heading":
            parts.append(f"{'#' * item.level} {item.text}")
        elif item.kind == "table":
            head, *rows = item.rows
            parts += [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
        elif listed:
            marker = "*" if item.kind == "bullet" else f"{number}."
            parts.append(f"{'  ' * item.level}{marker} {item.text}")
        else:
            parts.append(f"**{item.text}**" if item.strong else item.text)
        previous = item.kind
    return "\n".join(parts).strip() + "\n"


_HEAD = """<!-- saved from url=(0057)https://example.org/publications/report/?utm=1 -->
<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>{title} - Example Inspectorate</title>
<link rel="canonical" href="https://example.org/publications/report/?from=search">
<meta property="article:published_time" content="2022-09-21T00:01:00+01:00">
<script>document.write("<p>The force is inadequate at everything.</p>")</script>
<style>p {{ color: white }}</style></head>
<body class="page-template has-banner"><a class="skip-link" href="#main">Skip to content</a>
<div id="cookie-banner" role="dialog"><p>We use cookies on this website.</p>
<button>Accept all cookies</button></div>
<header class="site-header"><div>Example Inspectorate</div><nav aria-label="Main"><ul>
<li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/r">Reports</a></li>
</ul></nav></header>
<div class="banner-notice notice-bar"><p>Take part in our consultation on inspection.</p></div>
<div class="wrapper"><nav class="breadcrumbs"><a href="/">Home</a> &gt; <span>Report</span></nav>
<main id="main"><!-- The force is outstanding. --><article class="report">
<noscript><p>Please switch JavaScript on.</p></noscript>
"""
_FOOT = """
<div class="share-links"><h3>Share this page</h3><p>Share on social media</p></div>
<p><a href="mailto:hmi@example.org">Contact HMI Jo Bloggs</a></p>
</article><aside class="related"><h2>Related reports</h2><ul><li><a href="/a">Another</a></li>
</ul></aside></main></div>
<footer><h2>Contact us</h2><p>Example Inspectorate, 1 High Street</p></footer>
<script src="https://example.org/track.js"></script></body></html>
"""


def page_of(items: Sequence[Item]) -> str:
    """A web page as a browser saves it, with the site's furniture around the report."""
    title = next(item.text for item in items if item.kind == "heading")
    return _HEAD.format(title=html.escape(title)) + "\n".join(_elements(items)) + _FOOT


def _elements(items: Sequence[Item]) -> list[str]:
    parts: list[str] = []
    open_lists: list[str] = []
    for item in items:
        text = html.escape(item.text)
        wanted = {"bullet": ["ul"] * (item.level + 1), "number": ["ol"]}.get(item.kind, [])
        while open_lists and open_lists != wanted[:len(open_lists)]:
            parts.append(f"</li></{open_lists.pop()}>")
        if wanted and open_lists == wanted:
            parts.append("</li>")
        while len(open_lists) < len(wanted):
            open_lists.append(wanted[len(open_lists)])
            parts.append(f"<{open_lists[-1]}>")
        if wanted:
            parts.append(f"<li>{text}")
        elif item.kind == "heading":
            parts.append(f"<h{item.level}>{text}</h{item.level}>")
        elif item.kind == "table":
            head, *rows = item.rows
            parts.append("<table><thead>" + _row(head, "th") + "</thead><tbody>"
                         + "".join(_row(row, "td") for row in rows) + "</tbody></table>")
        elif item.hidden:
            parts.append(f'<p style="color: #ffffff">{text}</p>')
        else:
            parts.append(f"<p><strong>{text}</strong></p>" if item.strong else f"<p>{text}</p>")
    parts += [f"</li></{name}>" for name in reversed(open_lists)]
    return parts


def _row(cells: Sequence[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"


def word_of(items: Sequence[Item]) -> bytes:
    """A Word file with the usual styles, a header and a footer."""
    import docx
    from docx.shared import RGBColor

    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "Example Inspectorate"
    made.sections[0].footer.paragraphs[0].text = "Page 1"
    for item in items:
        if item.kind == "heading":
            made.add_heading(item.text, item.level - 1)
        elif item.kind == "table":
            table = made.add_table(0, len(item.rows[0]))
            for row in item.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif item.kind in ("bullet", "number"):
            style = "List Bullet" if item.kind == "bullet" else "List Number"
            made.add_paragraph(item.text, style + (f" {item.level + 1}" if item.level else ""))
        else:
            run = made.add_paragraph().add_run(item.text)
            run.bold = item.strong
            if item.hidden:
                run.font.color.rgb = RGBColor(255, 255, 255)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def pdf_of(items: Sequence[Item], layout: Layout | None = None) -> Printed:
    """A PDF, each main section on a page of its own, and the page of each block."""
    return printed(items, layout or Layout())


def long_report(sections: int, name: str = "Kent Police", cycle: str = "2021/22",
                offset: int = 0) -> list[Item]:
    """A report of many sections, each with ten findings that differ by their numbers."""
    items = [h(1, f"PEEL {cycle}: An inspection of {name}")]
    for section in range(sections):
        number = section + offset
        items += [h(2, f"Area {section + 1} of policing"),
                  p(f"{name} is good at this. It handled {number + 40} cases in ward "
                    f"{section + 1}. Officers there know their communities. They met "
                    f"{number + 3} times in the year, and residents took part."),
                  h(3, "Areas for improvement"),
                  b(f"The force should review the {number + 12} cases of ward {section + 1}."),
                  b(f"The force should train {number + 5} supervisors there."),
                  h(3, "How the force works with its residents"),
                  p("We found that the force:"),
                  b(f"answers {number % 30 + 60} percent of its calls in time;"),
                  b(f"holds {number + 2} meetings a month; and"),
                  b("listens to what residents say."),
                  p(f"It plans to visit {number + 7} schools in the coming year.")]
    return items
