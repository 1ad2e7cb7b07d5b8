"""What a provider's exception means for the person who asked: the one place that decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import FindingsError, FixConfiguration, TryAgain

_TIMEOUTS = {"TimeoutException", "APITimeoutError", "ModelTimeoutError", "TimeoutError"}
_BROKEN = {"TransportError", "APIConnectionError", "ModelConnectionError", "ConnectionError"}
# LangChain says this of a stream without a single event, such as a web page's.
_NOTHING = "No generation"


class TookTooLong(TryAgain):
    """A model that did not reply in time."""


class ReadsTooLittle(FixConfiguration):
    """A prompt that is longer than the model reads."""


def told(error: Exception, name: str) -> FindingsError:
    """The error to show when calling the model ``name`` raised ``error``.

    It never repeats what the provider wrote: that can hold a key. ``error`` and those that led
    to it lose those words too, so that no trace prints them.
    """
    if isinstance(error, FindingsError):
        return error
    from langchain_core.exceptions import ContextOverflowError

    _hush(error)
    status, kinds = _status(error), {base.__name__ for base in type(error).__mro__}
    if isinstance(error, ContextOverflowError):
        return ReadsTooLittle(f"The question and its findings are too long for {name}.",
                                "Set FINDINGS_EVIDENCE lower, or choose a model that reads more.")
    if getattr(error, "code", None) == "insufficient_quota":
        return FixConfiguration(f"The account for {name} has no quota left.",
                                "Top it up with the provider, or choose another model.")
    if status is not None and status != 200:
        return _of_status(status, name)
    if is_late(error):
        return TookTooLong(f"{name} took too long to reply.",
                        "Ask again, or set FINDINGS_MODEL_TIMEOUT higher.")
    if kinds & _BROKEN:
        return TryAgain(f"{name} can't be reached, or broke off.",
                        "Check that its server runs and the address is right, then ask again.")
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError) or _NOTHING in str(error):
        return FixConfiguration(f"The reply of {name} can't be understood.",
                                "Check FINDINGS_MODEL_URL: it should lead to a model server.")
    return TryAgain(f"{name} failed while writing ({type(error).__name__}).",
                    "Ask again; if it happens again, choose another model.")


def is_late(error: BaseException) -> bool:
    """Whether an exception says that a reply did not come in time."""
    return any(base.__name__ in _TIMEOUTS for base in type(error).__mro__)


def refuses_form(problem: FindingsError, error: BaseException | None) -> bool:
    """Whether a server turned down the request as such, not the key, the model or the length."""
    return isinstance(problem, FixConfiguration) and \
        getattr(error, "status_code", None) in (400, 415, 422, 501)


def _of_status(status: int, name: str) -> FindingsError:
    if status == 401:
        return FixConfiguration(f"{name} did not accept the key (401).",
                                "Correct FINDINGS_MODEL_KEY, FINDINGS_MODEL_KEY_FILE or the "
                                "provider's own variable.")
    if status == 403:
        return FixConfiguration(f"The key does not allow the use of {name} (403).",
                                "Choose a model that the key allows, or another key.")
    if status == 404:
        provider, _, model = name.partition(":")
        fetch = f"Run 'ollama pull {model}', or check" if provider == "ollama" else "Check"
        return FixConfiguration(f"The server does not know {name} (404).",
                                f"{fetch} the model's name, and FINDINGS_MODEL_URL if it is set.")
    if status == 429:
        return TryAgain(f"{name} is busy: too many requests (429).", "Wait a little, ask again.")
    if status == 408 or status >= 500:
        return TryAgain(f"The server of {name} failed ({status}).", "Ask again in a moment.")
    return FixConfiguration(f"The server of {name} rejected the request ({status}).",
                            "Check that it is a chat model and that its server is up to date.")


def _status(error: BaseException | None) -> int | None:
    while error is not None:
        status = getattr(error, "status_code", None)
        if isinstance(status, int) and status > 0:
            return status
        error = error.__cause__
    return None


def _hush(error: BaseException | None) -> None:
    """Take the words out of a library's exceptions; Python's own name no provider's."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if type(error).__module__ != "builtins":
            error.args = ()
        error = error.__cause__ or error.__context__


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Turn whatever a call to the model ``name`` raises into an error to act on."""
    try:
        yield
    except Exception as error:
        raise told(error, name) from error
