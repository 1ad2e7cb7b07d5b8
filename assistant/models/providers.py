"""Whose servers language models run on, and how each of them is spoken to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.compose.forms import Form, Manner
from assistant.models.keys import key
from assistant.settings import Settings
from corpus.errors import FixConfiguration

RETRIES = 2
# A short answer, and room to think first for the models that do.
_ANTHROPIC_TOKENS = 4096
# Ollama silently drops the beginning of a prompt that is longer than this.
_OLLAMA_CONTEXT = 8192
# These think first and accept no temperature. Azure's deployments are often named after them.
_THINKERS = re.compile(r"(?<![a-z0-9])(o\d|gpt-[5-9]|claude-(fable|mythos|opus-4-[7-9]|"
                       r"(opus|sonnet|haiku)-[5-9]))(?!\d)", re.IGNORECASE)
# A proxy meant for the internet must not come between this process and its own machine.
_NEAR: dict[str, Any] = {"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None}


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of language models.

    ``extra`` is the extra of this project that installs ``package``, both empty for those that
    LangChain alone knows; ``address`` is the client's option for FINDINGS_MODEL_URL and ``key``
    the client's own variable, empty where there is none. ``standard`` clients take a timeout and
    a number of retries by these names; those that are ``patient`` also try again by themselves,
    and wait for as long as a server asks them to.
    """

    name: str
    form: Form = Form.MARKS
    extra: str = ""
    package: str = ""
    address: str = ""
    key: str = ""
    standard: bool = False
    patient: bool = False


_KNOWN = {provider.name: provider for provider in (
    Provider("openai", Form.SCHEMA, "openai", "langchain_openai", "base_url", "OPENAI_API_KEY",
             standard=True, patient=True),
    Provider("azure_openai", Form.SCHEMA, "azure", "langchain_openai", "azure_endpoint",
             "AZURE_OPENAI_API_KEY", standard=True, patient=True),
    Provider("anthropic", Form.MARKS, "anthropic", "langchain_anthropic", "base_url",
             "ANTHROPIC_API_KEY", standard=True, patient=True),
    Provider("ollama", Form.SCHEMA, "ollama", "langchain_ollama", "base_url"),
    Provider("deepseek", standard=True, patient=True),
    Provider("groq", standard=True, patient=True),
    Provider("xai", standard=True, patient=True),
    Provider("mistralai", standard=True))}


def named(setting: str) -> tuple[Provider, str]:
    """The provider and the model that ``provider:name`` means; any provider has one.

    Raises ``FixConfiguration`` where either is missing.
    """
    name, _, model = (part.strip() for part in setting.partition(":"))
    if not name or not model:
        raise FixConfiguration(f"{setting!r} does not name a model.",
                               "Write provider:name, such as openai:gpt-4o-mini, or local.")
    name = name.lower().replace("-", "_")
    return _KNOWN.get(name, Provider(name)), model


def form(settings: Settings, usual: Form) -> Form:
    """The form that replies are held to: FINDINGS_MODEL_FORM, or the ``usual`` one."""
    return usual if settings.model_form == "auto" else Form(settings.model_form)


def manner(provider: Provider, settings: Settings) -> Manner:
    """How this provider's models are spoken to. Raises ``FixConfiguration`` for a grammar where
    no server of llama.cpp can be meant."""
    held = form(settings, provider.form)
    if held is Form.GRAMMAR and not (provider.name == "openai" and settings.model_url):
        raise FixConfiguration(
            f"{provider.name} models take no grammar: that is for llama.cpp's own servers.",
            "Set FINDINGS_MODEL_FORM to auto, or name such a server with openai:NAME and "
            "FINDINGS_MODEL_URL.")
    return Manner(held, provider.name, 0 if provider.patient else RETRIES)


def access(provider: Provider, settings: Settings) -> str:
    """In words, what kind of key a model that could be opened has."""
    if provider.name == "ollama":
        return "it needs no key"
    if provider.name == "openai" and settings.model_url and key(settings) is None:
        return "its server is asked without a key"
    return "its key is there"


def options(provider: Provider, model: str, settings: Settings) -> dict[str, Any]:
    """What the client of ``provider`` is made with.

    Raises ``FixConfiguration`` for an address or a key file that can't be used.
    """
    chosen: dict[str, Any] = {} if _THINKERS.search(model) else {"temperature": 0}
    if address := _address(provider, settings):
        chosen[provider.address] = address
    if provider.standard:
        chosen |= {"timeout": settings.model_timeout, "max_retries": RETRIES}
    match provider.name:
        case "openai":
            chosen |= _openai(settings, key(settings))
        case "azure_openai":
            # None is given on purpose: asked for nothing, this client would fall back on
            # OPENAI_API_KEY, which is not meant for it.
            chosen |= {"azure_deployment": model, "api_key": key(settings),
                       "http_socket_options": ()}
        case "anthropic":
            chosen |= {"max_tokens": _ANTHROPIC_TOKENS}
            chosen |= {"api_key": secret} if (secret := key(settings)) else {}
        case "ollama":
            # Whether a model thinks first is left to it: told not to, some pass the schema over.
            chosen |= {"num_ctx": _OLLAMA_CONTEXT, "client_kwargs": {
                "timeout": settings.model_timeout, "mounts": _NEAR}}
    return chosen


def _openai(settings: Settings, secret: SecretStr | None) -> dict[str, Any]:
    # With LangChain's own socket options the system's proxy settings would be passed over.
    chosen: dict[str, Any] = {"http_socket_options": ()}
    if settings.model_url:
        from assistant.models.patience import WaitsOnce

        # Without a key of its own this server gets none: OPENAI_API_KEY is not meant for it.
        client = WaitsOnce(timeout=settings.model_timeout, mounts=_NEAR)
        return chosen | {"use_responses_api": False, "api_key": secret or SecretStr("none"),
                         "http_client": client}
    return chosen | ({"api_key": secret} if secret else {})


def _address(provider: Provider, settings: Settings) -> str:
    """FINDINGS_MODEL_URL, or nothing. It is never repeated: it can hold a password."""
    address = (settings.model_url or "").strip()
    if not address:
        return ""
    if not provider.address:
        # Passed over in silence, text meant for a server of one's own would go elsewhere.
        raise FixConfiguration(f"FINDINGS_MODEL_URL has no meaning for {provider.name} models.",
                               "Leave it out, or name the server's model with openai:NAME.")
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise FixConfiguration("FINDINGS_MODEL_URL is not an address.",
                               "Write it in full, such as http://127.0.0.1:8000/v1.")
    return address
