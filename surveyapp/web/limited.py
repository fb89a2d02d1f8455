"""Tries that are counted against a network: forms begun, declined and sent, and wrong links."""

import time

from flask import request
from sqlalchemy.orm import Session

from surveyapp.services import limits
from surveyapp.services.refusals import Refusal
from surveyapp.store.sessions import StoreUnavailable
from surveyapp.web.site import site


def count_form(session: Session) -> None:
    """Count a form that is begun, declined or sent. Raises Refusal "too_many_tries"; then nothing of it is stored."""
    limits.count(session, limits.SUBMISSIONS, request.remote_addr, time.time())


def count_guess(session: Session) -> None:
    """Count a link or code before it is looked up. Raises Refusal "too_many_tries"."""
    limits.count(session, limits.GUESSES, request.remote_addr, time.time())


def forgive_guess(session: Session) -> None:
    """It was no guess: the link or code was right."""
    limits.forgive(session, limits.GUESSES, request.remote_addr, time.time())


def wrong_link(refusal: Refusal) -> Refusal:
    """What to answer to a link that leads nowhere: that, or to wait, once the network has tried too many."""
    try:
        site().sessions.retrying(count_guess)
    except Refusal as too_many:
        return too_many
    except StoreUnavailable:
        return refusal
    return refusal
