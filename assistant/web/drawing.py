"""``python -m assistant.web.drawing PAGE WIDTH MEMORY SECONDS``: a PDF from standard input, one
of its pages as PNG to standard output, its number of pages before it in a line of its own. The
process limits itself before it touches the file."""

from __future__ import annotations

import sys
from io import BytesIO

NO_SUCH_PAGE, LOCKED, BROKEN = 65, 66, 67
# A page as tall as a banner would need more memory than a picture of it is worth.
_MOST_POINTS = 4_000_000
_MOST_BYTES = 3_000_000
_SMALLER = 0.7


def main() -> int:
    """Draw one page. The exit code says what was wrong with the file."""
    page, width, memory, seconds = map(int, sys.argv[1:5])
    _limit(memory, seconds)
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        return LOCKED if "password" in str(error).lower() else BROKEN
    count = len(document)
    if not 1 <= page <= count:
        return NO_SUCH_PAGE
    picture = _drawn(document[page - 1], width)
    out = sys.stdout.buffer
    out.write(f"{count}\n".encode() + picture)
    out.flush()
    return 0


def _drawn(page: object, width: int) -> bytes:
    """A page as wide as asked, or narrower where its picture would be too large."""
    across, down = page.get_size()  # type: ignore[attr-defined]
    scale = min(width / max(across, 1), (_MOST_POINTS / max(across * down, 1)) ** 0.5)
    while True:
        image = page.render(scale=scale).to_pil()  # type: ignore[attr-defined]
        drawn = BytesIO()
        image.save(drawn, "PNG")
        if drawn.tell() <= _MOST_BYTES:
            return drawn.getvalue()
        scale *= _SMALLER


def _limit(memory: int, seconds: int) -> None:
    """Limit this process; where the system knows no such limits, the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds),
                       (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, hard))


if __name__ == "__main__":
    sys.exit(main())
