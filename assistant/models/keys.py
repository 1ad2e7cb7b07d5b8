"""The key for a provider's server, from the settings or from a file that they name."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from assistant.settings import Settings
from corpus.errors import FixConfiguration

_SHORTEST_KEY = 20


def key(settings: Settings) -> SecretStr | None:
    """The key that the settings give, None where they give none; MODEL_KEY goes before the file.

    Raises ``FixConfiguration``, which names the setting or the file and never its content, where
    the file can't be read or is empty, or where what is given can't be a key.
    """
    return secret(settings.model_key, settings.model_key_file, "FINDINGS_MODEL_KEY", "key")


def secret(given: SecretStr | None, path: Path | None, name: str, noun: str) -> SecretStr | None:
    """A secret from the setting ``name`` or from the file that ``name_FILE`` names; None where
    neither is given. Raises as ``key`` does, calling it ``noun``."""
    if given:
        return _fit(given.get_secret_value(), name, noun)
    # An empty variable, which reads as the present folder, names no file.
    if path is None or path == Path():
        return None
    return _read(path, name, noun)


def _read(path: Path, name: str, noun: str) -> SecretStr:
    where = f"The {noun} file {path}"
    if _may_be_a_key(path):
        where = f"What {name}_FILE names"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        # From None: what could not be read or decoded is part of that error.
        raise FixConfiguration(f"{where} can't be read ({reason}).",
                               f"Correct the path in {name}_FILE, or the file's "
                               f"permissions; a {noun} itself goes into {name}.") from None
    return _fit(text, where, noun)


def _may_be_a_key(path: Path) -> bool:
    """Whether someone may have given the key in place of its file; it is not repeated then."""
    return len(path.parts) == 1 and not path.suffix and len(path.name) >= _SHORTEST_KEY


def _fit(text: str, where: str, noun: str) -> SecretStr:
    """``text`` as a key. One that no header takes would be quoted in the client's error."""
    text = text.strip()
    if not text:
        raise FixConfiguration(f"{where} is empty.", f"Put the {noun} there, and nothing else.")
    if not all("!" <= character <= "~" for character in text):
        raise FixConfiguration(f"{where} holds something that can't be a {noun}.",
                               f"Put the {noun} there, on one line, and nothing else.")
    return SecretStr(text)
