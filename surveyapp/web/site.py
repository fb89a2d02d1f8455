"""What every request needs and is made once: settings, sessions, form tokens, the stylesheet."""

from dataclasses import dataclass

from flask import Flask, current_app

from surveyapp.config import Config
from surveyapp.services.statements import Statement
from surveyapp.store.sessions import Sessions
from surveyapp.web.tokens import FormTokens


@dataclass(frozen=True)
class Site:
    """The parts of one running application."""

    config: Config
    sessions: Sessions
    tokens: FormTokens
    stylesheet: str
    statement: Statement

    @property
    def https(self) -> bool:
        """Pages are served under https."""
        return self.config.public_url.startswith("https://")


def install(app: Flask, parts: Site) -> None:
    """Keep the parts where requests find them."""
    app.extensions["surveyapp"] = parts


def site() -> Site:
    """The parts of the application that handles the present request."""
    parts: Site = current_app.extensions["surveyapp"]
    return parts
