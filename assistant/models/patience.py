"""A client for OpenAI's protocol that waits once for a server that is silent."""

from __future__ import annotations

from typing import Any

from openai import APITimeoutError, DefaultHttpxClient

from assistant.models.failures import is_late


class WaitsOnce(DefaultHttpxClient):
    """Raises ``APITimeoutError`` where a reply doesn't come in time. OpenAI's client would
    otherwise wait as long again for each of its further tries: a reader waited for minutes
    before the findings were quoted. What fails at once is still tried again."""

    def send(self, request: Any, **options: Any) -> Any:
        """As the client it is made from."""
        try:
            return super().send(request, **options)
        except Exception as error:
            if is_late(error):
                raise APITimeoutError(request=request) from error
            raise
