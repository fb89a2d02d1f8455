"""Settings are read once, from the environment or from files, and a service that isn't safe doesn't start."""

import stat
from pathlib import Path

import pytest

from surveyapp.config import Config, ConfigError

SECRET = "x" * 32
PUBLIC = {"PUBLIC_URL": "https://survey.example", "SECRET_KEY": SECRET}


def config(folder: Path, **environ: str) -> Config:
    return Config.from_env({"INSTANCE_DIR": str(folder), **environ})


def refused(folder: Path, **environ: str) -> tuple[str, str]:
    with pytest.raises(ConfigError) as caught:
        config(folder, **environ)
    return caught.value.code, caught.value.values["setting"]


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    made = config(tmp_path)
    assert made.database_url == f"sqlite:///{tmp_path / 'surveyapp.db'}"
    assert (made.public_url, made.port, made.workers, made.trusted_proxies) == ("http://127.0.0.1:8000", 8000, 2, 0)
    assert not made.production


def test_a_key_of_the_machines_own_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    first, second = config(tmp_path), config(tmp_path)
    assert first.secrets == second.secrets
    assert len(first.secrets[0]) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["postgres", "postgresql"])
def test_addresses_of_hosting_services_are_understood(tmp_path: Path, name: str) -> None:
    rest = "user:pass@a:5432,b:5432/survey?target_session_attrs=read-write"
    made = config(tmp_path, DATABASE_URL=f"{name}://{rest}")
    assert made.database_url == made.owner_url == made.direct_url == f"postgresql+psycopg://{rest}"


def test_secrets_may_stand_in_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SECRET}\n")
    (tmp_path / "url").write_text("postgres://a@b/c\n")
    made = config(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key"), DATABASE_URL_FILE=str(tmp_path / "url"))
    assert made.secrets == (SECRET,)
    assert made.database_url == "postgresql+psycopg://a@b/c"
    assert refused(tmp_path, SECRET_KEY_FILE=str(tmp_path / "nowhere")) == ("file_unreadable", "SECRET_KEY_FILE")


def test_older_secrets_follow_the_present_one(tmp_path: Path) -> None:
    assert config(tmp_path, SECRET_KEY=SECRET, SECRET_KEY_OLD="one two").secrets == (SECRET, "one", "two")


def test_production_wants_https_a_real_secret_and_a_disk_that_stays(tmp_path: Path) -> None:
    assert config(tmp_path, **PUBLIC).production
    assert refused(tmp_path, **{**PUBLIC, "PUBLIC_URL": "http://survey.example"}) == (
        "public_url_not_https",
        "PUBLIC_URL",
    )
    assert refused(tmp_path, PUBLIC_URL="https://survey.example") == ("secret_missing", "SECRET_KEY")
    assert refused(tmp_path, SECRET_KEY="short") == ("secret_too_short", "SECRET_KEY")
    assert refused(tmp_path, **PUBLIC, DYNO="web.1") == ("sqlite_on_throwaway_disk", "DATABASE_URL")
    assert config(tmp_path, **PUBLIC, DYNO="web.1", DATABASE_URL="postgres://a/b").production


@pytest.mark.parametrize("value", ["", "many", "-1", "1.5", "٣"])
def test_numbers_are_numbers(tmp_path: Path, value: str) -> None:
    if value in {"", "٣"}:
        assert config(tmp_path, PORT=value).port in {8000, 3}
    else:
        assert refused(tmp_path, PORT=value) == ("not_a_whole_number", "PORT")


def test_a_bot_needs_nothing_but_its_token(tmp_path: Path) -> None:
    assert config(tmp_path).telegram_token is None
    made = config(tmp_path, TELEGRAM_BOT_TOKEN="7000000001:secret")
    assert (made.telegram_token, made.telegram_api) == ("7000000001:secret", "https://api.telegram.org")
    assert (made.telegram_secret, made.bot_id) == (None, 7000000001)
    assert config(tmp_path, TELEGRAM_BOT_TOKEN="no token").bot_id == 0
    assert "secret" not in repr(made).replace("secrets=", "")


def test_another_bot_api_server_and_a_webhook_secret_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "hook").write_text("a-secret_of_the_webhook\n")
    made = config(
        tmp_path, TELEGRAM_API_URL="http://127.0.0.1:8081/", TELEGRAM_WEBHOOK_SECRET_FILE=str(tmp_path / "hook")
    )
    assert (made.telegram_api, made.telegram_secret) == ("http://127.0.0.1:8081", "a-secret_of_the_webhook")


@pytest.mark.parametrize("secret", ["short", "sixteen letters and blanks", "ünïcödé-ünïcödé-ünïcödé", "x" * 257])
def test_a_webhook_secret_that_telegram_would_not_take_is_refused(tmp_path: Path, secret: str) -> None:
    assert refused(tmp_path, TELEGRAM_WEBHOOK_SECRET=secret) == ("webhook_secret_unusable", "TELEGRAM_WEBHOOK_SECRET")


@pytest.mark.parametrize(
    "url", ["mysql://a/b", ":", "nonsense", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql+pg8000://a/b"]
)
@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_URL_DIRECT"])
def test_no_other_database_is_taken(tmp_path: Path, name: str, url: str) -> None:
    assert refused(tmp_path, **{name: url}) == ("database_unknown", name)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PORT", "0", "out_of_range"),
        ("PORT", "65536", "out_of_range"),
        ("WEB_CONCURRENCY", "0", "out_of_range"),
        ("TRUSTED_PROXIES", "9" * 30, "out_of_range"),
        ("LOG_LEVEL", "loud", "log_level_unknown"),
    ],
)
def test_what_no_server_can_use_is_refused(tmp_path: Path, name: str, value: str, code: str) -> None:
    assert refused(tmp_path, **{name: value}) == (code, name)
    assert config(tmp_path, LOG_LEVEL="WARNING").log_level == "warning"
