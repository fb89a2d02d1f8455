"""What stands in the README of a zip, in five languages: plain words for whoever opens it first."""

import json
from collections.abc import Iterator, Mapping

from surveyapp.engine.codebook import EVERYTHING
from surveyapp.engine.column_words import NOT_SHOWN
from surveyapp.engine.definition import Wording
from surveyapp.engine.sheet import LABELS
from surveyapp.formats.data import Data

SYNTHETIC: Wording = {
    "lv": "Demonstrācija ar izdomātiem datiem. Īstu cilvēku atbilžu te nav.",
    "et": "Näidis väljamõeldud andmetega. Päris inimeste vastuseid siin ei ole.",
    "ru": "Демонстрация с вымышленными данными. Ответов настоящих людей здесь нет.",
    "en": "Demonstration with made-up data. There are no real people’s answers in it.",
    "uk": "Демонстрація з вигаданими даними. Відповідей справжніх людей тут немає.",
}
"""On everything that is made from a programme of made-up people."""

FILES: Mapping[str, Wording] = {
    "data/responses.csv": {
        "lv": "atbildes; viena rinda ir viens cilvēks",
        "et": "vastused; üks rida on üks inimene",
        "ru": "ответы; одна строка – один человек",
        "en": "the answers; a row is a person",
        "uk": "відповіді; один рядок – одна людина",
    },
    "data/tables.csv": {
        "lv": "cik cilvēku katrā grupā izvēlējās katru atbildi",
        "et": "kui palju inimesi igas rühmas iga vastuse valis",
        "ru": "сколько людей в каждой группе выбрали каждый ответ",
        "en": "how many people of each group gave each answer",
        "uk": "скільки людей у кожній групі вибрали кожну відповідь",
    },
    "data/texts_": {
        "lv": "teksti, ko cilvēks ir izlasījis un apstiprinājis; citā secībā nekā atbildes",
        "et": "tekstid, mille inimene on läbi lugenud ja heaks kiitnud; teises järjekorras kui vastused",
        "ru": "тексты, которые прочитал и одобрил человек; в другом порядке, чем ответы",
        "en": "texts that a person has read and approved; in another order than the answers",
        "uk": "тексти, які прочитала й схвалила людина; в іншому порядку, ніж відповіді",
    },
    "spreadsheet/": {
        "lv": "tas pats programmām Excel un LibreOffice; faili mapē data ir domāti statistikas programmām",
        "et": "sama Exceli ja LibreOffice’i jaoks; kaustas data on failid statistikaprogrammidele",
        "ru": "то же самое для Excel и LibreOffice; файлы в папке data – для статистических программ",
        "en": "the same for Excel and LibreOffice; the files under data are for statistics programs",
        "uk": "те саме для Excel і LibreOffice; файли в теці data – для статистичних програм",
    },
    "codebook.csv": {
        "lv": "ko nozīmē kolonnas un kodi",
        "et": "mida veerud ja koodid tähendavad",
        "ru": "что означают столбцы и коды",
        "en": "what columns and codes mean",
        "uk": "що означають стовпці та коди",
    },
    "datapackage.json": {
        "lv": "tas pats programmām (Data Package)",
        "et": "sama programmidele (Data Package)",
        "ru": "то же самое для программ (Data Package)",
        "en": "the same for programs (Data Package)",
        "uk": "те саме для програм (Data Package)",
    },
    "report.": {
        "lv": "pārskats: kuru varētu atpazīt, cik tas ir iespējams un kas nav apsolīts",
        "et": "aruanne: keda võiks ära tunda, kui tõenäoline see on ja mida ei lubata",
        "ru": "отчёт: кого могли бы узнать, насколько это вероятно и что не обещано",
        "en": "report: who could be recognised, how likely that is, and what is not promised",
        "uk": "звіт: кого могли б упізнати, наскільки це ймовірно і чого не обіцяно",
    },
    "start.": {
        "lv": "kā sākt ar R vai SPSS: nolasa failus un parāda pārskata pirmo tabulu",
        "et": "kuidas alustada R-i või SPSS-iga: loeb failid ja näitab aruande esimest tabelit",
        "ru": "с чего начать в R или SPSS: читает файлы и показывает первую таблицу отчёта",
        "en": "how to begin in R or SPSS: reads the files and shows the first table of the report",
        "uk": "з чого почати в R або SPSS: читає файли й показує першу таблицю звіту",
    },
    "SHA256SUMS": {
        "lv": "kontrolsummas: sha256sum -c SHA256SUMS",
        "et": "kontrollsummad: sha256sum -c SHA256SUMS",
        "ru": "контрольные суммы: sha256sum -c SHA256SUMS",
        "en": "checksums: sha256sum -c SHA256SUMS",
        "uk": "контрольні суми: sha256sum -c SHA256SUMS",
    },
}
"""How the name of a file begins -> what is in it."""

_RELEASED: Wording = {
    "lv": "Anonimizētas atbildes. Publicēts: {day}. Rindu skaits: {size}.",
    "et": "Anonüümseks muudetud vastused. Avaldatud: {day}. Ridade arv: {size}.",
    "ru": "Анонимизированные ответы. Дата выпуска: {day}. Число строк: {size}.",
    "en": "Anonymised answers. Released: {day}. Rows: {size}.",
    "uk": "Анонімізовані відповіді. Дата випуску: {day}. Кількість рядків: {size}.",
}
_MISSING: Wording = {
    "lv": "Kodi, kas nav atbildes un neietilpst vidējā vērtībā:",
    "et": "Koodid, mis ei ole vastused ega lähe keskmise arvutamisel arvesse:",
    "ru": "Коды, которые не являются ответами и не входят в среднее:",
    "en": "Codes that are no answers and belong in no mean:",
    "uk": "Коди, які не є відповідями й не входять до середнього:",
}
_TOGETHER: Wording = {
    "lv": "Ja uz jautājumu atbildēja mazāk nekā {fewest} grupas cilvēku, viņu atbildes uz to ir pieskaitītas pie * kopā ar citu grupu atbildēm; jautājuma kopējais rezultāts nemainās. Jautājumam, uz kuru pavisam atbildēja mazāk nekā {fewest} cilvēku, rindu nav. * laukos “column” un “code”: cik cilvēku ir grupā.",
    "et": "Kui rühmas vastas küsimusele vähem kui {fewest} inimest, on nende vastused sellele loetud märgi * alla koos teiste rühmade vastustega; küsimuse üldtulemus jääb samaks. Küsimusel, millele vastas kokku vähem kui {fewest} inimest, ridu ei ole. Märk * väljades „column“ ja „code“: kui palju inimesi rühmas on.",
    "ru": "Если на вопрос в группе ответили менее {fewest} человек, их ответы на него учтены под знаком * вместе с ответами других групп; общий результат вопроса не меняется. Для вопроса, на который всего ответили менее {fewest} человек, строк нет. Знак * в полях column и code: сколько людей в группе.",
    "en": "Where fewer than {fewest} people of a group answered a question, their answers to it are counted under *, together with those of other groups; the result of the question stays the same. A question that fewer than {fewest} people answered in all has no rows. * in the fields “column” and “code”: how many people are in the group.",
    "uk": "Якщо на запитання в групі відповіли менше ніж {fewest} людей, їхні відповіді на нього враховано під знаком * разом із відповідями інших груп; загальний результат запитання не змінюється. Для запитання, на яке загалом відповіли менше ніж {fewest} людей, рядків немає. Знак * у полях column і code: скільки людей у групі.",
}
_PLEASE: Wording = {
    "lv": "Lūdzu, nemēģiniet noskaidrot, kurš ir atbildējis, un nesavienojiet šos failus ar citiem datiem par cilvēkiem.",
    "et": "Palun ärge püüdke välja selgitada, kes on vastanud, ega ühendage neid faile muude inimesi puudutavate andmetega.",
    "ru": "Пожалуйста, не пытайтесь выяснить, кто отвечал, и не соединяйте эти файлы с другими данными о людях.",
    "en": "Please do not try to find out who has answered, and do not join these files with other data about people.",
    "uk": "Будь ласка, не намагайтеся з’ясувати, хто відповідав, і не поєднуйте ці файли з іншими даними про людей.",
}


def warning(data: Data) -> bytes:
    """That nobody real has answered, in the languages of the release."""
    return "".join(f"{SYNTHETIC[language]}\n" for language in _languages(data)).encode()


def readme(data: Data, files: list[str]) -> bytes:
    """The README of a zip with these files, in every language of the release."""
    return "\n\n\n".join("\n".join(_said(data, files, language)) for language in _languages(data)).encode() + b"\n"


def together(data: Data, language: str) -> str:
    """What the public's tables do with groups of which few answered; empty for rows, and for tables made before they did."""
    fewest = json.loads(data.report).get("fewest_answers") if data.profile == "public" else None
    return _TOGETHER.get(language, _TOGETHER["en"]).format(fewest=fewest) if fewest else ""


def _languages(data: Data) -> list[str]:
    """Those of the release that these words are in."""
    return [language for language in data.languages if language in SYNTHETIC] or ["en"]


def _said(data: Data, files: list[str], language: str) -> Iterator[str]:
    yield data.title(language)
    yield "=" * len(data.title(language))
    yield _RELEASED[language].format(day=data.day.isoformat(), size=data.size)
    if data.synthetic:
        yield SYNTHETIC[language]
    yield ""
    for beginning, words in FILES.items():
        if found := [name for name in files if name.startswith(beginning)]:
            yield f"- {', '.join(found)}: {words[language]}"
    yield ""
    yield _MISSING[language]
    for code, label in LABELS.items():
        yield f"{code}: {label[language]}"
    yield f"{EVERYTHING}: {NOT_SHOWN[language]}"
    if said := together(data, language):
        yield f"\n{said}"
    yield ""
    yield _PLEASE[language]
