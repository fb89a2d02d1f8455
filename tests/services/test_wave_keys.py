"""Keys of waves: made when needed, readable only with the secret, wrapped anew after a new one, gone with the wave."""

from sqlalchemy import select, update

from surveyapp.services import addresses, wave_keys
from surveyapp.services.chats import Chat, Home
from surveyapp.services.collectors import Collecting
from surveyapp.services.wave_keys import Keys
from surveyapp.store.models import Inbox, Participation, WaveKey
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, open_wave, refused, wave_of
from tests.chats import CONSENTED, HOME, Person, place, said
from tests.conftest import SECRET

NEW = "another secret of the tests, long enough as well"


def wrapped(sessions: Sessions) -> bytes:
    with sessions.reading() as session:
        return session.scalars(select(WaveKey.wrapped)).one()


def test_a_wave_gets_its_key_when_somebody_first_needs_it(sessions: Sessions, collecting: Collecting) -> None:
    with sessions.begin(collecting.org_id) as session:
        assert (count(session, WaveKey), wave_keys.open_waves(session, HOME.keys)) == (0, [])
        key = wave_keys.key_of_wave(session, HOME.keys, collecting.org_id, collecting.wave_id)
        assert wave_keys.key_of_wave(session, Keys([SECRET]), collecting.org_id, collecting.wave_id) == key
        assert len(key) == 32
        opened = wave_keys.open_waves(session, HOME.keys)
        assert [(wave.wave_id, wave.key, wave.units) for wave in opened] == [
            (collecting.wave_id, key, (collecting.unit_id,))
        ]
    assert key not in wrapped(sessions)
    assert len(wrapped(sessions)) == 60


def test_the_database_alone_opens_nothing(sessions: Sessions, collecting: Collecting) -> None:
    anna = Person(sessions)
    anna.agrees(collecting.code)
    thief = Keys(["a secret that somebody has guessed, but wrongly"])
    with sessions.begin() as session:
        assert wave_keys.open_waves(session, thief) == []
        assert wave_keys.examined(session, thief) == (1, 0, 0)
        assert wave_keys.examined(session, HOME.keys) == (0, 0, 0)
        refused("key_unreadable", wave_keys.key_of_wave, session, thief, collecting.org_id, collecting.wave_id)
    stranger = Person(sessions, anna.chat, Home(thief, HOME.public_url))
    assert said(stranger.types("hello")) == {"nothing_open"}
    assert said(stranger.starts(collecting.code)) == {"key_unreadable"}


def test_a_key_opens_for_its_own_wave_only(sessions: Sessions, collecting: Collecting) -> None:
    with sessions.begin(collecting.org_id) as session:
        wave_keys.key_of_wave(session, HOME.keys, collecting.org_id, collecting.wave_id)
        other = open_wave(session, CONSENTED, "town/2011")
        wave_keys.key_of_wave(session, HOME.keys, other.org_id, other.wave_id)
        taken = session.scalars(select(WaveKey.wrapped).filter_by(wave_id=collecting.wave_id)).one()
        session.execute(update(WaveKey).filter_by(wave_id=other.wave_id).values(wrapped=taken))
        assert wave_keys.examined(session, Keys([SECRET])).unreadable == 1


def test_a_new_secret_wraps_the_keys_anew_and_conversations_go_on(sessions: Sessions, collecting: Collecting) -> None:
    anna = Person(sessions)
    anna.agrees(collecting.code)
    before = wrapped(sessions)
    both = Keys([NEW, SECRET])
    with sessions.begin() as session:
        assert wave_keys.examined(session, both) == (0, 1, 0)
        assert wave_keys.rewrap(session, both) == 1
        assert wave_keys.rewrap(session, both) == 0
    assert wrapped(sessions) != before
    anna.home = Home(Keys([NEW]), HOME.public_url)
    assert place(anna.types("3")) == "what"
    with sessions.begin() as session:
        assert wave_keys.examined(session, Keys([SECRET])).unreadable == 1


def test_an_old_secret_still_opens_what_it_wrapped(sessions: Sessions, collecting: Collecting) -> None:
    anna = Person(sessions)
    anna.agrees(collecting.code)
    anna.home = Home(Keys([NEW, SECRET]), HOME.public_url)
    assert place(anna.types("3")) == "what"


def test_the_key_ends_with_its_wave(sessions: Sessions, collecting: Collecting) -> None:
    anna = Person(sessions)
    anna.finishes(collecting.code)
    keys = anna.home.keys
    close_and_settle(sessions, collecting)
    with sessions.begin(collecting.org_id) as session:
        assert (count(session, WaveKey), count(session, Participation), count(session, Inbox)) == (0, 1, 0)
        refused("closed", wave_keys.key_of_wave, session, keys, collecting.org_id, collecting.wave_id)
        assert wave_keys.open_waves(session, keys) == []
        assert wave_of(session, collecting).state == "settled"
    assert keys._known == {}
    assert said(anna.starts(collecting.code)) == {"closed"}
    assert said(anna.types("hello")) == {"nothing_open"}


def test_one_chat_has_values_that_tell_nothing_of_each_other() -> None:
    key, unit, chat = b"k" * 32, None, Chat(1, 2, "lv")
    made = {
        addresses.conversation(key, unit, chat),
        addresses.once_only(key, unit, chat),
        addresses.reminding(addresses.conversation(key, unit, chat)),
        addresses.conversation(b"l" * 32, unit, chat),
        addresses.conversation(key, unit, Chat(1, 3)),
        addresses.conversation(key, unit, Chat(2, 2)),
        addresses.draft_token(key, "00000000", b"a" * 32),
        addresses.draft_token(key, "00000001", b"a" * 32),
    }
    assert len(made) == 8
    sealed = addresses.sealed(key, b"r" * 32, Chat(7, -(2**52), "lv"))
    assert addresses.unsealed(key, b"r" * 32, sealed) == Chat(7, -(2**52), "")
    assert sealed != addresses.sealed(key, b"r" * 32, Chat(7, -(2**52), "lv"))
