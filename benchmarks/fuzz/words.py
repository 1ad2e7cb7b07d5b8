"""Changes of bytes and of text: what every format's inputs are changed by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

_LINE = "\n"
_COMMON = (b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n", b"\r", b"\x0b", b"\x0c",
           "\u2028".encode(), "\u202e".encode(), "\u200b".encode(), "\ufdfa".encode(),
           "İ".encode(), "ß".encode(), "ﬁ".encode(), "e\u0301".encode(), "\u0660".encode(),
           "²".encode(), "①".encode(), b"\xed\xa0\x80", "\U0001f600".encode(), "’".encode(),
           b"2016/17", b"0", b"-1", b"9" * 30, b"(a)", b"1.", b"1.1.1 ", b"\t", b" " * 40)
_PHRASES = (b"Good", b"Outstanding", b"Requires improvement", b"Inadequate", b"Not graded",
            b"Areas for improvement", b"Cause of concern", b"Recommendations",
            b"Innovative practice", b"Our judgments", b"Effectiveness", b"The force:",
            b"We found that the force:", b"The force is good at ", b"Overall summary",
            b"Published on 31 February 2019", b"PEEL 2018/19", b"Kent Police",
            b"How effective is the force at investigating crime?",
            b"Summary of our findings", b"as graded in 2014", b"; and", b"; or", b".", b"?")
TEXT = (*_COMMON, *_PHRASES, b"- ", "• ".encode(), "– ".encode(), b"===", b"---", b"# ", b"**",
        b"__", b"| a | b |", b"iv. ")
MARKDOWN = (*TEXT, b"[a](b)", b"![a](b)", b"`", b"```", b"~~~", b"> ", b"    ", b"|---|---|",
            b"<!--", b"-->", b"<script>", b"&nbsp;", b"&#0;", b"&#x110000;", b"\\", b"---\na: b\n")
HTML = (*_COMMON, *_PHRASES, b"<", b">", b"<p>", b"</p>", b"<ul><li>", b"</li></ul>", b"<ol",
        b' start="\xc2\xb2"', b' start="-5"', b' type="a"', b"<table><tr><td>",
        b' colspan="99999999999"', "colspan=\"\u00b2\"".encode(), b"<h2>", b"</h2>", b"<br>",
        b"<strong>", b"<sup>1</sup>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<svg>", b"<math>",
        b"<template>", b"<main>", b"</main>", b"<article>", b' hidden', b' style="display:none"',
        b' style="color:#fff"', b"<details><summary>", b"<script>", b"<style>", b"&amp;",
        b"&#xD800;", b"<meta charset=utf-16>", b"<?xml version='1.0' encoding='utf-7'?>",
        b"<base href='//'>", b"<frameset>", b"<dl><dt>", b"<caption>", b"<thead>", b"<li value=x>")
JSON = (*_COMMON, b"{", b"}", b"[", b"]", b'"', b":", b",", b"null", b"true", b"1e999", b"NaN",
        b"-Infinity", b'"\\ud800"', b'"id"', b'"text"', b'"title"', b'"metadata"', b'"year"',
        b'"section"', b"1" * 5000, b"[" * 3000, b"2017.0", "\"\u0662\u0660\u0661\u0667\"".encode(),
        b'""', b'[""]', b"{}", b'"\\u0000"', b'" "')
WORD = (*_COMMON, *_PHRASES, b"<w:p>", b"</w:p>", b"<w:r>", b"</w:r>", b"<w:t>", b"</w:t>",
        b"<w:tbl>", b"<w:tr>", b"<w:tc>", b"<w:br/>", b"<w:tab/>", b"<w:del>", b"<w:ins>",
        b"<w:vanish/>", b"<w:sdt>", b"<w:numPr>", b'<w:ilvl w:val="99"/>', b'w:val="-1"',
        b'w:val="x"', b'w:val=""', "w:val=\"\u00b2\"".encode(), b"<w:gridSpan w:val='1000000'/>",
        b"<w:vMerge/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b'<w:basedOn w:val="Normal"/>',
        b"<w:outlineLvl w:val='12'/>")
PDF = (*_COMMON, b" 0 R", b"obj", b"endobj", b"stream", b"endstream", b"<<", b">>", b"[", b"]",
       b"(", b")", b"/Type", b"/Page", b"/Pages", b"/Kids", b"/Parent", b"/Contents", b"/Font",
       b"/MediaBox", b"/Rotate 90", b"/Length 99999", b"BT", b"ET", b"Tj", b"TJ", b"Tm", b"Td",
       b"Tf", b" 3 Tr ", b"cm", b"q", b"Q", b"re f", b"1e38", b"-1e38", b"nan", b"0 0 0 0 re",
       b"/Filter /FlateDecode", b"xref", b"trailer", b"startxref", b"%%EOF", b"/Encrypt")


def changed(content: bytes, drawn: Random, words: Sequence[bytes],
            others: Sequence[bytes]) -> bytes:
    """A few changes of bytes: cut, doubled, replaced, a word put in, a part of another input."""
    data = bytearray(content)
    for _ in range(1 << drawn.randrange(4)):
        start = drawn.randrange(len(data) + 1)
        length = min(1 << drawn.randrange(9), len(data) - start)
        end = start + length
        match drawn.randrange(8):
            case 0:
                del data[start:end]
            case 1:
                data[start:start] = data[start:end]
            case 2 if length:
                data[drawn.randrange(start, end)] = drawn.randrange(256)
            case 3 if length:
                data[drawn.randrange(start, end)] ^= 1 << drawn.randrange(8)
            case 4:
                other = drawn.choice(others)
                begin = drawn.randrange(len(other) + 1)
                data[start:end] = other[begin:begin + length]
            case 5:
                data[start:end] = drawn.choice(words)
            case 6:
                data[start:start] = drawn.choice(words) * (1 << drawn.randrange(4))
            case _:
                data[start:start] = drawn.choice(words)
    return bytes(data)


def lines_moved(content: bytes, drawn: Random) -> bytes:
    """Lines in another order, doubled, joined, cut, indented, or with a blank line between."""
    lines = content.decode("utf-8", "surrogateescape").split(_LINE)
    for _ in range(drawn.randint(1, 4)):
        place = drawn.randrange(len(lines))
        match drawn.randrange(7):
            case 0:
                lines.insert(drawn.randrange(len(lines)), lines[place])
            case 1 if len(lines) > 1:
                del lines[place]
            case 2:
                lines.insert(place, "")
            case 3:
                lines[place] = " " * drawn.randrange(9) + lines[place]
            case 4 if place + 1 < len(lines):
                lines[place] += lines.pop(place + 1)
            case 5:
                parts = lines[place].split(" ")
                drawn.shuffle(parts)
                lines[place] = " ".join(parts)
            case _:
                cut = drawn.randrange(len(lines[place]) + 1)
                lines[place:place + 1] = [lines[place][:cut], lines[place][cut:]]
    return _LINE.join(lines).encode("utf-8", "surrogateescape")


_TAG = re.compile(rb"(<[^<>]*>)")


def elements_moved(content: bytes, drawn: Random) -> bytes:
    """Tags and the text between them doubled, moved, left out, or nested in one another."""
    parts = [part for part in _TAG.split(content) if part]
    if not parts:
        return content
    for _ in range(drawn.randint(1, 5)):
        place, other = drawn.randrange(len(parts)), drawn.randrange(len(parts))
        match drawn.randrange(6):
            case 0 if len(parts) > 1:
                del parts[place]
            case 1:
                parts.insert(other, parts[place])
            case 2:
                parts[place], parts[other] = parts[other], parts[place]
            case 3:
                begin, end = sorted((place, min(other, place + 12)))
                parts[other:other] = parts[begin:end]
            case 4:
                parts[place] = parts[place] * (1 << drawn.randrange(7))
            case _:
                parts[place] = re.sub(rb"\w+", drawn.choice(parts).strip(b"<>/ ")[:20].replace(
                    b"\\", b""), parts[place], count=1)
    return b"".join(parts)
