"""Language models by name: "local" for the embedded one, "provider:name" for any other."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr, ValidationError

from assistant.compose.forms import Form, Manner
from assistant.models import providers
from assistant.models.providers import Provider
from assistant.settings import Settings
from corpus.errors import FixConfiguration

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


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

    Raises ``FixConfiguration`` for an unknown provider or model, a missing package, key, address
    or API version, a setting that this provider has no use for, an embedded model that is not
    wholly here, or, unless ``embedded_ok``, when no other is named.
    """
    if is_embedded(settings.model):
        if not embedded_ok:
            raise FixConfiguration("No language model is configured.",
                                   "Name one in FINDINGS_MODEL, such as openai:gpt-4o-mini.")
        from assistant.models import embedded

        local = embedded.Embedded(settings, embedded.named(settings.model))
        held = Manner(providers.form(settings, Form.GRAMMAR))
        return OpenedModel(local.chat, local.name, held, local.warm, local.close)
    provider, name = providers.named(settings.model)
    held = providers.manner(provider, settings)
    chat = _remote(settings, provider, name)
    client = getattr(chat, "http_client", None)
    return OpenedModel(chat, settings.model.strip(), held, lambda _: None,
                       lambda: None if client is None else client.close())


def _remote(settings: Settings, provider: Provider, name: str) -> BaseChatModel:
    from langchain.chat_models import init_chat_model
    from openai import OpenAIError

    options = providers.options(provider, name, settings)
    try:
        # Without its own package LangChain would make do with an older one, if that is there.
        if provider.package and importlib.util.find_spec(provider.package) is None:
            raise ImportError(provider.package)
        chat: BaseChatModel = init_chat_model(name, model_provider=provider.name, **options)
    except ImportError as error:
        raise FixConfiguration(f"The package for {provider.name} models is not installed.",
                               _how_to_install(provider, error)) from error
    except OpenAIError as error:
        raise _no_key(provider, provider.key) from error
    except (ValidationError, ValueError, TypeError) as error:
        raise _unfit(provider, name, str(error)) from error
    for field, variable in chat.lc_secrets.items():
        secret = getattr(chat, field, None)
        if isinstance(secret, SecretStr) and not secret.get_secret_value():
            raise _no_key(provider, variable)
    return chat


def _unfit(provider: Provider, name: str, said: str) -> FixConfiguration:
    """What a client's refusal to be made, in its own words, comes to."""
    if said.startswith("Unsupported provider"):
        return FixConfiguration(f"There is no model provider called {provider.name!r}.",
                                "Use openai, azure_openai, anthropic, ollama or another that "
                                "LangChain knows, or local.")
    if "`OPENAI_API_VERSION`" in said:
        return FixConfiguration("No API version is set for azure_openai models.",
                                "Set OPENAI_API_VERSION, such as 2024-10-21.")
    if "`AZURE_OPENAI_ENDPOINT`" in said:
        return FixConfiguration("No endpoint is set for azure_openai models.",
                                "Set FINDINGS_MODEL_URL or AZURE_OPENAI_ENDPOINT, such as "
                                "https://NAME.openai.azure.com.")
    return FixConfiguration(f"The model {provider.name}:{name} can't be set up.",
                            f"Check the name and the key of {provider.name}.")


def _no_key(provider: Provider, variable: str) -> FixConfiguration:
    ours = "FINDINGS_MODEL_KEY, FINDINGS_MODEL_KEY_FILE or " if provider.key else ""
    return FixConfiguration(f"No key is set for {provider.name} models.", f"Set {ours}{variable}.")


def _how_to_install(provider: Provider, error: ImportError) -> str:
    if provider.extra:
        return f"Install it: pip install 'findings[{provider.extra}]'."
    packages = re.findall(r"pip install ([\w-]+)", str(error))
    return f"Install it: pip install {packages[0]}." if packages else "Install it."
