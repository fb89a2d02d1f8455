"""Names of months as people type them, in the five languages: full, in their case forms, and cut short."""

_NAMES = {
    1: "jaanuar jaanuari jaan janvāris janvāra janv январь января янв january jan січень січня січ",
    2: "veebruar veebruari veebr februāris februāra febr февраль февраля фев февр february feb лютий лютого лют",
    3: "märts märtsi marts marta март марта мар march mar березень березня бер",
    4: "aprill aprilli apr aprīlis aprīļa апрель апреля апр april квітень квітня квіт кві",
    5: "mai maijs maija май мая may травень травня трав тра",
    6: "juuni jūnijs jūnija jūn июнь июня июн june jun червень червня черв чер",
    7: "juuli jūlijs jūlija jūl июль июля июл july jul липень липня лип",
    8: "august augusti aug augusts augusta август августа авг серпень серпня серп сер",
    9: "september septembri sept septembris septembra сентябрь сентября сен сент sep вересень вересня вер",
    10: "oktoober oktoobri okt oktobris oktobra октябрь октября окт october oct жовтень жовтня жовт жов",
    11: "november novembri nov novembris novembra ноябрь ноября ноя нояб листопад листопада лист лис",
    12: "detsember detsembri dets decembris decembra dec декабрь декабря дек december грудень грудня груд гру",
}

MONTHS: dict[str, int] = {name: month for month, names in _NAMES.items() for name in names.split()}
"""Name in lower case -> number of the month."""
