"""The web application: one factory, a blueprint per audience, and what every page needs around it."""

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from surveyapp.config import Config
from surveyapp.services import statements
from surveyapp.store.sessions import make_sessions
from surveyapp.web import (
    analyse,
    assets,
    compression,
    errors,
    guard,
    headers,
    health,
    journal,
    languages,
    manage,
    pieces,
    site,
    telegram,
)
from surveyapp.web.chat import routes as chats
from surveyapp.web.respond import codes, entry, public, steps
from surveyapp.web.tokens import FormTokens

FORM_BYTES = 64 * 1024
FORM_PARTS = 500


def create_app(config: Config | None = None) -> Flask:
    """The WSGI application for these settings, by default those of the environment."""
    config = config or Config.from_env(os.environ)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        TRUSTED_HOSTS=config.trusted_hosts,
    )
    stylesheet = assets.inline_stylesheet()
    statement = statements.read(config.instance_dir)
    parts = site.Site(config, make_sessions(config), FormTokens(config.secrets), stylesheet, statement)
    site.install(app, parts)
    journal.install(app)
    compression.install(app)
    headers.install(app, config, stylesheet)
    languages.install(app)
    errors.install(app)
    guard.install(app)
    app.jinja_env.globals.update(static=assets.address, stylesheet=stylesheet, once=pieces.once)
    for blueprint in (assets.assets, health.health, public.public, codes.codes, entry.entry, steps.steps, chats.chat):
        app.register_blueprint(blueprint)
    manage.install(app, config.secrets[0])
    analyse.install(app)
    telegram.install(app, parts)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as Flask documents
    return app
