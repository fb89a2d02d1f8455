"""What columns and codes mean that no questionnaire words: the codebook of a release says it in five languages."""

from collections.abc import Mapping

from surveyapp.engine.definition import Wording

COLUMNS: Mapping[str, Wording] = {
    "id": {
        "lv": "rindas numurs",
        "et": "rea number",
        "ru": "номер строки",
        "en": "number of the row",
        "uk": "номер рядка",
    },
    "service": {"lv": "pakalpojums", "et": "teenus", "ru": "услуга", "en": "service", "uk": "послуга"},
    "unit": {"lv": "struktūrvienība", "et": "üksus", "ru": "подразделение", "en": "unit", "uk": "підрозділ"},
    "language": {
        "lv": "anketas valoda",
        "et": "ankeedi keel",
        "ru": "язык анкеты",
        "en": "language of the form",
        "uk": "мова анкети",
    },
    "channel": {
        "lv": "aizpildīšanas veids",
        "et": "vastamise viis",
        "ru": "способ заполнения",
        "en": "way of answering",
        "uk": "спосіб заповнення",
    },
    "variant": {
        "lv": "vienkāršā vai parastā versija",
        "et": "lihtne või tavaline versioon",
        "ru": "простая или обычная версия",
        "en": "simple version, or the usual one",
        "uk": "проста чи звичайна версія",
    },
    "version": {
        "lv": "anketas laidiens",
        "et": "ankeedi väljaanne",
        "ru": "редакция анкеты",
        "en": "edition of the questionnaire",
        "uk": "редакція анкети",
    },
    "period": {"lv": "periods", "et": "periood", "ru": "период", "en": "period", "uk": "період"},
    "column": {
        "lv": "jautājums vai atbilžu variants: kodu grāmatas lauks “column”",
        "et": "küsimus või vastusevariant: kooditabeli väli „column“",
        "ru": "вопрос или вариант ответа: поле column книги кодов",
        "en": "question or option: the field “column” of the codebook",
        "uk": "запитання або варіант відповіді: поле column книги кодів",
    },
    "code": {
        "lv": "atbilde: kodu grāmatas lauks “code”",
        "et": "vastus: kooditabeli väli „code“",
        "ru": "ответ: поле code книги кодов",
        "en": "answer: the field “code” of the codebook",
        "uk": "відповідь: поле code книги кодів",
    },
    "n": {
        "lv": "cik cilvēku tā atbildēja",
        "et": "kui palju inimesi nii vastas",
        "ru": "сколько людей так ответили",
        "en": "how many people answered so",
        "uk": "скільки людей так відповіли",
    },
}
"""Column that is no item -> what it is called."""

CODES: Mapping[str, Mapping[str, Wording]] = {
    "language": {
        "et": {"lv": "igauņu", "et": "eesti", "ru": "эстонский", "en": "Estonian", "uk": "естонська"},
        "lv": {"lv": "latviešu", "et": "läti", "ru": "латышский", "en": "Latvian", "uk": "латиська"},
        "ru": {"lv": "krievu", "et": "vene", "ru": "русский", "en": "Russian", "uk": "російська"},
        "en": {"lv": "angļu", "et": "inglise", "ru": "английский", "en": "English", "uk": "англійська"},
        "uk": {"lv": "ukraiņu", "et": "ukraina", "ru": "украинский", "en": "Ukrainian", "uk": "українська"},
    },
    "channel": {
        "web": {
            "lv": "anketa tīmekļa lapā",
            "et": "ankeet veebilehel",
            "ru": "анкета на сайте",
            "en": "form on a web page",
            "uk": "анкета на сайті",
        },
        "chat": {
            "lv": "tērzēšana tīmekļa lapā",
            "et": "vestlus veebilehel",
            "ru": "чат на сайте",
            "en": "chat on a web page",
            "uk": "чат на сайті",
        },
        "telegram": dict.fromkeys(("lv", "et", "ru", "en", "uk"), "Telegram"),
        "tablet": {"lv": "planšetdators", "et": "tahvelarvuti", "ru": "планшет", "en": "tablet", "uk": "планшет"},
        "paper": {
            "lv": "papīra anketa",
            "et": "paberankeet",
            "ru": "бумажная анкета",
            "en": "paper form",
            "uk": "паперова анкета",
        },
    },
    "variant": {
        "standard": {"lv": "parastā", "et": "tavaline", "ru": "обычная", "en": "usual", "uk": "звичайна"},
        "easy": {"lv": "vienkāršā", "et": "lihtne", "ru": "простая", "en": "simple", "uk": "проста"},
    },
}
"""Column that is no item -> code -> what it means."""

NOT_SHOWN = {
    "lv": "vispārināts, lai nevienu nevarētu atpazīt",
    "et": "üldistatud, et kedagi ei saaks ära tunda",
    "ru": "обобщено, чтобы никого нельзя было узнать",
    "en": "generalised so that nobody can be recognised",
    "uk": "узагальнено, щоб нікого не можна було впізнати",
}
"""What ``*`` means."""

PEOPLE = {
    "lv": "cik cilvēku ir grupā",
    "et": "kui palju inimesi rühmas on",
    "ru": "сколько людей в группе",
    "en": "how many people are in the group",
    "uk": "скільки людей у групі",
}
"""What ``*`` in the place of a question means in the public's tables."""

ANY_ANSWER = {
    "lv": "jebkura atbilde vai neviena",
    "et": "mis tahes vastus või vastamata",
    "ru": "любой ответ или никакого",
    "en": "any answer, or none",
    "uk": "будь-яка відповідь або жодної",
}
"""What ``*`` in the place of an answer means there."""

IN_GROUPS = {
    "lv": "plašākās grupās",
    "et": "laiemates rühmades",
    "ru": "по группам",
    "en": "in groups",
    "uk": "за групами",
}
"""Said behind the name of a column that holds a coarser level of another."""
