"""The page client goes through a form as a person without JavaScript would, and lets no careless page pass."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from .page_forms import Question
from .pages import Pages
from .serving import served

POLICY = "default-src 'none'; form-action 'self'"
SHELL = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{before}{heading} – Trees</title></head>
<body><a href="#main">Skip to the question</a>
<form method="post" novalidate><button hidden name="action" value="{onward}">Continue</button>
<input type="hidden" name="token" value="signed"><main id="main" tabindex="-1">{summary}{inner}
<button name="action" value="{onward}">Continue</button>
<button name="action" value="save">Save and finish later</button></main></form></body></html>"""
CHOICE = """<fieldset><legend><h1>Which trees do you like?</h1></legend>
<label><input type="checkbox" name="tree" value="oak" id="tree"><span>Oak</span></label>
<label><input type="checkbox" name="tree" value="ash"><span>Ash</span></label></fieldset>"""
TEXT = """<h1><label for="why">Why do you like them?</label></h1><textarea id="why" name="why">
</textarea><fieldset><legend>or choose</legend>
<label><input type="radio" name="why" value="missing:dk"><span>I do not know</span></label></fieldset>"""
SUMMARY = (
    '<div class="summary" tabindex="-1"><h2>Please look again</h2><ul><li><a href="#why">Say why</a></li></ul></div>'
)


def page(heading: str, inner: str, onward: str = "next", summary: str = "") -> str:
    before = "Error: " if summary else ""
    return SHELL.format(heading=heading, inner=inner, onward=onward, summary=summary, before=before)


@pytest.fixture
def posted() -> list[list[tuple[str, str]]]:
    return []


@pytest.fixture
def trees(posted: list[list[tuple[str, str]]]) -> Flask:
    """Two questions and a last page; the second wants an answer."""
    app = Flask(__name__)

    @app.after_request
    def add_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.route("/1", methods=["GET", "POST"])
    def which() -> Response | str:
        posted.append(list(request.form.items(multi=True)))
        return redirect("/2", 303) if request.method == "POST" else page("Which trees do you like?", CHOICE)

    @app.route("/2", methods=["GET", "POST"])
    def why() -> Response | tuple[str, int] | str:
        posted.append(list(request.form.items(multi=True)))
        if request.method == "GET":
            return page("Why do you like them?", TEXT)
        if not any(request.form.getlist("why")):
            return page("Why do you like them?", TEXT, summary=SUMMARY), 422
        return redirect("/3", 303)

    @app.get("/3")
    def thanks() -> str:
        return page("Thank you", "<h1>Thank you</h1>", onward="again")

    @app.get("/away")
    def away() -> Response:
        return redirect("https://example.org/", 303)

    return app


@pytest.fixture
def address(trees: Flask) -> Iterator[str]:
    with served(trees) as site:
        yield site


def likes_ash(question: Question) -> list[str]:
    return {"checkbox": ["ash"], "textarea": ["shade\nin summer"], "radio": []}[question.kind]


def test_an_interview_in_process_ends_at_the_last_page(trees: Flask, posted: list[list[tuple[str, str]]]) -> None:
    pages = Pages(trees.test_client(use_cookies=False), "en")
    pages.get("/1")
    last = pages.interview(likes_ash)
    assert last.heading == "Thank you"
    assert [("action", "next"), ("token", "signed"), ("tree", "ash")] in posted
    assert [("action", "next"), ("token", "signed"), ("why", "shade\r\nin summer")] in posted


def test_an_interview_over_http_is_the_same(address: str, trees: Flask, posted: list[list[tuple[str, str]]]) -> None:
    inside = Pages(trees.test_client(use_cookies=False))
    inside.get("/1")
    inside.interview(likes_ash)
    in_process = list(posted)
    posted.clear()
    outside = Pages(address)
    outside.get("/1")
    outside.interview(likes_ash)
    outside.close()
    assert posted == in_process


def test_a_page_with_an_error_shows_its_problems_and_can_be_sent_again(trees: Flask) -> None:
    pages = Pages(trees.test_client())
    pages.get("/2")
    assert pages.submit(422).problems == ("Say why",)
    pages.choose("why", "missing:dk")
    assert pages.submit().address == "/3"


def test_only_what_is_offered_can_be_chosen_typed_or_pressed(trees: Flask) -> None:
    pages = Pages(trees.test_client())
    pages.get("/1")
    with pytest.raises(LookupError, match="elm"):
        pages.choose("tree", "elm")
    with pytest.raises(LookupError, match="tree"):
        pages.fill("tree", "elm")
    with pytest.raises(LookupError, match="send"):
        pages.press("send")


def test_another_status_or_another_host_is_not_accepted(trees: Flask) -> None:
    pages = Pages(trees.test_client())
    with pytest.raises(AssertionError, match="404, not 200"):
        pages.get("/nowhere")
    with pytest.raises(AssertionError, match="another host"):
        pages.get("/away")


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ('lang="en"', 'lang="lv"', "lang"),
        ("<h1>Which", "<p>Which", "one-h1"),
        ("<title>", "<title>Trees: and more – ", "title"),
        ('id="tree"', 'id="main"', "ids"),
        ("<label><input type", "<p><input type", "label"),
        ('value="oak"', 'value="oak" checked', "preselected"),
        ("<main", '<main style="color: red"', "inline"),
        ("</title>", "</title><style>p { color: red }</style>", "inline"),
        ("</main>", "</main></div>", "syntax"),
    ],
)
def test_a_careless_page_is_refused(trees: Flask, before: str, after: str, rule: str) -> None:
    def spoil(response: Response) -> Response:
        response.set_data(response.get_data(as_text=True).replace(before, after))
        return response

    careless: Callable[[Response], Response] = spoil
    trees.after_request(careless)
    with pytest.raises(AssertionError, match=f"(?m)^{rule}: "):
        Pages(trees.test_client(), "en").get("/1")
