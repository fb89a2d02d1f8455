"""Results: pages for analysts and managers, public tables for everybody, and the same for programs."""

from flask import Flask

from surveyapp.services.refusals import Refusal
from surveyapp.web.analyse import api, clients, pages, results, rows, running, texts
from surveyapp.web.manage import sign_in

BLUEPRINTS = (pages.analyse, clients.clients, rows.rows, running.running, texts.texts)
"""Those of staff."""

for _blueprint in BLUEPRINTS:
    _blueprint.register_error_handler(Refusal, sign_in.declined)


def install(app: Flask) -> None:
    """Serve them."""
    for blueprint in (*BLUEPRINTS, results.results, api.api):
        app.register_blueprint(blueprint)
