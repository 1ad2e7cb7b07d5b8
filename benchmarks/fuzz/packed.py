"""Changes inside what has a structure of its own: the parts of a Word file, the objects of a PDF,
the values of a line of JSON."""

from __future__ import annotations

import copy
import io
import json
import re
import zipfile
import zlib
from random import Random
from typing import Any

from lxml import etree

from benchmarks.fuzz import seeds, words

_OBJECT = re.compile(rb"\d+ 0 obj\b.*?endobj", re.DOTALL)
_STREAM = re.compile(rb"(stream\r?\n)(.*?)(\r?\nendstream)", re.DOTALL)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_NUMBERS = (b"0", b"1", b"-1", b"2", b"255", b"65536", b"2147483648", b"-99999999999", b"0.00001",
            b"1e40", b"595")
_MOST_ELEMENTS = 400
_VALUES = ("", "0", "-1", "99", "1000000", "x", "\u00b2", "true", "FFFFFF", "auto", "Heading 1",
           "ListBullet", "\u202e", "Good", "Areas for improvement", "The force:", "\n", "1.1 A")
_KEYS = ("id", "title", "text", "metadata", "year", "force", "section", "url", "cycle", "other")
_JSON_VALUES: tuple[Any, ...] = (
    None, "", " ", "x", "\u202e", "\ud800", "\x00", 0, -1, 2017, "2017", "\u0662\u0660\u0661\u0667",
    1e308, True, [], [""], ["a", None], [["a"]], {}, {"a": {}}, "x" * 500, " a ", "p1")
_WEIGHTS = {"word/document.xml": 6, "word/styles.xml": 2, "word/numbering.xml": 2}


def part_changed(content: bytes, drawn: Random) -> bytes:
    """A Word file with one of its XML parts changed; bytes where it is no zip archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError,
            RuntimeError):
        return words.changed(content, drawn, words.WORD, [content])
    if not parts:
        return content
    names = list(parts)
    name, = drawn.choices(names, [_WEIGHTS.get(one, 1) for one in names])
    if drawn.random() < 0.03:
        del parts[name]
    elif drawn.random() < 0.9:
        parts[name] = _elements_changed(parts[name], drawn)
    else:
        parts[name] = words.changed(parts[name], drawn, words.WORD, list(parts.values()))
    compression = zipfile.ZIP_DEFLATED if drawn.random() < 0.1 else zipfile.ZIP_STORED
    return seeds.zipped(parts, compression)


def _elements_changed(content: bytes, drawn: Random) -> bytes:
    """XML that stays well formed: elements doubled, moved, left out, wrapped, with other values."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    except (etree.XMLSyntaxError, ValueError):
        return words.elements_moved(content, drawn)
    for _ in range(drawn.randint(1, 4)):
        every = [one for one in root.iter() if isinstance(one.tag, str)]
        one, other = drawn.choice(every), drawn.choice(every)
        parent = one.getparent()
        match drawn.randrange(6):
            case 0 if parent is not None:
                parent.remove(one)
            case 1 if len(every) < _MOST_ELEMENTS:
                other.append(copy.deepcopy(one))
            case 2 if parent is not None and len(every) < _MOST_ELEMENTS:
                place = parent.index(one)
                parent[place:place] = [copy.deepcopy(other) for _ in range(drawn.randint(1, 4))]
            case 3:
                one.tag = other.tag
            case 4 if one.attrib:
                key = drawn.choice(list(one.attrib))
                one.attrib[key] = drawn.choice((*_VALUES, *other.attrib.values()))
            case _:
                one.text = drawn.choice((*_VALUES, other.text))
    return bytes(etree.tostring(root))


def values_changed(content: bytes, drawn: Random) -> bytes:
    """Passages with a value of another type, left out, doubled or under another name."""
    lines = content.split(b"\n")
    place = drawn.randrange(len(lines))
    try:
        row = json.loads(lines[place])
    except (ValueError, RecursionError):
        return words.lines_moved(content, drawn)
    if not isinstance(row, dict) or not row:
        return words.lines_moved(content, drawn)
    inside = row.get("metadata")
    held = inside if isinstance(inside, dict) and inside and drawn.random() < 0.6 else row
    key = drawn.choice(list(held))
    match drawn.randrange(4):
        case 0:
            del held[key]
        case 1:
            held[drawn.choice(_KEYS)] = held[key]
        case _:
            held[key] = drawn.choice(_JSON_VALUES)
    lines[place] = json.dumps(row).encode()
    return b"\n".join(lines)


def object_changed(content: bytes, drawn: Random) -> bytes:
    """A PDF with objects changed, doubled or left out, or a stream's own text changed."""
    found = list(_OBJECT.finditer(content))
    if not found:
        return words.changed(content, drawn, words.PDF, [content])
    one, other = drawn.choice(found), drawn.choice(found)
    match drawn.randrange(6):
        case 0:
            made = b""
        case 1:
            head = one[0].split(b"obj", 1)[0]
            made = head + b"obj" + other[0].split(b"obj", 1)[1]
        case 2:
            made = one[0] + b"\n" + other[0]
        case 3:
            made = _renumbered(one[0], drawn)
        case _:
            made = _STREAM.sub(lambda m: m[1] + _restreamed(m[2], drawn) + m[3], one[0], count=1)
            if made == one[0]:
                made = words.changed(one[0], drawn, words.PDF, [other[0]])
    return content[:one.start()] + made + content[one.end():]


def _renumbered(content: bytes, drawn: Random) -> bytes:
    numbers = list(_NUMBER.finditer(content))[2:]
    if not numbers:
        return content
    one = drawn.choice(numbers)
    return content[:one.start()] + drawn.choice(_NUMBERS) + content[one.end():]


def _restreamed(content: bytes, drawn: Random) -> bytes:
    """A stream's text changed: in the clear, or inflated and deflated again."""
    try:
        plain = zlib.decompress(content)
    except zlib.error:
        plain = content
    lines = plain.split(b"\n")
    place = drawn.randrange(len(lines))
    if drawn.random() < 0.5:
        lines[place] = _renumbered(b"0 0 " + lines[place], drawn)[4:]
    else:
        lines.insert(drawn.randrange(len(lines)), drawn.choice((*words.PDF, lines[place])))
    made = b"\n".join(lines)
    return made if plain is content else zlib.compress(made, 1)
