"""Street addresses, flats and postcodes in a text, as Estonia, Latvia and Ukraine write them. Pure."""

import re
from collections.abc import Iterator

_FLAT = (
    r"(?:,?\s?(?:korter|krt|dz|dzīvoklis|dzīv|kv|кв|квартира|кварт|помешкання|flat|apt|apartment|д|дом|буд|будинок|house|k)"
    r"\b\.?\s?-?\s?\d{1,4}[a-zа-яіA-ZА-Я]?\b)"
)
_HOUSE = r"(?<!\d)\d{1,4}\s?(?:[a-zA-Zа-яіА-Я]\b)?(?:\s?[-–/]\s?\d{1,4}[a-z]?)?(?![\d%])(?![.,:]\d)"
_COUNTED = (
    r"(?!\s?(?:korda|korra|eur|€|min|tund|päev|kuu|aasta|inim|asja|m\b|km|reiz|gad|dien|stund|cilv|раз|час|дн|мин|хв|лет|год|рок|чел|люд|"
    r"time|day|hour|month|year|people|minut|cm|kg))"
)
_TOWN = r"(?:,\s(?:м|г)\.\s?[А-ЯІЇЄҐ]\w+)?"
_NUMBERED = rf"{_HOUSE}{_FLAT}{{0,2}}{_COUNTED}{_TOWN}"
_CAPITAL = r"[A-ZÄÖÜÕŠŽĀČĒĢĪĶĻŅŪА-ЯЁІЇЄҐ]"
_WORD = r"[^\W\d_][\w'’.-]*"
_TYPE = (
    r"tn\b\.?|tänav\w*|pst\b\.?|puieste\w*|mnt\b\.?|maantee\w*|põi[kg]\w*|allee\w*|"
    r"iel[aāuai]\w*|prospekt\w*|gatv[eēi]\w*|bulvār\w*|šosej\w*|"
    r"street|avenue|"
    r"ул\b\.?|улиц\w*|вул\b\.?|вулиц\w*|проспект\w*|просп\b\.?|бульвар\w*|шоссе|шосе|переул\w*|пров\w*|иела|ієла|мнт\b|тн\b|пст\b|пуйест\w*"
)
_AFTER_CAPITAL = r"tee[dl]?|teele|plats\w*|väljak\w*|laukum\w*|ceļ[šauāi]\w*"
_STREET = re.compile(
    rf"(?:(?<=[^\s.!?]\s)(?-i:{_CAPITAL})[\w-]+\s)?\b{_WORD}\s(?:{_TYPE}),?\s(?:(?:д|дом|буд|будинок)\b\.?\s?)?{_NUMBERED}",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"\b{_CAPITAL}[\w-]+\s(?:{_AFTER_CAPITAL})\s{_NUMBERED}")
_TYPE_FIRST = re.compile(
    r"(?:\b(?:м|г)\.\s?[А-ЯІЇЄҐ]\w+,\s)?"
    r"\b(?:ул|вул|пр|просп|пер|пров|пл|бул|наб)\b\.?\s?(?:[\w-]+\s)?[\w-]*[^\W\d][\w-]*,?\s(?:(?:д|дом|буд|будинок)\b\.?\s?)?"
    rf"{_NUMBERED}"
    r"|\b(?:улиц|вулиц|бульвар|проспект|переул|провул|площад|площ)\w*\s(?:[\w-]+\s)?[\w-]*[^\W\d][\w-]*,?\s"
    rf"(?:(?:д|дом|буд|будинок)\b\.?\s?)?{_NUMBERED}",
    re.IGNORECASE,
)
_NUMBER_FIRST = re.compile(
    r"\b\d{1,4}[a-z]?\s(?:[A-Z][\w']+\s){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Way|Square|Court|Crescent|Terrace)\b\.?"
    r"(?:,?\s(?:flat|apt|apartment)\.?\s\d+)?"
)
_HOUSE_AND_FLAT = re.compile(
    rf"(?<=[^\s.!?:])\s(?!(?:Kell|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\s)"
    rf"({_CAPITAL}[\w-]{{2,}}\s\d{{1,3}}[a-z]?(?:-\d{{1,3}}|{_FLAT}))(?!\d)"
)
_FLAT_ALONE = re.compile(
    r"\b(?:korter|krt|dz|dzīvoklis|dzīvoklī|кв|квартира|квартире|квартирі|flat|apt|apartment)\b\.?\s?(?:nr\.?\s?)?\d{1,4}\b(?![.,:]\d)",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    rf"\bLV[-\s]?\d{{4}}\b|\b\d{{5}}\s{_CAPITAL}\w{{2,}}|(?i:\b(?:\w*indeks\w*|индекс\w*|індекс\w*|postcode|zip)\b:?\s?(\d{{4,5}}))\b"
)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand, the longest first; a span that overlaps an earlier one is left out."""
    taken = list[tuple[int, int]]()
    for pattern in (_TYPE_FIRST, _STREET, _PLACE, _NUMBER_FIRST, _HOUSE_AND_FLAT, _FLAT_ALONE, _POSTCODE):
        for match in pattern.finditer(text):
            span = match.span(1) if pattern.groups and match[1] else match.span()
            if not any(span[0] < end and start < span[1] for start, end in taken):
                taken.append(span)
                yield span
