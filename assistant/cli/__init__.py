"""The ``findings`` command. Each command imports what it needs, so that help comes at once."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from assistant.cli.parser import build_parser
from corpus.errors import FindingsError

logger = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 on success. Errors are one line with what to do next."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        return 0
    try:
        return int(options.run(options))
    except FindingsError as error:
        print(f"findings: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("findings: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; there is nobody left to tell.
        sys.stderr.close()
        return 141
    except Exception as error:
        # Whatever else happens is a fault of ours; the person at the terminal gets one line.
        logger.debug("a command failed", exc_info=True)
        print(f"findings: this should not have happened: {type(error).__name__}: {error}. "
              "Try again, and report it with what you typed.".replace("\n", " "), file=sys.stderr)
        return 70
