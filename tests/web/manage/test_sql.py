"""A7: words of SQL are words, wherever strangers or staff can write some."""

from urllib.parse import quote

import pytest
from flask import Flask

from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from tests.builders import count
from tests.web.manage.working import EMAIL, admin, browser, signs_in


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "'; DROP TABLE person; --", '" UNION SELECT 1 FROM person --', "%' OR '%'='"]
)
def test_words_of_sql_find_and_change_nothing(app: Flask, sessions: Sessions, text: str) -> None:
    pages, _ = admin(app, sessions)
    stranger, wanted = browser(app), quote(text, safe="")
    for email, passphrase in ((text, text), (EMAIL, text), (f"{EMAIL}{text}", text)):
        assert signs_in(stranger, email, passphrase, 422).heading == "Sign in"
    for path in ("invitation", "reset"):
        nothing = stranger.get(f"/sign-in/{path}/nothing?lang=en", 422).text
        assert stranger.get(f"/sign-in/{path}/{wanted}?lang=en", 422).text == nothing
    for query in (f"verb={wanted}", f"person={wanted}&verb={wanted}&before={wanted}"):
        assert "There are no such entries." in pages.get(f"/manage/log?lang=en&{query}").text
    pages.get(f"/manage/log?lang=en&since={wanted}", 422)
    pages.get(f"/manage/people/{wanted}?lang=en", 404)
    pages.get("/manage/people/invite?lang=en")
    pages.fill("email", text)
    pages.choose("role", "collector")
    pages.submit(422)
    with sessions.reading() as session:
        assert count(session, Person) == 1
