"""Settings, read once from the environment and passed on. Nothing else in the project reads the environment."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MIN_SECRET = 32
TELEGRAM = "https://api.telegram.org"
LOG_LEVELS = ("debug", "info", "warning", "error")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
"""What Telegram takes as a secret, long enough that nobody guesses it."""


class ConfigError(ValueError):
    """A setting that can't be used; ``code`` names the reason and ``values`` the setting."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(f"{code}: {values}")
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting. Addresses have no slash at the end; ``secrets`` holds the present key first."""

    database_url: str
    owner_url: str
    direct_url: str
    secrets: tuple[str, ...]
    instance_dir: Path
    public_url: str
    port: int = 8000
    workers: int = 2
    trusted_proxies: int = 0
    pgbouncer: bool = False
    redis_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = None
    log_level: str = "info"
    telegram_token: str | None = field(default=None, repr=False)
    telegram_api: str = TELEGRAM
    telegram_secret: str | None = field(default=None, repr=False)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    oidc_organisation: str | None = None

    @property
    def production(self) -> bool:
        """The service is reachable from elsewhere."""
        return urlsplit(self.public_url).hostname not in _LOOPBACK

    @property
    def trusted_hosts(self) -> list[str]:
        """Names under which the service answers."""
        return sorted({urlsplit(self.public_url).hostname or "", "127.0.0.1", "localhost"})

    @property
    def bot_id(self) -> int:
        """The bot's own number, the part of its token that is no secret; 0 without a bot."""
        number = (self.telegram_token or "").partition(":")[0]
        return int(number) if number.isascii() and number.isdecimal() else 0

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read and judge the settings; raises ConfigError naming the one that is wrong."""
        instance = Path(environ.get("INSTANCE_DIR") or "instance").resolve()
        port = _whole(environ, "PORT", 8000, 1, 65_535)
        public_url = (environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/")
        production = urlsplit(public_url).hostname not in _LOOPBACK
        if production and not public_url.startswith("https://"):
            raise ConfigError("public_url_not_https", setting="PUBLIC_URL")
        database = _database(environ, "DATABASE_URL", f"sqlite:///{instance / 'surveyapp.db'}")
        if production and database.startswith("sqlite") and environ.get("DYNO"):
            raise ConfigError("sqlite_on_throwaway_disk", setting="DATABASE_URL")
        return cls(
            database_url=database,
            owner_url=_database(environ, "DATABASE_OWNER_URL", database),
            direct_url=_database(environ, "DATABASE_URL_DIRECT", database),
            secrets=_secrets(environ, instance, production=production),
            instance_dir=instance,
            public_url=public_url,
            port=port,
            workers=_whole(environ, "WEB_CONCURRENCY", 2, 1),
            trusted_proxies=_whole(environ, "TRUSTED_PROXIES", 0),
            pgbouncer=environ.get("PGBOUNCER") == "1",
            redis_url=_secret(environ, "REDIS_URL"),
            metrics_token=_secret(environ, "METRICS_TOKEN"),
            log_level=_log_level(environ),
            telegram_token=_secret(environ, "TELEGRAM_BOT_TOKEN"),
            telegram_api=(environ.get("TELEGRAM_API_URL") or TELEGRAM).rstrip("/"),
            telegram_secret=_webhook_secret(environ),
            oidc_issuer=_oidc(environ, "OIDC_ISSUER"),
            oidc_client_id=_oidc(environ, "OIDC_CLIENT_ID"),
            oidc_client_secret=_oidc(environ, "OIDC_CLIENT_SECRET"),
            oidc_organisation=_oidc(environ, "OIDC_ORGANISATION"),
        )


def database_url(url: str) -> str:
    """The address as SQLAlchemy wants it: hosting services write ``postgres://``, the driver is psycopg 3."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _database(environ: Mapping[str, str], name: str, default: str) -> str:
    url = database_url(_secret(environ, name) or default)
    file = url.removeprefix("sqlite:///")
    if not url.startswith("postgresql+psycopg://") and (file == url or file in {"", ":memory:"}):
        raise ConfigError("database_unknown", setting=name)
    return url


def _log_level(environ: Mapping[str, str]) -> str:
    level = (environ.get("LOG_LEVEL") or "info").lower()
    if level not in LOG_LEVELS:
        raise ConfigError("log_level_unknown", setting="LOG_LEVEL")
    return level


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    """A setting, or the content of the file that ``<name>_FILE`` names."""
    if file := environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text("utf-8").strip()
        except OSError:
            raise ConfigError("file_unreadable", setting=f"{name}_FILE") from None
    return environ.get(name) or None


def _webhook_secret(environ: Mapping[str, str]) -> str | None:
    secret = _secret(environ, "TELEGRAM_WEBHOOK_SECRET")
    if secret is not None and not _WEBHOOK_SECRET.fullmatch(secret):
        raise ConfigError("webhook_secret_unusable", setting="TELEGRAM_WEBHOOK_SECRET")
    return secret


def _oidc(environ: Mapping[str, str], name: str) -> str | None:
    """A setting of the identity provider: they are given together, or none of them."""
    value = _secret(environ, name)
    if value is None and _secret(environ, "OIDC_ISSUER"):
        raise ConfigError("provider_incomplete", setting=name)
    return value


def _whole(environ: Mapping[str, str], name: str, default: int, least: int = 0, most: int = 10_000) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal():
        raise ConfigError("not_a_whole_number", setting=name)
    if not least <= int(text) <= most:
        raise ConfigError("out_of_range", setting=name, least=least, most=most)
    return int(text)


def _secrets(environ: Mapping[str, str], instance: Path, *, production: bool) -> tuple[str, ...]:
    present = _secret(environ, "SECRET_KEY")
    if present is None and production:
        raise ConfigError("secret_missing", setting="SECRET_KEY")
    if present is not None and len(present.encode()) < MIN_SECRET:
        raise ConfigError("secret_too_short", setting="SECRET_KEY")
    old = (_secret(environ, "SECRET_KEY_OLD") or "").split()
    return (present or _local_secret(instance), *old)


def _local_secret(instance: Path) -> str:
    """A key of this machine's own, made at the first start and kept readable by its owner only."""
    file = instance / "secret_key"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(MIN_SECRET), "utf-8")
    return file.read_text("utf-8")
