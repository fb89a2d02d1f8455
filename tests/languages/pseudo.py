"""Pseudo-languages made at test time: ``eo`` with accents and two fifths longer, ``he`` from right to left.

Every message of the interface stands in ⟦brackets⟧, so that a text which doesn't come from a catalogue shows.
"""

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

CODES = ("eo", "he")
_TEMPLATE = Path(__file__).parents[2] / "translations" / "messages.pot"
_FIELD = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\})")
_ACCENTED = str.maketrans("aceijnosuyzACEIJNOSUYZ", "áčéíĵňóšúýžÁČÉÍĴŇÓŠÚÝŽ")
_HEBREW = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד")


def pseudo(text: str, code: str) -> str:
    """The words of a message in a pseudo-language, placeholders left alone."""
    pieces = _FIELD.split(text)
    letters = _ACCENTED if code == "eo" else _HEBREW
    said = "".join(piece if place % 2 else piece.lower().translate(letters) for place, piece in enumerate(pieces))
    longer = " ".join(["õõõõ"] * (len(text) * 2 // 25)) if code == "eo" else ""
    mark = "?" if text.endswith("?") else ""
    return f"⟦{' '.join(filter(None, (said.removesuffix('?'), longer)))}⟧{mark}"


def write_catalogues(folder: Path) -> None:
    """A catalogue for each pseudo-language, where the product looks for catalogues."""
    for code in CODES:
        template = read_po(io.BytesIO(_TEMPLATE.read_bytes()))
        made = Catalog(locale=code)
        for message in template:
            if message.id:
                made.add(message.id, _said(message.id, code, made.num_plurals), context=message.context)
        target = folder / code / "LC_MESSAGES" / "messages.po"
        target.parent.mkdir(parents=True)
        with target.open("wb") as out:
            write_po(out, made)


def _said(words: str | tuple[str, ...], code: str, forms: int) -> str | tuple[str, ...]:
    if isinstance(words, str):
        return pseudo(words, code)
    return tuple(pseudo(words[min(form, len(words) - 1)], code) for form in range(forms))
