"""The staff's side: signing in, one's own account, people, the log, and what needs doing now."""

from flask import Flask

from surveyapp.services.refusals import Refusal
from surveyapp.web.manage import (
    account,
    factors,
    home,
    joining,
    log,
    own_forms,
    passkeys,
    people,
    provider,
    sign_in,
    step_up,
)

BLUEPRINTS = (
    sign_in.sign_in,
    joining.joining,
    step_up.step_up,
    home.home,
    account.account,
    factors.factors,
    passkeys.passkeys,
    people.people,
    provider.provider,
    log.log,
)
for _blueprint in BLUEPRINTS:
    _blueprint.register_error_handler(Refusal, sign_in.declined)


def install(app: Flask, secret: str) -> None:
    """Serve the staff's pages."""
    own_forms.install(app, secret)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
