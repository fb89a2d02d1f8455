"""Alphabetical order in the five languages. Code points, databases and Python itself order õ, ķ, ё and ґ wrongly."""

import unicodedata

_ALPHABETS = {
    "et": "a b c d e f g h i j k l m n o p q r s š z ž t u v w õ ä ö ü x y",
    "lv": "a ā b c č d e ē f g ģ h i y ī j k ķ l ļ m n ņ o ō p q r ŗ s š t u ū v w x z ž",
    "ru": "а б в г д е|ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я",
    "en": "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "uk": "а б в г ґ д е є ж з и і ї й к л м н о п р с т у ф х ц ч ш щ ь ю я",
}
"""Language -> letters in order; ``|`` joins letters that differ only when all else is equal."""

_RANKS = {
    language: {
        letter: (rank, accent)
        for rank, letters in enumerate(alphabet.split(" "))
        for accent, letter in enumerate(letters.split("|"))
    }
    for language, alphabet in _ALPHABETS.items()
}
_SPACE, _PUNCTUATION, _DIGIT, _LETTER, _FOREIGN = range(5)
_APOSTROPHES = str.maketrans("’ʼ", "''")

Key = tuple[list[tuple[int, int]], list[int], list[bool]]


def sort_key(text: str, language: str) -> Key:
    """Key for ``sorted``: letters first, then accents, then case with the small letter first."""
    ranks = _RANKS.get(language, _RANKS["en"])
    letters = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
    placed = [_place(letter.lower(), ranks) for letter in letters]
    return [place for place, _ in placed], [accent for _, accent in placed], [letter.isupper() for letter in letters]


def _place(letter: str, ranks: dict[str, tuple[int, int]]) -> tuple[tuple[int, int], int]:
    """((class, rank in the class), accent): space, punctuation, digits, the alphabet, other scripts."""
    base = unicodedata.normalize("NFD", letter)[0]
    known = ranks.get(letter) or ranks.get(base)
    if known:
        rank, accent = known
        return (_LETTER, rank), accent if letter in ranks else ord(letter[0])
    if letter.isspace():
        return (_SPACE, 0), 0
    if letter.isdigit():
        return (_DIGIT, unicodedata.digit(letter[0])), ord(letter[0])
    return (_FOREIGN if letter[0].isalpha() else _PUNCTUATION, ord(letter[0])), 0
