"""Names of months as people type them, in the five languages: full, in their case forms, cut short, and Roman."""

from surveyapp.engine.cleaning import matchable

_NAMES = {
    1: "jaanuar jaanuari jaanuaril jaan janvāris janvāra janvārī janv январь января январе янв "
    "january jan січень січня січні січ i",
    2: "veebruar veebruari veebruaril veebr veb februāris februāra februārī febr февраль февраля феврале февр фев "
    "february feb лютий лютого лютому лют ii",
    3: "märts märtsi märtsil marts marta martā март марта марте мар march mar березень березня березні берез бер iii",
    4: "aprill aprilli aprillil apr aprīlis aprīļa aprīlī апрель апреля апреле апр april квітень квітня квітні квіт кві iv",
    5: "mai mail maijs maija maijā май мая мае may травень травня травні трав тра v",
    6: "juuni juunil jūnijs jūnija jūnijā jūn июнь июня июне июн june jun червень червня червні черв чер vi",
    7: "juuli juulil jūlijs jūlija jūlijā jūl июль июля июле июл july jul липень липня липні лип vii",
    8: "august augusti augustil aug augusts augusta augustā август августа августе авг "
    "серпень серпня серпні серп сер viii",
    9: "september septembri septembril sept septembris septembra septembrī сентябрь сентября сентябре сент сен sep "
    "вересень вересня вересні верес вер ix",
    10: "oktoober oktoobri oktoobril okt oktobris oktobra oktobrī октябрь октября октябре окт october oct "
    "жовтень жовтня жовтні жовт жов x",
    11: "november novembri novembril nov novembris novembra novembrī ноябрь ноября ноябре нояб ноя "
    "листопад листопада листопаді лист лис xi",
    12: "detsember detsembri detsembril dets decembris decembra decembrī dec декабрь декабря декабре дек december "
    "грудень грудня грудні груд гру xii",
}
_MONTHS = {matchable(name): month for month, names in _NAMES.items() for name in names.split()}


def month_named(word: str) -> int | None:
    """The number of the month a word names, with or without its accents."""
    return _MONTHS.get(matchable(word))
