"""Language models by name: "local" for the embedded one, "provider:name" for any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from assistant.compose.forms import Form, Manner
from assistant.settings import Settings
from corpus.errors import FixConfiguration

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

RETRIES = 2
EXTRAS = ("anthropic", "ollama")
# Providers whose LangChain class takes a timeout and a number of retries by these names.
_STANDARD = ("openai", "azure_openai", "anthropic", "mistralai", "groq", "deepseek", "xai")
# These models think first and accept no temperature.
_THINKERS = re.compile(r"^(o\d|gpt-5)")


@dataclass(frozen=True, slots=True)
class OpenedModel:
    """A chat model ready for use. ``warm`` reads a prompt's shared beginning ahead, where
    that is free and helps (embedded); ``close`` frees what it holds, once or more often.
    ``manner`` is how it is spoken to."""

    chat: BaseChatModel
    name: str
    manner: Manner
    warm: Callable[[Sequence[BaseMessage]], None]
    close: Callable[[], None]


def is_embedded(setting: str) -> bool:
    """Whether a model setting means the embedded model: "", "local" or "local:NAME"."""
    return setting.strip() == "" or setting.partition(":")[0] == "local"


def open_model(settings: Settings, *, embedded_ok: bool = True) -> OpenedModel:
    """The model that the settings name; nothing is asked of it yet.

    Raises ``FixConfiguration`` for an unknown provider or model, a missing package or key, an
    embedded model that is not wholly here, or, unless ``embedded_ok``, when no other is named.
    """
    if is_embedded(settings.model):
        if not embedded_ok:
            raise FixConfiguration("No language model is configured.",
                                   "Name one in FINDINGS_MODEL, such as openai:gpt-4o-mini.")
        from assistant.models import embedded

        local = embedded.Embedded(settings, embedded.named(settings.model))
        return OpenedModel(local.chat, local.name, Manner(Form.GRAMMAR), local.warm, local.close)
    provider, colon, name = settings.model.strip().partition(":")
    if not colon or not provider or not name.strip():
        raise FixConfiguration(f"{settings.model!r} does not name a model.",
                               "Write provider:name, such as openai:gpt-4o-mini, or local.")
    chat = _remote(settings, provider.strip().lower().replace("-", "_"), name.strip())
    return OpenedModel(chat, settings.model.strip(), Manner(), lambda _: None, lambda: None)


def _remote(settings: Settings, provider: str, name: str) -> BaseChatModel:
    from langchain.chat_models import init_chat_model
    from openai import OpenAIError

    try:
        chat: BaseChatModel = init_chat_model(name, model_provider=provider,
                                              **_options(settings, provider, name))
    except ImportError as error:
        raise FixConfiguration(f"The package for {provider} models is not installed.",
                               _how_to_install(provider, error)) from error
    except OpenAIError as error:
        raise _no_key(provider, "OPENAI_API_KEY") from error
    except (ValidationError, ValueError, TypeError) as error:
        if str(error).startswith("Unsupported provider"):
            raise FixConfiguration(
                f"There is no model provider called {provider!r}.",
                "Use openai, anthropic, ollama, azure_openai or another that LangChain knows, "
                "or local.") from error
        raise FixConfiguration(f"The model {provider}:{name} can't be set up.",
                               f"Check the name and the key of {provider}.") from error
    for field, variable in chat.lc_secrets.items():
        secret = getattr(chat, field, None)
        if isinstance(secret, SecretStr) and not secret.get_secret_value():
            raise _no_key(provider, variable)
    return chat


def _no_key(provider: str, variable: str) -> FixConfiguration:
    return FixConfiguration(f"No key is set for {provider} models.", f"Set {variable}.")


def _how_to_install(provider: str, error: ImportError) -> str:
    if provider in EXTRAS:
        return f"Install it: pip install 'findings[{provider}]'."
    packages = re.findall(r"pip install ([\w-]+)", str(error))
    return f"Install it: pip install {packages[0]}." if packages else "Install it."


def _options(settings: Settings, provider: str, name: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if not (provider in ("openai", "azure_openai") and _THINKERS.match(name)):
        options["temperature"] = 0
    if provider in _STANDARD:
        options |= {"timeout": settings.model_timeout, "max_retries": RETRIES}
    if provider in ("openai", "azure_openai"):
        # With LangChain's own socket options the system's proxy settings would be passed over.
        options["http_socket_options"] = ()
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": settings.model_timeout}
    if provider == "openai" and settings.model_url:
        # Without a key of its own this server gets none: OPENAI_API_KEY is not meant for it.
        options |= {"base_url": settings.model_url, "use_responses_api": False,
                    "api_key": settings.model_key or SecretStr("none")}
    elif provider == "openai" and settings.model_key:
        options["api_key"] = settings.model_key
    return options
