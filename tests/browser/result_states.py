"""Every state of the pages about results, for staff and for everybody: thirty-two made-up people have answered, their answers are
released."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.reports_in_words import pages
from surveyapp.services import analysts, demo, jobs, releasing, staff_sessions, waves
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.staff_sessions import Opening
from surveyapp.store import clock
from surveyapp.store.sessions import Sessions
from surveyapp.web.analyse import BLUEPRINTS
from tests.builders import settle_all
from tests.staff import employed, with_key

STAFF = frozenset(blueprint.name for blueprint in BLUEPRINTS)
ONLY_LEADS_ON = frozenset(
    {"rows.agree", "rows.take", "rows.revoke_token", "running.ask", "running.publish", "running.withdraw"}
)
PEOPLE = 32
States = Iterator[tuple[str, str, str, tuple[tuple[str, str], ...]]]


def results(sessions: Sessions, profile: str = "analyst") -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Cookies of people by what they are, and ids of a wave that is open and of a release."""
    with sessions.begin() as session:
        demo.set_up(session, "http://127.0.0.1:8000")
    with sessions.begin() as session:
        for person in range(PEOPLE):
            demo.answer(session, person)
    settle_all(sessions, lambda session: waves.find_wave(session, demo.PAST))
    release = releasing.make(sessions, demo.PAST, OPERATOR, Shell(pages), profile)
    with sessions.begin() as session:
        going_on = waves.find_wave(session, demo.OPEN)
        going_on.offers_withdrawal, going_on.settles, open_wave = False, date(2010, 12, 31), going_on.id
        for kind, reason in (("settle", ""), ("release", "too_few_to_say")):
            jobs.ask(session, release.org_id, kind, open_wave)
            if reason:
                jobs.failed(session, jobs.Key(release.org_id, kind, open_wave), reason)
        cookies = {name: _signed_in(session, release.org_id, name) for name in ("analyst", "beginner", "manager")}
    named = {f"results {name}": {"sid": token} for name, token in cookies.items()}
    return named, {"open": str(open_wave), "settled": str(release.wave_id), "release": str(release.id)}


def _signed_in(session: Session, org_id: UUID, name: str) -> str:
    role = "analyst" if name == "beginner" else name
    person = employed(session, org_id, f"results-{name}@example.org", role)
    if name == "analyst":
        analysts.agree(session, org_id, person)
    with_key(session, person)
    opening = Opening(person, org_id, "passphrase", "Firefox, Linux", second=True)
    return staff_sessions.begin(session, opening, clock.seconds(session))


def result_states(links: dict[str, str], asked: str) -> States:
    """Endpoint, who, path, and what is pressed."""
    release = f"/analyse/releases/{links['release']}"
    yield "analyse.show", "results analyst", f"/analyse{asked}", ()
    for who in ("analyst", "manager"):
        yield "analyse.release", f"results {who}", f"{release}{asked}", ()
    yield "analyse.wave", "results manager", f"/analyse/waves/{links['open']}{asked}", ()
    yield "analyse.wave", "results manager", f"/analyse/waves/{links['settled']}{asked}", ()
    clients = f"/analyse/waves/{links['settled']}/clients{asked}"
    yield "clients.ask", "results manager", clients, ()
    yield "clients.take", "results manager", clients, (("all", "many"),)
    yield "analyse.codebook", "results analyst", f"{release}/codebook{asked}", ()
    yield "analyse.tables", "results manager", f"{release}/tables{asked}", ()
    yield "analyse.tables", "results analyst", f"{release}/tables{asked}&for=staff&by=age_band", ()
    yield "rows.agreement", "results beginner", f"/analyse/agreement{asked}", ()
    yield "rows.agreement", "results analyst", f"/analyse/agreement{asked}", ()
    yield "rows.show", "results analyst", f"{release}/rows{asked}", ()
    yield "rows.tokens", "results analyst", f"/analyse/tokens{asked}", ()
    yield "rows.make_token", "results analyst", f"/analyse/tokens{asked}", (("name", ""),)
