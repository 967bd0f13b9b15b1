"""All configuration, read once from KEFU_* environment variables; the only place that reads the environment."""

import difflib
import os
import secrets
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "KEFU_"
PROJECT_ROOT = Path(__file__).resolve().parents[2]
WEAK_SECRETS = frozenset({"secret", "changeme", "changethis", "password", "kefu"})


class UnknownSetting(ValueError):
    """A KEFU_ variable that no setting reads, most likely a typing mistake."""


class Settings(BaseSettings):
    """Every knob with its default; each field `x` is the environment variable `KEFU_X`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    # Where things live
    data_dir: Path = Field(Path(".kefu"), description="Folder of everything Kefu stores when it runs its own stores.")
    database_url: str | None = Field(None, description="PostgreSQL 16+ with pgvector; unset: embedded PostgreSQL.")
    redis_url: str | None = Field(None, description="Redis 7+ or Valkey; unset: an embedded redis-server.")
    blob_url: str | None = Field(None, description="s3://bucket/prefix for uploaded files; unset: a local folder.")
    blob_endpoint: str | None = Field(None, description="Address of an S3-compatible store other than AWS.")
    blob_key_id: str | None = Field(None, description="Access key of the S3-compatible store.")
    blob_secret: SecretStr | None = Field(None, description="Secret key of the S3-compatible store.")
    secret: SecretStr | None = Field(
        None,
        description="Key that signs links and tokens, 32 or more characters; unset: made once in the data folder.",
    )
    visitor_secret: SecretStr | None = Field(
        None, description="Key with which your site vouches for its visitors, 32 or more characters; unset: nobody can."
    )
    public_url: str | None = Field(None, description="Address customers see, such as https://help.example.com.")
    widget_sites: str = Field(
        "*", description="Comma-separated sites that may show the chat widget, such as https://shop.example; *: any."
    )
    trusted_proxies: str = Field("", description="Comma-separated addresses whose X-Forwarded-For is believed.")

    # Single sign-on of staff
    oidc_issuer: str | None = Field(None, description="OpenID Connect provider of the staff; unset: passwords alone.")
    oidc_client_id: str | None = Field(None, description="Kefu's client id there.")
    oidc_client_secret: SecretStr | None = Field(None, description="Kefu's client secret there; unset: PKCE alone.")
    oidc_scopes: str = Field("openid email profile", description="Scopes asked for, with blanks between.")
    oidc_name: str = Field("", description="What the button on the sign-in page calls the provider.")
    oidc_domains: str = Field("", description="Comma-separated e-mail domains that are let in; empty: any.")
    oidc_accounts: Literal["invited", "create"] = Field(
        "invited", description="Who comes in: `invited` accounts only, or anybody: `create` makes them one."
    )
    oidc_role_claim: str = Field("roles", description="Claim that names roles or groups; dots lead inwards.")
    oidc_roles: str = Field(
        "", description="Role by claim, such as kefu-admins=admin,support=agent; empty: roles are set in Kefu."
    )

    # Language models
    chat_url: str | None = Field(None, description="OpenAI-compatible base ending in /v1; unset: quote documents.")
    chat_model: str | None = Field(None, description="Model name at KEFU_CHAT_URL; unset: the first one it lists.")
    chat_key: SecretStr | None = Field(None, description="Bearer key for KEFU_CHAT_URL.")
    chat_max_tokens: int = Field(800, ge=16, le=16_000, description="Longest answer, in tokens.")
    chat_temperature: float = Field(0.1, ge=0, le=2, description="Sampling temperature of answers.")
    chat_context_tokens: int = Field(6_000, ge=500, description="Tokens of prompt the model may be given.")
    chat_first_token_s: float = Field(15, gt=0, description="Longest wait for the first token, in seconds.")
    chat_gap_s: float = Field(10, gt=0, description="Longest silence between two tokens, in seconds.")
    chat_total_s: float = Field(120, gt=0, description="Longest whole answer, in seconds.")
    answer_cache: Literal["on", "exact", "off"] = Field(
        "on", description="Give an answer again: `exact` to the same question only, `off` never."
    )
    answer_cache_hours: int = Field(24, ge=1, le=720, description="How long an answer may be given again, in hours.")
    judge_url: str | None = Field(
        None, description="OpenAI-compatible base of a model that judges answers in evaluations; unset: rules alone."
    )
    judge_model: str | None = Field(None, description="Model name at KEFU_JUDGE_URL; unset: the first one it lists.")
    judge_key: SecretStr | None = Field(None, description="Bearer key for KEFU_JUDGE_URL.")
    chat_spare_url: str | None = Field(None, description="A second model server, asked when the first is away or slow.")
    chat_spare_model: str | None = Field(None, description="Model name at KEFU_CHAT_SPARE_URL; unset: its first.")
    chat_spare_key: SecretStr | None = Field(None, description="Bearer key for KEFU_CHAT_SPARE_URL.")
    chat_spare_after_s: float = Field(6, gt=0, description="Longest wait for the first one to begin, in seconds.")
    chat_partner_url: str | None = Field(None, description="A small or domain model beside the main one.")
    chat_partner_model: str | None = Field(None, description="Model name at KEFU_CHAT_PARTNER_URL; unset: its first.")
    chat_partner_key: SecretStr | None = Field(None, description="Bearer key for KEFU_CHAT_PARTNER_URL.")
    chat_strategy: str = Field(
        "split",
        description="What the partner does: single, split, stack, combine; by channel: web=split,*=single.",
    )
    teacher_url: str | None = Field(
        None, description="OpenAI-compatible base of a big model whose answers a small one may learn; unset: none."
    )
    teacher_model: str | None = Field(None, description="Model name at KEFU_TEACHER_URL; unset: its first.")
    teacher_key: SecretStr | None = Field(None, description="Bearer key for KEFU_TEACHER_URL.")
    embed_url: str | None = Field(None, description="OpenAI-compatible base for embeddings; unset: weight-free.")
    embed_model: str | None = Field(None, description="Model name at KEFU_EMBED_URL.")
    embed_key: SecretStr | None = Field(None, description="Bearer key for KEFU_EMBED_URL.")
    embed_parallel: int = Field(4, ge=1, le=256, description="Workers that may fill a new embedder side by side.")
    rerank_url: str | None = Field(None, description="Base with a /rerank route (vLLM, Jina shape); unset: none.")
    rerank_model: str | None = Field(None, description="Model name at KEFU_RERANK_URL.")
    rerank_key: SecretStr | None = Field(None, description="Bearer key for KEFU_RERANK_URL.")

    # Limits
    rate_limits: Literal["on", "off"] = Field("on", description="`off` lifts all request limits, for benchmarks.")
    upload_limit_mb: int = Field(100, ge=1, le=2_000, description="Largest document, in MiB.")
    attachment_limit_mb: int = Field(10, ge=1, le=100, description="Largest file sent in a conversation, in MiB.")
    documents_limit: int | None = Field(None, ge=1, description="Most documents of all bases; unset: no limit.")
    documents_limit_mb: int | None = Field(
        None, ge=1, description="Most MiB of uploaded files in all bases, every kept version counted; unset: no limit."
    )
    database_pool: int = Field(
        10,
        ge=2,
        le=200,
        description="Database connections a process may hold for transactions, and as many for single statements.",
    )
    parse_wall_s: float = Field(60, gt=0, description="Longest time one document may take to parse, in seconds.")
    parse_memory_mb: int = Field(1_500, ge=256, description="Memory a parsing process may take, in MiB.")
    ocr_pages: int = Field(100, ge=0, description="Most scanned pages and pictures read in one document; 0: none.")
    jobs_in_process: int = Field(2, ge=1, le=64, description="Jobs one worker runs side by side.")

    # Sources that are synchronised
    sync_roots: str = Field("", description="Comma-separated folders below which folders may be synchronised.")
    sync_allow_nets: str = Field(
        "", description="Comma-separated private networks that may be fetched from, such as 10.20.0.0/16."
    )
    sync_ports: str = Field("80,443", description="Comma-separated ports that may be fetched from.")
    sync_agent: str = Field("KefuBot/1.0", description="Name shown to the sites that are fetched, and in robots.txt.")
    sync_limit_mb: int = Field(25, ge=1, le=500, description="Largest page or file that is fetched, in MiB.")
    sync_time_s: float = Field(60, gt=0, description="Longest time one page or file may take to fetch, in seconds.")

    # Tools
    tool_hosts: str = Field("", description="Comma-separated host:port of internal servers that tools may call.")
    mcp_commands: str = Field(
        "", description="MCP servers tools may start, as name=command line, separated by semicolons."
    )

    # Appearance and behaviour
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is logged.")
    default_locale: Literal["zh-CN", "en"] = Field("zh-CN", description="Language where nobody has chosen one.")
    company_file: Path | None = Field(None, description="JSON with names, greeting and colours; unset: demo company.")
    train_python: Path | None = Field(None, description="Python of the environment that has torch, peft and trl.")
    base_model_dir: Path | None = Field(None, description="Folder of the model that fine-tuning starts from.")
    train_threads: int = Field(1, ge=1, le=256, description="Processor threads of fine-tuning; idle cores at most.")
    train_dir: Path | None = Field(None, description="Where checkpoints and adapters go; unset: in the data folder.")
    vllm_python: Path | None = Field(None, description="Python of the environment that has vLLM; unset: vllm on PATH.")
    session_hours: int = Field(12, ge=1, le=720, description="How long a staff sign-in lasts, in hours.")
    secure_cookies: bool = Field(False, description="Send cookies over https only; set it behind TLS.")

    @field_validator(
        "chat_url",
        "chat_spare_url",
        "chat_partner_url",
        "teacher_url",
        "embed_url",
        "rerank_url",
        "public_url",
        "blob_endpoint",
    )
    @classmethod
    def _plain_http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/") if value else None

    @field_validator("oidc_issuer")
    @classmethod
    def _https_or_this_machine(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
            if not parts.hostname or not (parts.scheme == "https" or here):
                raise ValueError("must start with https://")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _known_roles(cls, value: str) -> str:
        for entry in value.split(","):
            claim, _, role = entry.strip().rpartition("=")
            if entry.strip() and (not claim or role not in ("integrator", "agent", "supervisor", "admin")):
                raise ValueError("must be claim=role, separated by commas")
        return value

    @model_validator(mode="after")
    def _client_with_issuer(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("KEFU_OIDC_ISSUER needs KEFU_OIDC_CLIENT_ID")
        return self

    @field_validator("chat_strategy")
    @classmethod
    def _known_strategies(cls, value: str) -> str:
        named = [part.rpartition("=")[2].strip() for part in value.split(",")]
        if not set(named) <= {"single", "split", "stack", "combine"}:
            raise ValueError("must name single, split, stack or combine")
        return value

    @field_validator("sync_allow_nets")
    @classmethod
    def _networks(cls, value: str) -> str:
        for net in value.split(","):
            if net.strip():
                ip_network(net.strip())  # raises what pydantic shows
        return value

    @field_validator("sync_ports")
    @classmethod
    def _ports(cls, value: str) -> str:
        if not all(0 < int(port) < 65_536 for port in value.split(",") if port.strip()):
            raise ValueError("must be ports between 1 and 65535")
        return value

    @field_validator("tool_hosts")
    @classmethod
    def _host_ports(cls, value: str) -> str:
        for entry in value.split(","):
            host, _, port = entry.strip().rpartition(":")
            if entry.strip() and not (host and port.isdigit() and 0 < int(port) < 65_536):
                raise ValueError("must be host:port, separated by commas")
        return value

    @field_validator("mcp_commands")
    @classmethod
    def _commands(cls, value: str) -> str:
        if any(entry.strip() and not entry.partition("=")[2].strip() for entry in value.split(";")):
            raise ValueError("must be name=command line, separated by semicolons")
        return value

    @field_validator("sync_agent")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise ValueError("must be plain ASCII on one line")
        return value

    @field_validator("secret", "visitor_secret")
    @classmethod
    def _strong(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            plain = value.get_secret_value()
            if len(plain) < 32 or plain.lower() in WEAK_SECRETS:
                raise ValueError("must have at least 32 characters and be no well-known word")
        return value


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment; `overrides` win. Raises UnknownSetting or pydantic.ValidationError."""
    environ = os.environ if environ is None else environ
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in environ:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UnknownSetting(f"{name} is no setting of Kefu{hint}")
    values = {
        name: environ[PREFIX + name.upper()]
        for name in Settings.model_fields
        if environ.get(PREFIX + name.upper(), "") != ""
    }
    return Settings(**{**values, **overrides})


def signing_secret(settings: Settings) -> bytes:
    """The signing key: from the setting, else 48 random bytes kept in the data folder (mode 0600)."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = settings.data_dir / "secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_urlsafe(48).encode())
    return path.read_bytes()


def environment(settings: Settings) -> dict[str, str]:
    """The variables that make a child process read the same settings, on top of this process's own environment."""
    child = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if value is not None:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            child[PREFIX + name.upper()] = plain
    return child
