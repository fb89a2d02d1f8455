"""Languages of the interface: catalogues compiled in memory when first needed, long dates, and the choice of one."""

import io
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from math import ceil
from pathlib import Path

from babel import negotiate_locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from babel.units import format_unit

LANGUAGES = ("et", "lv", "ru", "en", "uk")
_LOCALES = {"en": "en_GB"}
"""Plain English would give American dates."""

_LONG_DATES = {
    "et": (
        "{day}. {month} {year}",
        "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    ),
    "lv": (
        "{year}. gada {day}. {month}",
        "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris",
    ),
    "ru": (
        "{day} {month} {year}\u202fг.",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    ),
    "en": (
        "{day} {month} {year}",
        "January February March April May June July August September October November December",
    ),
    "uk": (
        "{day} {month} {year}\u202fр.",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    ),
}
"""What CLDR says, as a test compares. Babel keeps up to 10 MB in each process once it was asked for five months."""

_KILO, _MEGA = 1000, 1000 * 1000
_PACKAGED = Path(__file__).parent / "_translations"
CATALOGUES = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent / "translations"


@lru_cache(maxsize=32)
def translations_for(language: str) -> NullTranslations:
    """The interface's texts in a language; English as written in the code where there is no catalogue."""
    file = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(file.read_bytes()), locale=language))
    compiled.seek(0)
    return Translations(compiled)


def choose(wanted: str | None, accepted: str, offered: Sequence[str], default: str) -> str:
    """The language to speak: the one asked for, else the best the browser accepts, else the default."""
    if wanted in offered:
        return str(wanted)
    preferred = [part.partition(";")[0].strip().replace("-", "_") for part in accepted[:500].split(",")]
    # Whoever writes "ET" gets it back as written, not as it is offered.
    best = (negotiate_locale(preferred, offered) or "").lower()
    return {code.lower(): code for code in offered}.get(best, default if default in offered else offered[0])


def long_date(day: date, language: str) -> str:
    """A day in words, for example ``2026. gada 2. novembris``."""
    words = _LONG_DATES.get(language)
    if words is None:
        return str(format_date(day, "long", locale=locale_of(language)))
    pattern, months = words
    return pattern.format(day=day.day, month=months.split(" ")[day.month - 1], year=day.year)


def size_in_words(size: int, language: str) -> str:
    """How large a file of so many bytes is, for example ``48 kB``; a small one is as large as the next kilobyte."""
    large = size >= _MEGA
    number, unit = (round(size / _MEGA, 1), "megabyte") if large else (ceil(size / _KILO), "kilobyte")
    return str(format_unit(number, f"digital-{unit}", "short", locale=locale_of(language)))


def locale_of(language: str) -> str:
    """The locale of dates and numbers in a language."""
    return _LOCALES.get(language, language)
