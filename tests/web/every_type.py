"""A tiny questionnaire with an item of every type, in two languages, and answers to all of them."""

from typing import Any

from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.documents import load

_DOCUMENT = """
schema: questionnaire/1
id: every_type
kind: survey
source_language: en
languages: [en, lv]
title: {en: "Everything once", lv: "Visa kā vienreiz"}
intro: {en: "Time needed: about {minutes} min.\\n\\nThank you.", lv: "Laiks: apmēram {minutes} min."}
consent:
  short: {en: "Run by: {organisation}.\\nTaking part is voluntary.", lv: "Rīko: {organisation}."}
  lines:
    - {id: organiser, en: "Run by: {organisation}.", lv: "Rīko: {organisation}."}
    - {id: privacy, en: "More: {privacy_url}", lv: "Vairāk: {privacy_url}"}
    - {id: chat, channels: [telegram], en: "Telegram can see this.", lv: "Telegram to redz."}
  agree: {en: "I agree", lv: "Piekrītu"}
  decline: {en: "I do not want to", lv: "Nevēlos"}
notices:
  urgent: {en: "In danger, call 112.", lv: "Briesmās zvaniet 112."}
scales:
  quality5:
    points:
      - {value: 1, en: "low quality", lv: "zema kvalitāte"}
      - {value: 2, en: "fair quality", lv: "apmierinoša kvalitāte"}
      - {value: 3, en: "high quality", lv: "augsta kvalitāte"}
    extra: [{code: dk, en: "don't know", lv: "nezinu"}]
  faces:
    variant_of: quality5
    points:
      - {value: 1, face: sad, en: "badly", lv: "slikti"}
      - {value: 2, face: neutral, en: "so-so", lv: "vidēji"}
      - {value: 3, face: happy, en: "well", lv: "labi"}
pages:
  - id: all
    title: {en: "All of it", lv: "Viss"}
    note: {en: "You may skip any question.", lv: "Jūs varat izlaist jebkuru jautājumu."}
    together: true
    items:
      - id: rating
        type: rating
        scale: quality5
        text: {en: "How good is the help?", lv: "Cik laba ir palīdzība?"}
        help: {en: "For example: waiting.", lv: "Piemēram: gaidīšana."}
        easy: {en: "Do people help you well?", lv: "Vai Jums labi palīdz?"}
      - id: single
        type: single
        text: {en: "Who helps you?", lv: "Kas Jums palīdz?"}
        options:
          - {value: nurse, en: "a nurse", lv: "medmāsa"}
          - {value: son, en: "my son", lv: "dēls"}
          - {value: other, own_text: true, en: "somebody else", lv: "kāds cits"}
        extra: [{code: na, en: "does not apply", lv: "neattiecas"}]
      - id: multiple
        type: multiple
        text: {en: "What do you use?", lv: "Ko Jūs izmantojat?"}
        options:
          - {value: care, en: "care at home", lv: "aprūpe mājās"}
          - {value: centre, en: "day centre", lv: "dienas centrs"}
          - {value: other, own_text: true, en: "something else", lv: "kas cits"}
          - {value: none, exclusive: true, en: "none of these", lv: "nekas no minētā"}
      - id: number
        type: number
        decimals: 1
        unit: {en: hours, lv: stundas}
        text: {en: "How long do you wait?", lv: "Cik ilgi Jūs gaidāt?"}
        extra: [{code: refused, en: "I'd rather not say", lv: "nevēlos atbildēt"}]
      - id: text
        type: text
        long: true
        text: {en: "What should be better?", lv: "Kam jābūt labākam?"}
      - id: date
        type: date
        text: {en: "When did it begin?", lv: "Kad tas sākās?"}
        extra: [{code: dk, en: "I can't say", lv: "nevaru pateikt"}]
      - id: consent
        type: consent
        text: {en: "May we quote you?", lv: "Vai drīkstam Jūs citēt?"}
      - id: note
        type: note
        text: {en: "Nearly done.\\n\\nOne more.", lv: "Gandrīz viss.\\n\\nVēl viens."}
      - id: place
        type: single
        text: {en: "Where do you live?", lv: "Kur Jūs dzīvojat?"}
        options: [PLACES]
"""
PLACES = (
    "Rīgas-Daugavpils", "Žagare", "Zilupe", "Šķaune", "Salaspils", "Ķekava", "Kuldīga", "Rīgas iela", "Rīga",
    "Āne", "Ape", "Auce", "Bauska", "Balvi", "Cēsis", "Dobele", "Ērgļi", "Grobiņa", "Ikšķile", "Limbaži", "Ogre",
)  # fmt: skip

Q: Questionnaire = load(
    _DOCUMENT.replace(
        "PLACES", ", ".join(f"{{value: p{place}, en: {name}, lv: {name}}}" for place, name in enumerate(PLACES))
    )
)
ITEMS: dict[str, Item] = {item.id: item for item in Q.pages[0].items}

ANSWERS: dict[str, list[Any]] = {
    "rating": [1, 3, {"missing": "dk"}],
    "single": ["son", {"value": "other", "text": "my “neighbour” <Anna> & co"}, {"missing": "na"}],
    "multiple": [["care"], {"value": ["care", "other"], "text": "gardening"}, ["none"]],
    "number": [4, 2.5, -1, {"missing": "refused"}],
    "text": ["The bus.\n\nIt is late.", "missing:dk", "2,50 €"],
    "date": ["2026-02-03", "1950-12-31", {"missing": "dk"}],
    "consent": [True, False],
    "place": ["p8"],
}
"""Item -> answers it may have."""

UNREADABLE: dict[str, dict[str, list[str]]] = {
    "rating": {"rating": ["9"]},
    "single": {"single": ["son"], "single__text": ["my neighbour"]},
    "multiple": {"multiple": ["care", "none"]},
    "number": {"number": ["a lot", "missing:refused"]},
    "text": {"text": ["x" * 1001]},
    "date": {"date__day": ["31"], "date__month": ["February"], "date__year": ["2026"]},
    "consent": {"consent": ["perhaps"]},
    "place": {"place__find": ["Nowhere"]},
}
"""Item -> posted fields that can't be stored."""
