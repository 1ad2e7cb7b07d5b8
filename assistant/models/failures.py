"""What a provider's exception means for the person who asked: the one place that decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import FindingsError, FixConfiguration, TryAgain

_TIMEOUTS = {"TimeoutException", "APITimeoutError", "ModelTimeoutError", "TimeoutError"}
_BROKEN = {"TransportError", "APIConnectionError", "ModelConnectionError", "ConnectionError"}


def told(error: Exception, name: str) -> FindingsError:
    """The error to show when calling the model ``name`` raised ``error``.

    It never repeats what the provider wrote: that can hold a key.
    """
    if isinstance(error, FindingsError):
        return error
    from langchain_core.exceptions import ContextOverflowError

    status, kinds = _status(error), {base.__name__ for base in type(error).__mro__}
    if isinstance(error, ContextOverflowError):
        return FixConfiguration(f"The question and its findings are too long for {name}.",
                                "Set FINDINGS_EVIDENCE lower, or choose a model that reads more.")
    if getattr(error, "code", None) == "insufficient_quota":
        return FixConfiguration(f"The account for {name} has no quota left.",
                                "Top it up with the provider, or choose another model.")
    if status is not None and status != 200:
        return _of_status(status, name)
    if kinds & _TIMEOUTS:
        return TryAgain(f"{name} took too long to reply.",
                        "Ask again, or set FINDINGS_MODEL_TIMEOUT higher.")
    if kinds & _BROKEN:
        return TryAgain(f"{name} can't be reached, or broke off.",
                        "Check that its server runs and the address is right, then ask again.")
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return FixConfiguration(f"The reply of {name} can't be understood.",
                                "Check FINDINGS_MODEL_URL: it should lead to a model server.")
    return TryAgain(f"{name} failed while writing ({type(error).__name__}).",
                    "Ask again; if it happens again, choose another model.")


def _of_status(status: int, name: str) -> FindingsError:
    if status == 401:
        return FixConfiguration(f"{name} did not accept the key (401).",
                                "Set the provider's key, or FINDINGS_MODEL_KEY with "
                                "FINDINGS_MODEL_URL.")
    if status == 403:
        return FixConfiguration(f"The key does not allow the use of {name} (403).",
                                "Choose a model that the key allows, or another key.")
    if status == 404:
        return FixConfiguration(f"The server does not know {name} (404).",
                                "Check the model's name, and FINDINGS_MODEL_URL if it is set.")
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


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Turn whatever a call to the model ``name`` raises into an error to act on."""
    try:
        yield
    except Exception as error:
        raise told(error, name) from error
