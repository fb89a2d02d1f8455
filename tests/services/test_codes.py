"""Codes survive being read aloud, written down and typed again."""

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.services import codes

_KEYS = st.binary(min_size=32, max_size=32)


def test_a_collectors_code_has_no_look_alikes() -> None:
    letters = {letter for _ in range(500) for letter in codes.new_code()}
    assert not letters & set("0O1IL")
    assert letters == set(codes.LETTERS)


def test_a_code_typed_in_small_letters_with_blanks_is_the_same_code() -> None:
    assert codes.read_code(" abcd-ef 23 ") == "ABCDEF23"


def test_what_cannot_be_a_code_is_none() -> None:
    assert codes.read_code("ABCDEF2") is None
    assert codes.read_code("ABCDEF20") is None
    assert codes.read_code("ÄBCDEF23") is None
    assert codes.read_code("") is None


@given(_KEYS, _KEYS)
def test_a_receipt_is_the_same_each_time_and_reads_back(receipt_key: bytes, client_key: bytes) -> None:
    receipt = codes.receipt_of(receipt_key, client_key)
    assert receipt == codes.receipt_of(receipt_key, client_key)
    assert codes.read_receipt(receipt.lower().replace("-", " ")) == receipt


@given(_KEYS, _KEYS, st.integers(0, 20), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_every_single_wrong_letter_of_a_receipt_is_found(key: bytes, client: bytes, place: int, letter: str) -> None:
    letters = codes.receipt_of(key, client).replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]
    assert (codes.read_receipt(wrong) is None) == (wrong != letters)


def test_o_and_i_typed_for_zero_and_one_are_understood() -> None:
    receipt = next(made for made in map(_receipt, range(1000)) if {"0", "1"} <= set(made))
    assert codes.read_receipt(receipt.replace("0", "o").replace("1", "l")) == receipt
    assert codes.read_receipt(receipt.replace("0", "O").replace("1", "I")) == receipt


def test_receipts_of_another_wave_or_another_key_differ() -> None:
    assert len({_receipt(number) for number in range(2000)}) == 2000
    assert codes.receipt_of(b"a" * 32, b"k" * 32) != codes.receipt_of(b"b" * 32, b"k" * 32)


def test_the_submission_key_is_not_the_digest_the_draft_is_found_by() -> None:
    token = codes.new_token()
    assert len(token) >= 22
    assert codes.key_of(token) != codes.digest(token)


def _receipt(number: int) -> str:
    return codes.receipt_of(b"r" * 32, number.to_bytes(32))
