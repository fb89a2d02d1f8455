"""How the command line speaks: sentences or JSON, progress where somebody watches, and a sentence for every failure."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import OperationalError
from tqdm import tqdm

from surveyapp.config import Config, ConfigError
from surveyapp.services.explanations import explain
from surveyapp.services.refusals import Refusal
from surveyapp.store.migrating import NewerDatabase
from surveyapp.store.sessions import Sessions, StoreUnavailable, make_sessions

_SETTINGS = {
    "public_url_not_https": "must begin with https:// when the service is reachable from elsewhere",
    "sqlite_on_throwaway_disk": "SQLite would be lost with this disk; use PostgreSQL",
    "file_unreadable": "the file it names can't be read",
    "not_a_whole_number": "must be a whole number",
    "out_of_range": "must lie between %(least)s and %(most)s",
    "database_unknown": "must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE",
    "log_level_unknown": "must be debug, info, warning or error",
    "secret_missing": "is needed when the service is reachable from elsewhere",
    "secret_too_short": "must have at least 32 bytes",
    "provider_incomplete": "is needed beside OIDC_ISSUER",
    "webhook_secret_unusable": "must have 16 to 256 letters, digits, hyphens or underscores",
}

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def settings() -> Config:
    """The settings of the environment."""
    return Config.from_env(os.environ)


def explained(command: Callable[..., None]) -> Callable[..., None]:
    """End every expected failure in a sentence and exit code 1, never in a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except Refusal as refusal:
            raise click.ClickException(explain(refusal)) from None
        except ConfigError as error:
            words = _SETTINGS[error.code] % error.values
            raise click.ClickException(f"setting {error.values['setting']}: {words}") from None
        except NewerDatabase:
            raise click.ClickException("the database belongs to a newer release; install that one") from None
        except (StoreUnavailable, OperationalError):
            raise click.ClickException("the database can't be reached, is busy or was never upgraded") from None
        except OSError as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None

    return run


@contextmanager
def opened(config: Config) -> Iterator[Sessions]:
    """Sessions on the database of the settings, closed at the end."""
    sessions = make_sessions(config)
    try:
        yield sessions
    finally:
        sessions.dispose()


def say(data: Any, as_json: bool, *sentences: str) -> None:  # noqa: FBT001 - the option, handed on as it came
    """Print the data as JSON, or the sentences, one a line."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else "\n".join(sentences))


def bar(what: str, of: int) -> Any:
    """Show progress on standard error; nothing where nobody would see it."""
    return tqdm(total=of, desc=what, unit="", disable=None, leave=False)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for work that says itself how much of how much is done."""
    with bar(what, 0) as shown:

        def report(done: int, of: int) -> None:
            shown.total = of
            shown.update(done - shown.n)

        yield report
