"""People who answer over plain HTTP without JavaScript, note what they saw, and try again when nothing comes back.

They read as little of a page as a program may: the fields of its one form, and the receipt. What pages owe their
readers is checked elsewhere.
"""

import http.client
import random
import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, ClassVar, Self
from urllib.parse import urlencode, urlsplit

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_PATIENCE = 400
_LOST = (http.client.HTTPException, OSError)
RECEIPT = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){5}[0-9A-HJKMNP-TV-Z]")
WORDS = ("Paldies!", "Спасибо", "Дякую ’всім’", "õhtul oli külm", "līdz šim labi 🙂", "a\nb")


class Fields(HTMLParser):
    """The controls of a page: hidden fields (also one by one), choices by name, and names of text fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.kept: list[tuple[str, str]] = []
        self.choices: dict[str, list[str]] = {}
        self.several: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value, kind = given.get("name") or "", given.get("value") or "", given.get("type")
        if tag == "textarea":
            self.texts.append(name)
        elif tag == "input" and kind == "hidden":
            self.hidden[name] = value
            self.kept.append((name, value))
        elif tag == "input" and kind in {"radio", "checkbox"}:
            self.choices.setdefault(name, []).append(value)
            if kind == "checkbox":
                self.several.add(name)


@dataclass
class Seen:
    """What a person could tell afterwards: the receipt, and per question what they chose or wrote."""

    receipt: str = ""
    answers: dict[str, Any] = field(default_factory=dict)


class Person:
    """Somebody with a phone. ``disturbed`` counts the answers that didn't come, or weren't pages."""

    headers: ClassVar[dict[str, str]] = {}
    """Sent with every request."""

    def __init__(self, address: str, chance: random.Random) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "", parts.port
        self.chance = chance
        self.disturbed = 0
        self._connection = http.client.HTTPConnection(self.host, self.port, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def respond(self, code: str) -> Seen:
        """From consent to receipt."""
        seen = Seen()
        page, where = self._get(f"/r/{code}?lang=lv")
        where, page = self._go_on(where, Fields(page).hidden | {"consent": "agree"})
        while "/review" not in where:
            fields = Fields(page)
            where, page = self._go_on(where, fields.hidden | self._answer(fields, seen))
        self.sending = (where, Fields(page).hidden | {"action": "send"})
        return self.send(seen)

    def send(self, seen: Seen) -> Seen:
        """Send, or send once more, and read the receipt."""
        _, page = self._go_on(*self.sending)
        found = RECEIPT.search(page)
        assert found, "there is no receipt on the page after sending"
        seen.receipt = found[0].replace(" ", "")
        return seen

    def _answer(self, fields: Fields, seen: Seen) -> dict[str, Any]:
        """Choose something, or nothing, for each question of the page."""
        posted: dict[str, Any] = {"action": "next"}
        for name in (*fields.choices, *fields.texts):
            chosen = self._choose(fields, name)
            seen.answers[name] = chosen
            if chosen:
                posted[name] = chosen
        return posted

    def _choose(self, fields: Fields, name: str) -> Any:
        if self.chance.random() < 0.1:
            return None
        if name in fields.texts:
            return self.chance.choice(WORDS)
        if name in fields.several:
            return sorted(self.chance.sample(fields.choices[name], 2))
        return self.chance.choice(fields.choices[name])

    def _go_on(self, where: str, posted: dict[str, Any]) -> tuple[str, str]:
        """Post a form and follow to the next page; returns where that is, and the page."""
        _, where, _ = self._try("POST", where, urlencode(posted, doseq=True))
        page, where = self._get(where)
        return where, page

    def _get(self, where: str) -> tuple[str, str]:
        status, onward, page = self._try("GET", where)
        return self._get(onward) if status == 303 else (page, where)

    def _try(self, method: str, where: str, body: str | None = None) -> tuple[int, str, str]:
        """One request, again and again until something answers it; 503 means again, anything else unexpected fails."""
        for _ in range(_PATIENCE):
            try:
                status, onward, page = self._once(method, where, body)
            except _LOST:
                self._connection.close()
            else:
                if status in {200, 303}:
                    return status, onward, page
                assert status == 503, f"{method} {where.rpartition('/')[2]} gave {status}: {page[-1500:]}"
                self.refused(where, page, body)
            self.disturbed += 1
            time.sleep(self.chance.uniform(0.02, 0.1))
        raise AssertionError(f"{method} {where} was never answered")

    def _once(self, method: str, where: str, body: str | None) -> tuple[int, str, str]:
        """One request as it goes: status, where it leads, and the page."""
        self._connection.request(method, where, body=body, headers=self.headers | (_FORM if body else {}))
        response = self._connection.getresponse()
        return response.status, response.headers.get("Location", ""), response.read().decode()

    def refused(self, where: str, page: str, body: str | None) -> None:
        """The server can't now and says so; whoever minds overrides this."""
