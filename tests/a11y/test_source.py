"""Each rule about a page's HTML finds its defect in an otherwise clean page, and nothing in the clean one."""

import pytest

from .checks import check_together
from .findings import View, report
from .languages import WORDS, guess
from .markup import stylesheet_source
from .source import check_source
from .vnu import validate

STYLE = "p { margin: 0 }"
POLICY = f"default-src 'none'; style-src {stylesheet_source(STYLE)}"
CLEAN = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>How good is the help? – Survey</title><style>{STYLE}</style></head>
<body><a href="#main">Skip to the question</a>
<form method="post" novalidate><button hidden name="action" value="next">Continue</button>
<nav aria-label="Language"><ul><li><button name="action" value="lang-lv" lang="lv">Latviešu</button></li></ul></nav>
<main id="main" tabindex="-1">
<fieldset aria-describedby="q-hint"><legend><h1>How good is the help?</h1></legend><p id="q-hint">Choose one.</p>
<label><input type="radio" name="q" value="1" id="q"><span>1 – bad</span></label>
<label><input type="radio" name="q" value="2"><span>2</span></label>
<label><input type="radio" name="q" value="3"><span>3 – good</span></label></fieldset>
<label for="why">Why do you think so?</label><input type="text" name="why" id="why">
<button name="action" value="next">Continue</button></main></form>
<footer><a href="/privacy">Your data</a></footer></body></html>"""

DEFECTS = [
    ("syntax", "</main>", "</main></section>"),
    ("one-h1", "Choose one.", "</p><h1>How good is the help?</h1><p>"),
    ("title", "<title>How good is the help? – ", "<title>"),
    ("title", "<title>", "<title>Error: "),
    ("title", "<fieldset", '<div class="summary">Please look again</div><fieldset'),
    ("zoom", "initial-scale=1", "initial-scale=1, maximum-scale=1"),
    ("zoom", '<meta name="viewport" content="width=device-width, initial-scale=1">', ""),
    ("one-main", '<main id="main" tabindex="-1">', '<div id="main" tabindex="-1">'),
    ("skip-link", '<a href="#main">Skip to the question</a>', ""),
    ("tabindex", 'id="why"', 'id="why" tabindex="1"'),
    ("lang", ' lang="en"', ""),
    ("lang", ' lang="en"', ' lang="lv"'),
    ("lang-of-part", ' lang="lv">', ">"),
    ("lang-of-part", ' lang="lv">', ' lang="ru">'),
    ("lang-of-part", "Choose one.", "Выберите ответ."),
    ("ids", 'id="why"', 'id="q"'),
    ("references", 'for="why"', 'for="reason"'),
    ("references", 'id="q-hint"', 'id="hint"'),
    ("inline", "<main", '<main style="color: red"'),
    ("inline", "<main", '<main onclick="go()"'),
    ("inline", 'href="/privacy"', 'href="javascript:go()"'),
    ("inline", "</body>", "<script>go()</script></body>"),
    ("inline", STYLE, "p { margin: 1px }"),
    ("foreign", "</body>", '<img src="https://example.org/pixel.gif" alt=""></body>'),
    ("foreign", "</head>", '<link rel="stylesheet" href="//example.org/a.css"></head>'),
    ("words", "Your data", "★"),
    ("words", "3 – good", "☺"),
    ("native", "Choose one.", '<span role="button">Go</span>'),
    ("native", "Choose one.", '<span tabindex="0">Go</span>'),
    ("name", 'name="why" ', ""),
    ("label", '<label for="why">Why do you think so?</label>', ""),
    ("label", 'id="why"', 'id="why" aria-label="Why"'),
    ("control", 'type="text"', 'type="number"'),
    ("control", 'type="text"', 'type="range"'),
    ("fieldset", "fieldset", "section"),
    ("fieldset", "</label>\n<label><input", "</label></fieldset><fieldset><legend>More</legend><label><input"),
    ("fieldset", 'name="why"', 'name="why__day"'),
    ("legend", "legend", "div"),
    ("one-name", 'name="q" value="3"', 'name="r" value="3"'),
    ("scale-end", "3 – good", "3"),
    ("preselected", 'value="3"', 'value="3" checked'),
    ("preselected", "Choose one.", '<select name="s"><option value="1" selected>One</option></select>'),
    ("default-button", '<button hidden name="action" value="next">Continue</button>', ""),
    ("default-button", '<button hidden name="action" value="next">', '<button hidden name="action" value="back">'),
    ("default-button", '<button name="action" value="next">', '<button name="action" value="save">'),
    ("grid", "Choose one.", '<table><tr><td><input name="t"></td></tr></table>'),
]


def test_a_clean_page_has_no_findings() -> None:
    found = [*check_source(CLEAN, View("en"), POLICY), *validate({"clean": CLEAN})]
    assert not found, report(found)


@pytest.mark.parametrize(("rule", "before", "after"), DEFECTS)
def test_a_defect_is_found(rule: str, before: str, after: str) -> None:
    found = check_source(CLEAN.replace(before, after), View("en"), POLICY)
    assert rule in {finding.rule for finding in found}, report(found)


def test_every_example_is_an_example() -> None:
    assert all(before in CLEAN for _, before, _ in DEFECTS)


def test_answers_given_before_may_be_shown() -> None:
    answered = CLEAN.replace('value="3"', 'value="3" checked')
    assert not check_source(answered, View("en", filled=True), POLICY)


def test_a_wrong_language_is_seen_from_the_words() -> None:
    assert {finding.rule for finding in check_source(CLEAN.replace('lang="en"', 'lang="et"'), View(), POLICY)} == {
        "lang"
    }


@pytest.mark.parametrize("language", WORDS)
def test_each_language_is_told_by_its_words(language: str) -> None:
    assert guess(WORDS[language]) == language


def test_too_few_words_tell_nothing() -> None:
    assert guess("OK 5") is None


def test_the_html_checker_names_the_page_and_the_line() -> None:
    found = validate({"clean": CLEAN, "spoilt": CLEAN.replace("</main>", "</main><p><ul></ul></p>")})
    assert {finding.where.partition(":")[0] for finding in found} == {"spoilt"}


def test_pages_side_by_side_have_their_own_titles_and_one_footer() -> None:
    other = CLEAN.replace("How good is the help?", "How quick is the help?")
    assert not check_together([("/1", CLEAN), ("/2", other)])
    same = other.replace("<title>How quick", "<title>How good")
    assert [finding.rule for finding in check_together([("/1", CLEAN), ("/2", same)])] == ["title"]
    moved = other.replace("<footer>", '<footer><a href="/contact">Contact</a>')
    assert {finding.rule for finding in check_together([("/1", CLEAN), ("/2", moved)])} == {"same-place"}
