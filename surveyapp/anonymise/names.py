"""Names of people in a text: two capitalised words in a row that are no institution, place or beginning of a sentence. Pure."""

import re
from collections.abc import Iterator

_LETTERS = [chr(code) for code in range(0x41, 0x530)]
_UP = "".join(letter for letter in _LETTERS if letter.isupper())
_LOW = "".join(letter for letter in _LETTERS if letter.islower())
_WORD = rf"[{_UP}](?:[{_LOW}]+(?:['’-][{_UP}]?[{_LOW}]+)*|['’][{_UP}][{_LOW}]+)"
_RUN = re.compile(rf"(?<![\w'’-]){_WORD}(?: {_WORD})+(?![\w-])")
_EACH = re.compile(r"[^ ]+")
_INITIALS = re.compile(rf"(?<![\w'’-])(?:{_WORD} [{_UP}]\. ?[{_UP}]\.|[{_UP}]\. ?[{_UP}]\. ?{_WORD})")
_TITLED = re.compile(
    rf"\b(?:[Hh]ärra|[Pp]roua|[Pp]reili|[Hh]r|[Pp]r|M(?:rs?|s)|[Гг]оспо(?:дин|жа)\w*|[Пп]ані|[Пп]ан)\.? ({_WORD})"
    rf"|({_WORD}) (?:kundz|kung)[{_LOW}]*"
)

_HEADS = re.compile(
    r"\w*(?:keskus|ameti?[st]?\b|haigla|kool(?:i|is|ist)?\b|hooldekod|valitsus|kassa|koguk|ministeerium|kliinik|selts|ühing|osakon|sihtasut|raamatuk|lasteae|lasteai"
    r"|dienest|centr|slimnīc|pašvald|aģentūr|pansionāt|pārvald|ministrij|skol[aāuas]|departament|biedrīb|bibliotēk|poliklīnik|nodaļ"
    r"|centre|center|hospital|council|department|service|society|clinic|library|ministry)\w*",
    re.IGNORECASE,
)
"""Words that end the name of an institution, wherever they stand in a compound: what comes before belongs to it."""

_STEMS = re.compile(
    r"(?:центр|служб|больниц|лікарн|отдел|відділ|департамент|министер|міністер|республик|республік|пансион|пансіон|социал|соціал|психич|психіч"
    r"|здоров|страхов|регион|регіон|городс|міськ|школ|искусств|мистецтв|общест|товарист|церк|библиот|бібліот|поликлин|поліклін|красн[ыо]|червон[иі]"
    r"|дневн|денн|украин|україн|латв|эстон|естон|росси|росій|таллин|таллін|тарту|нарв|риг[аеуи]|даугав|лиепа|лієпа|кулди|кулді|вильян|вільян|лучш|найкращ|хорош"
    r"|eesti|tallinn|tartu|pärnu|viljandi|kuressaare|rakvere|vabarii|koduteen|hoolde|päeva"
    r"|latvij|latvieš|igaunij|rīg[aāasu]|kuldīg|saldus|liepāj|ventspil|jelgav|daugavp|sarkan[aāou]|ziemassv|novad|pilsēt|valst|sociāl|reģion|psihi|vislab"
    r"|europe|estonia|latvia|russia|ukrain|english|christ)",
    re.IGNORECASE,
)
"""Beginnings of words that are no names of people: kinds of institutions, places, nations."""

_COMMON = (
    "aitäh tänan tänud tere palun suur hea kallis kas kui ja aga see ta ma me mina meie minu meil mul kõik kõige väga ainult siin seal "
    "rohkem toit töötajad hooldaja juhataja arst õde proua härra lugupeetud lugupidamisega parimat kuidas miks parem teie teid teile sa sina "
    "jumal punane rist jõulude uus aasta maja kodu kogu liit fond eest "
    "paldies liels labdien sveiki lūdzu mīļā mīļie cienījamā labs laba vai bet un viņa viņš es mēs man mums mūsu mans mana visi vairāk ļoti "
    "tikai šeit tur kāpēc kā aprūpētāja vadītāja ārsts māsa kundze kungs ar cieņu jums jūs jūsu dievs krusts nams nama dome gads jaunais republika fonds "
    "thanks thank hello dear hi the a an my our we he she they it its is and but or if when why how what who in at on to from for with by mr "
    "mrs ms dr sir madam best good great very more so much only all no not please carer manager nurse doctor social every care staff regards i you "
    "your god lord red new easter home house board school cross union office church fund morning evening day year "
    "monday tuesday wednesday thursday friday saturday sunday january february march may june july september october november december "
    "спасибо большое благодарю здравствуйте привет добрый дорогая уважаемая я мы он она они это мой моя наш наша и а но если когда почему как что "
    "кто в на с из от для по к за у очень только все всё больше лучше самый самая сиделка врач медсестра заведующая директор дай госпожа "
    "господин вам вас ваш вы бог боже крест дом дума совет фонд союз новый нового год года почта старая "
    "дякую щиро доброго дня вітаю шановна ми він вона вони це мій моя наш наша й та але якщо коли чому як що хто з із від до дуже тільки лише всі "
    "все більше краще доглядальниця лікар медсестра завідувачка завідувач пані пан ви вас ваші слава хрест дім дума рада новий рік року пошта стара"
)
"""Words that are capitalised at the beginning of a sentence, or out of politeness."""
_WORDS = frozenset(_COMMON.split())


def names(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand."""
    for run in _RUN.finditer(text):
        yield from _people(text, run)
    yield from (match.span() for match in _INITIALS.finditer(text))
    for match in _TITLED.finditer(text):
        word = match.lastindex or 0
        if match[word].casefold() not in _WORDS and not _RUN.match(text, match.start(word)):
            yield match.span(word)


def _people(text: str, run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The parts of a run of capitalised words that are two or more words long and ordinary words of no kind."""
    part = list[re.Match[str]]()
    for word in _EACH.finditer(run[0]):
        if _HEADS.match(word[0]):
            part = []
        elif word[0].casefold() in _WORDS or _STEMS.match(word[0]):
            yield from _spans(part, run.start())
            part = []
        else:
            part.append(word)
    yield from _spans(part, run.start())


def _spans(part: list[re.Match[str]], offset: int) -> Iterator[tuple[int, int]]:
    if len(part) > 1:
        yield offset + part[0].start(), offset + part[-1].end()
