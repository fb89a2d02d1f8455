"""Signing in with an identity provider: its own people, this browser, this request, now; nothing else is believed."""

import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from surveyapp.config import Config, ConfigError
from surveyapp.services import oidc, passkeys, people, second_factors, sign_in, staff_sessions
from surveyapp.services.fetching import fetch, is_safe
from surveyapp.services.oidc import Provider
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.sessions import Sessions, make_sessions
from surveyapp.store.signing_in import OidcLink, PreSession
from surveyapp.store.tenancy import elsewhere
from tests.builders import refused
from tests.conftest import SECRET, Database
from tests.identity_provider import CLIENT, IdentityProvider, running, visit
from tests.identity_provider import SECRET as PROVIDERS_SECRET
from tests.staff import HERE, WRAPS, Staff, anna, employed, found, hash_of, logged, office, shows, signed_in, with_app

BACK = "https://survey.example/sign-in/provider"
NEW = "another secret of the tests, long enough as well"


@pytest.fixture
def there() -> Iterator[IdentityProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def desk(sessions: Sessions) -> Staff:
    anna(sessions)
    return signed_in(sessions)


@pytest.fixture
def sqlite_sessions(sqlite_database: Database) -> Iterator[Sessions]:
    """What a token says doesn't depend on the database."""
    made = make_sessions(sqlite_database.config())
    yield made
    made.dispose()


def ours(there: IdentityProvider) -> Provider:
    return Provider(there.issuer, CLIENT, PROVIDERS_SECRET, "town")


def subject(sessions: Sessions, there: IdentityProvider) -> str:
    """Somebody leaves for the provider and comes back: whom it means."""
    known = oidc.discover(fetch, ours(there))
    with sessions.begin() as session:
        now = clock.seconds(session)
        leaving = oidc.leave(session, known, BACK, now)
    back = visit(leaving.url)
    with sessions.begin() as session:
        kept = oidc.returned(session, leaving.token, back["state"], now)
    return oidc.subject(fetch, known, kept, back["code"], now)


def linked(sessions: Sessions, desk: Staff, there: IdentityProvider) -> None:
    who = subject(sessions, there)
    with sessions.begin() as session:
        oidc.link(session, desk.own, SECRET, ours(there), who)


def comes_in(sessions: Sessions, org_id: UUID, there: IdentityProvider) -> sign_in.Outcome:
    who = subject(sessions, there)
    with sessions.begin() as session:
        person_id = oidc.linked(session, [SECRET], org_id, ours(there), who)
        return sign_in.with_provider(session, org_id, person_id, HERE)


def test_whoever_is_linked_is_let_in(sessions: Sessions, desk: Staff, there: IdentityProvider) -> None:
    assert comes_in(sessions, desk.own.org_id, there).state == "wrong", "nobody is linked by their address"
    linked(sessions, desk, there)
    own = found(sessions, comes_in(sessions, desk.own.org_id, there).token)
    assert (own.person_id, own.org_id, own.method, own.second) == (desk.own.person_id, desk.own.org_id, "oidc", None)
    there.subject = "somebody else"
    assert comes_in(sessions, desk.own.org_id, there).state == "wrong"
    with sessions.begin() as session:
        assert {"provider_linked", "sign_in_failed"} <= set(logged(session, desk.own.org_id))
        oidc.unlink(session, desk.own)
    there.subject = "EE-10101010005"
    assert comes_in(sessions, desk.own.org_id, there).state == "wrong"


def test_a_second_factor_is_asked_for_as_after_a_passphrase(
    sessions: Sessions, desk: Staff, there: IdentityProvider
) -> None:
    linked(sessions, desk, there)
    _, codes = with_app(sessions, desk)
    step = comes_in(sessions, desk.own.org_id, there)
    assert step.state == "second_factor"
    own = found(sessions, shows(sessions, step.token, codes[0]).token)
    assert (own.method, own.org_id) == ("oidc", desk.own.org_id)


def test_nothing_of_the_subject_is_stored(sessions: Sessions, desk: Staff, there: IdentityProvider) -> None:
    linked(sessions, desk, there)
    with sessions.begin() as session:
        with elsewhere(session, desk.own.org_id):
            stored = session.scalars(select(OidcLink)).one()
        assert "10101010005" not in str(vars(stored))
        region = office(session, "region")
        for secrets, org_id, provider in (
            ([NEW], desk.own.org_id, ours(there)),
            ([SECRET], region, ours(there)),
            ([SECRET], desk.own.org_id, ours(there)._replace(issuer="https://other.example")),
        ):
            with elsewhere(session, org_id):
                assert oidc.linked(session, secrets, org_id, provider, there.subject) is None


def test_a_new_secret_of_the_service_keeps_the_link(sessions: Sessions, desk: Staff, there: IdentityProvider) -> None:
    linked(sessions, desk, there)
    with sessions.begin() as session:
        for secrets in ([NEW, SECRET], [NEW]):
            found_ = oidc.linked(session, secrets, desk.own.org_id, ours(there), there.subject)
            assert found_ == desk.own.person_id


def test_one_subject_is_one_account(sessions: Sessions, desk: Staff, there: IdentityProvider) -> None:
    linked(sessions, desk, there)
    linked(sessions, desk, there)
    with sessions.begin() as session:
        employed(session, desk.own.org_id, "berta@example.org")
    refused("provider_taken", linked, sessions, signed_in(sessions, "berta@example.org"), there)


LIES = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "for another client": {"aud": "another"},
    "for several, on another's behalf": {"aud": [CLIENT, "another"], "azp": "another"},
    "for several, on nobody's behalf": {"aud": [CLIENT, "another"]},
    "on another's behalf": {"azp": "another"},
    "for nobody": {"aud": None},
    "of an hour ago": {"iat": int(time.time()) - 4000, "exp": int(time.time()) - 3600},
    "for ever": {"exp": None},
    "no date": {"iat": None},
    "of another request": {"nonce": "another"},
    "of no request": {"nonce": None},
    "nobody": {"sub": None},
    "an empty name": {"sub": ""},
    "an endless name": {"sub": "x" * 256},
    "no name": {"sub": 7},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_ours_is_refused(sqlite_sessions: Sessions, there: IdentityProvider, lie: str) -> None:
    assert subject(sqlite_sessions, there) == there.subject
    there.lies = LIES[lie]
    refused("provider_refused", subject, sqlite_sessions, there)


@pytest.mark.parametrize(
    "wrongly",
    [
        IdentityProvider.sign_with_another_key,
        IdentityProvider.bring_its_own_key,
        lambda there: setattr(there, "algorithm", "HS256"),
        lambda there: setattr(there, "algorithm", "none"),
    ],
    ids=["unknown key", "a key of its own", "public key as shared secret", "no signature"],
)
def test_a_signature_that_others_could_make_is_refused(
    sqlite_sessions: Sessions, there: IdentityProvider, wrongly: Callable[[IdentityProvider], None]
) -> None:
    wrongly(there)
    refused("provider_refused", subject, sqlite_sessions, there)


def test_other_kinds_of_keys_are_taken(sqlite_sessions: Sessions, there: IdentityProvider) -> None:
    there.sign_with_a_curve()
    assert subject(sqlite_sessions, there) == there.subject


def test_only_the_browser_that_left_comes_back_and_once(sessions: Sessions, there: IdentityProvider) -> None:
    known = oidc.discover(fetch, ours(there))
    with sessions.begin() as session:
        now = clock.seconds(session)
        mine, thiefs = (oidc.leave(session, known, BACK, now) for _ in range(2))
    back = visit(thiefs.url)
    for token, state, when in (
        (mine.token, back["state"], now),
        ("made up", back["state"], now),
        (thiefs.token, back["state"], now + 601),
    ):
        with pytest.raises(Refusal, match="provider_refused"), sessions.begin() as session:
            oidc.returned(session, token, state, when)
    with sessions.begin() as session:
        kept = oidc.returned(session, thiefs.token, back["state"], now)
        refused("provider_refused", oidc.returned, session, thiefs.token, back["state"], now)
        assert session.scalars(select(PreSession.purpose)).all() == ["oidc"]
    assert oidc.subject(fetch, known, kept, back["code"], now) == there.subject
    refused("unreachable", oidc.subject, fetch, known, kept, back["code"], now)
    assert "client_secret" not in there.asked[0], "told in the header"


def test_a_code_without_its_verifier_is_worth_nothing(sessions: Sessions, there: IdentityProvider) -> None:
    known = oidc.discover(fetch, ours(there))
    with sessions.begin() as session:
        leaving = oidc.leave(session, known, BACK, clock.seconds(session))
    code = visit(leaving.url)["code"]
    stolen = {"verifier": "x" * 43, "nonce": "y", "back": BACK}
    refused("unreachable", oidc.subject, fetch, known, stolen, code, int(time.time()))


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({"issuer": "https://evil.example"}, "provider_unusable"),
        ({"token_endpoint": "http://evil.example/token"}, "provider_unusable"),
        ({"jwks_uri": None}, "provider_unusable"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "provider_unusable"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "provider_unusable"),
    ],
)
def test_a_provider_that_cannot_be_used_is_said_to_be(
    there: IdentityProvider, metadata: dict[str, object], code: str
) -> None:
    there.metadata = metadata
    refused(code, oidc.discover, fetch, ours(there))


def test_what_is_no_document_is_said_to_be_unusable(there: IdentityProvider) -> None:
    for body in (b"", b"[]", b"[" * 9000, b"\xff"):
        refused("provider_unusable", oidc.discover, lambda *_, body=body: body, ours(there))


def test_only_https_is_spoken_with_others_and_no_redirect_followed(there: IdentityProvider) -> None:
    assert is_safe("https://id.example/x")
    assert is_safe("http://127.0.0.1:8000/x")
    for address in ("http://id.example", "file:///etc/passwd", "ftp://127.0.0.1", "", "javascript:1"):
        assert not is_safe(address)
        refused("unreachable", fetch, address, None, {})
    asked = "response_type=code&client_id=surveyapp&code_challenge_method=S256&scope=openid&state=x&redirect_uri=/keys"
    refused("unreachable", fetch, f"{there.issuer}/authorize?{asked}", None, {})
    refused("unreachable", fetch, f"{there.issuer}/nowhere", None, {})


def test_what_one_organisations_provider_says_opens_no_other(
    sessions: Sessions, desk: Staff, there: IdentityProvider
) -> None:
    """The town's provider could name anybody. It must reach neither the region nor a way to sign in there."""
    linked(sessions, desk, there)
    with sessions.begin() as session:
        region = office(session, "region")
        employed(session, region)
    outcome = comes_in(sessions, desk.own.org_id, there)
    own = found(sessions, outcome.token)
    assert own.org_id == desk.own.org_id
    with sessions.begin() as session:
        now, here = clock.seconds(session), passkeys.site("https://survey.example")
        assert staff_sessions.act_in(session, outcome.token, region, now) is None
        assert oidc.linked(session, [SECRET], region, ours(there), there.subject) is None
        refused("not_with_provider", people.change_password, session, own, hash_of("three quiet mornings in May"))
        refused("not_with_provider", second_factors.begin_app, session, WRAPS, own, "anna@example.org")
        refused("not_with_provider", passkeys.begin_adding, session, here, own, "anna@example.org", now)


def test_its_settings_are_given_together_or_not_at_all(tmp_path: object) -> None:
    environ = {"INSTANCE_DIR": str(tmp_path), "OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "us"}
    whole = {**environ, "OIDC_CLIENT_SECRET": "s", "OIDC_ORGANISATION": "town"}
    assert oidc.provider(Config.from_env(whole)) == ("https://id.example", "us", "s", "town")
    assert oidc.provider(Config.from_env({"INSTANCE_DIR": str(tmp_path)})) is None
    with pytest.raises(ConfigError, match="provider_incomplete"):
        Config.from_env(environ)
