"""Passphrases: long ones, none that everybody uses, kept as argon2id, and no telling who has one."""

import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from surveyapp.services import passwords
from surveyapp.services.passwords import NOBODYS
from tests.builders import refused
from tests.staff import OTHER, PASSPHRASE, hash_of

EMAIL = "anna.berzina@example.org"


@pytest.mark.parametrize(
    "passphrase",
    [
        PASSPHRASE,
        "ķirbis zem ābeles",
        "тихое утро в мае",
        "🦔🌳🍂☕📚🎈🚲🌙⛵🎻🧵🪁",
        "x7" * 6 + "mkq",
        " spaces count too ",
    ],
)
def test_anything_long_enough_may_be_one(passphrase: str) -> None:
    assert passwords.judge(passphrase, EMAIL) == passphrase


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [
        ("", "passphrase_too_short"),
        ("eleven char", "passphrase_too_short"),
        ("half a letter \udc80", "passphrase_too_short"),
        ("long " * 26, "passphrase_too_long"),
        ("1q2w3e4r5t6y", "passphrase_known"),
        ("Password1234", "passphrase_known"),
        ("QWERTY123456", "passphrase_known"),
        ("abababababababab", "passphrase_known"),
        ("anna.berzina2010", "passphrase_is_address"),
    ],
)
def test_what_is_short_long_known_or_ones_own_address_is_refused(passphrase: str, code: str) -> None:
    refused(code, passwords.judge, passphrase, EMAIL)


def test_nothing_is_cut_and_letters_are_the_same_however_they_are_typed() -> None:
    assert len(passwords.judge("longer " * 18, EMAIL)) == 126
    composed = "pie kāpnēm aiz mājas"
    apart = unicodedata.normalize("NFD", composed)
    assert composed != apart
    assert passwords.fits(passwords.hashed(apart, EMAIL), composed)
    stored = hash_of("longer " * 18)
    assert not passwords.fits(stored, "longer " * 18 + "x")
    assert not passwords.fits(stored, ("longer " * 18)[:-1])


def test_thousands_of_common_ones_are_known_all_long_enough_to_be_tried() -> None:
    known = passwords.known()
    assert len(known) > 15_000
    assert {len(each) >= passwords.SHORTEST and each == each.casefold() for each in known} == {True}


def test_it_is_kept_as_argon2id_with_the_floor_that_is_recommended() -> None:
    for stored in (hash_of(PASSPHRASE), NOBODYS):
        found = extract_parameters(stored)
        assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19 * 1024, 2, 1)
        assert (found.hash_len, found.salt_len) == (32, 16)
    assert hash_of(PASSPHRASE) != passwords.hashed(PASSPHRASE, EMAIL), "salted"


def test_only_the_right_one_fits_and_nothing_fits_nobody() -> None:
    stored = hash_of(PASSPHRASE)
    assert passwords.fits(stored, PASSPHRASE)
    for wrong in (OTHER, "", PASSPHRASE.upper(), PASSPHRASE + " ", "\udc80" * 12, "x" * 100_000):
        assert not passwords.fits(stored, wrong)
    for nobody in (None, "", "no hash at all"):
        assert not passwords.fits(nobody, PASSPHRASE)


def test_nobody_is_hashed_for_just_as_somebody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(passwords, "_verified", lambda stored, written: bool(tried.append(stored)))
    for stored, passphrase in ((hash_of(PASSPHRASE), OTHER), (None, OTHER), (None, "\udc80"), (None, "x" * 1000)):
        assert not passwords.fits(stored, passphrase)
    assert tried == [hash_of(PASSPHRASE), NOBODYS, NOBODYS, NOBODYS]


def test_one_made_with_other_settings_is_hashed_anew() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSPHRASE)
    renewed = passwords.renewed(weak, PASSPHRASE)
    assert passwords.fits(weak, PASSPHRASE)
    assert passwords.fits(renewed, PASSPHRASE)
    assert passwords.renewed(renewed, PASSPHRASE) is None


def test_two_are_hashed_at_once_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def slow(stored: str, written: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        sleep(0.02)
        with lock:
            running -= 1
        return False

    monkeypatch.setattr(passwords, "_verified", slow)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: passwords.fits(None, OTHER), range(16)))
    assert most == passwords.AT_ONCE == 2


def test_whoever_would_wait_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0.01)
    turn = passwords._turn()
    with turn, turn:
        refused("too_busy", passwords.fits, None, OTHER)
    assert not passwords.fits(None, OTHER)
