"""One settings object; nothing else reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.errors import FixConfiguration

SHIPPED_REPORTS = Path(__file__).resolve().parent.parent / "corpus" / "reports"

# Telemetry and hub look-ups of dependencies are off before any of them is imported.
QUIET_DEPENDENCIES = {
    "ANONYMIZED_TELEMETRY": "False", "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TRANSFORMERS_OFFLINE": "1",
    "LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false", "DO_NOT_TRACK": "1",
    "RAGAS_DO_NOT_TRACK": "true", "ORT_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false",
}

_ITSELF = ("localhost", "127.0.0.1", "::1")


class Settings(BaseSettings):
    """How this installation runs. Each field is an environment variable ``FINDINGS_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="FINDINGS_", extra="forbid", frozen=True,
                                      hide_input_in_errors=True)

    home: Path | None = Field(None, description="Where the index and downloaded models live. "
                              "Default: the user's data folder, models in the cache folder.")
    chroma: str = Field("", description="Address of a Chroma server that holds the index for "
                        "several machines, such as http://chroma.example:8000. Default: an index "
                        "of this machine's own, in the home.")
    chroma_token: SecretStr | None = Field(None, description="Token for the Chroma server, sent "
                                           "as a bearer token.")
    chroma_token_file: Path | None = Field(None, description="A file that holds that token, and "
                                           "nothing else.")
    chroma_ca: Path | None = Field(None, description="File of the authority that signed the "
                                   "Chroma server's certificate, where it is a private one.")
    chroma_name: str = Field("findings", description="What the names of the collections begin "
                             "with: one Chroma server can hold several installations.")
    chroma_tenant: str = Field("default_tenant", min_length=1,
                               description="Tenant on the Chroma server.")
    chroma_database: str = Field("default_database", min_length=1,
                                 description="Database on the Chroma server.")
    chroma_timeout: float = Field(15.0, gt=0, description="Seconds to wait for a reply of the "
                                  "Chroma server. No question waits for it.")
    mirror: Path | None = Field(None, description="Folder on a disk of this machine's own for the "
                                "mirror of the Chroma server's index. Default: mirror, in the "
                                "home; needed where several machines share the home.")
    model: str = Field("", description="Who writes prose: empty for the embedded model on "
                       "request only, 'local' to fetch it at start, or provider:name, such as "
                       "openai:gpt-4o-mini, anthropic:..., ollama:... .")
    model_url: str | None = Field(None, description="Address of the model's server: an OpenAI-"
                                  "compatible one (MODEL=openai:NAME), Azure's endpoint, Ollama's "
                                  "or Anthropic's. Default: the provider's own.")
    model_key: SecretStr | None = Field(None, description="Key for openai, azure_openai and "
                                        "anthropic models. Default: their clients' own variables "
                                        "(OPENAI_API_KEY ...), but none for a server of one's own.")
    model_key_file: Path | None = Field(None, description="A file that holds that key, and "
                                        "nothing else.")
    model_form: Literal["auto", "schema", "grammar", "marks"] = Field(
        "auto", description="What a model's replies are held to: a JSON schema, a grammar (for "
        "llama.cpp's own servers) or the prompt alone. auto: what its provider is known to take.")
    model_timeout: float = Field(60.0, gt=0, description="Seconds to wait for a model's reply.")
    model_threads: int = Field(0, ge=0, description="Threads of the embedded model; 0: all cores.")
    model_speculation: bool = Field(False, description="Whether the embedded model guesses ahead "
                                    "from words that the prompt holds.")
    composer: Literal["auto", "quotes", "prose"] = Field(
        "auto", description="auto: prose with a configured model, quotes otherwise.")
    port: int = Field(7860, ge=1, le=65535, description="Port of the web app.")
    host: str = Field("127.0.0.1", description="Address (also IPv6) that the web app listens on. "
                      "Any other than this computer's own needs users, trusted_header or open=yes.")
    allowed_hosts: str = Field("", description="Further names that the page goes by in a "
                               "browser's address line, with commas.")
    open: Literal["no", "yes"] = Field("no", description="yes: other computers may reach the page "
                                       "without anybody signing in.")
    users: Path | None = Field(None, description="The users file: sign-in is needed. Made by "
                               "'findings users add NAME'.")
    trusted_header: str = Field("", description="A header in which a reverse proxy names the "
                                "signed-in user, such as X-Forwarded-User.")
    trusted_proxies: str = Field("", description="Addresses or networks of the reverse proxies "
                                 "that are believed, with commas.")
    default_role: Literal["", "reader", "editor"] = Field(
        "", description="Role of somebody whom a proxy names and the users file doesn't. Default: "
        "nobody else gets in; without a users file everybody is a reader.")
    signin_idle: int = Field(120, ge=1, description="Minutes after which an unused sign-in ends.")
    signin_longest: int = Field(720, ge=1, description="Minutes after which any sign-in ends.")
    question_rate: int = Field(30, ge=0, description="Questions a minute for each person where "
                               "several may use the page; 0: no limit.")
    upload_rate: int = Field(200, ge=0, description="Files an hour for each person where several "
                             "may use the page; 0: no limit.")
    questions_at_once: int = Field(4, ge=1, description="Questions that are answered at the same "
                                   "time; more wait in line.")
    writing_at_once: int = Field(0, ge=0, description="Answers that a language model writes at "
                                 "the same time; 0: one with the embedded model, else four.")
    stop_wait: float = Field(20.0, ge=0, description="Seconds that running answers get to end "
                             "when the program is told to stop.")
    log: Literal["", "json", "text"] = Field("", description="How 'findings serve' writes its "
                                             "log. Default: text at a terminal, else json.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What the log tells: this and whatever is graver.")
    log_questions: Literal["no", "yes"] = Field("no", description="yes: the log holds what people "
                                                "ask, and the words of errors.")
    log_users: Literal["no", "yes"] = Field("no", description="yes: the log names people and "
                                            "addresses, in place of a keyed hash of each.")
    metrics_from: str = Field("", description="Addresses or networks that may read /metrics, with "
                              "commas. Default: this computer alone.")
    question_limit: int = Field(2000, gt=0, description="Longest question taken, in characters.")
    candidates: int = Field(50, ge=5, description="How many findings each retriever proposes.")
    evidence: int = Field(6, ge=1, description="How many findings a model is shown.")

    @field_validator("log", "log_level", mode="before")
    @classmethod
    def _any_case(cls, said: object) -> object:
        return said.strip().lower() if isinstance(said, str) else said

    @property
    def home_path(self) -> Path:
        """The folder that holds uploads, conversations and the machine's own index."""
        return self.home or user_data_path("findings", appauthor=False)

    @property
    def index_path(self) -> Path:
        """The folder that holds the index on this machine: the home, or the mirror of a Chroma
        server's index."""
        if not self.chroma:
            return self.home_path
        # An empty variable, which reads as the present folder, names none.
        return self.mirror if self.mirror and self.mirror.name else self.home_path / "mirror"

    @property
    def users_path(self) -> Path | None:
        """The users file; None where nobody has to sign in. An empty variable, which reads as the
        present folder, names no file."""
        return None if self.users in (None, Path()) else self.users

    @property
    def model_path(self) -> Path:
        """The folder that models are downloaded to."""
        return self.home / "models" if self.home else self.shared_model_path

    @property
    def shared_model_path(self) -> Path:
        """The user's cache folder; a model that is there is used, whatever ``home`` says."""
        return user_cache_path("findings", appauthor=False) / "models"

    @property
    def writers(self) -> int:
        """How many answers a language model writes at the same time."""
        # A server of one's own or a provider answers several at once.
        return self.writing_at_once or (1 if self.model in ("", "local") else 4)

    @property
    def writes_prose(self) -> bool:
        """Whether answers are written by a model unless a question asks otherwise."""
        if self.composer == "auto":
            return bool(self.model) and self.model != "local"
        return self.composer == "prose"


def _reach_itself() -> None:
    """What this computer asks of itself goes past the proxy that it is told to use: the proxy
    would not find it, and the page could not start."""
    said = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = [name for part in said.split(",") if (name := part.strip())]
    if "*" not in names:
        names += [name for name in _ITSELF if name not in names]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(names)


def load(**overrides: object) -> Settings:
    """Settings from the environment and ``overrides`` (None means: not given).

    Raises ``FixConfiguration`` naming the variable that does not fit.
    """
    for name, value in QUIET_DEPENDENCIES.items():
        os.environ.setdefault(name, value)
    _reach_itself()
    # The web server believes what proxies on this computer say unless told otherwise; the page
    # believes those alone that the settings name (assistant/access/peers.py).
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "FINDINGS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise FixConfiguration(f"The setting {name} can't be used: {first['msg']}.",
                               "Correct it or leave it out.") from error
