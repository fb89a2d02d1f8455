"""People who answer over plain HTTP, as many at once as wished, noting how long each request took."""

import gzip
import http.client
import random
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

_TAG = re.compile(r"<(?:input|textarea)\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_HEADERS = {"Accept-Language": "lv", "Accept-Encoding": "gzip"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_MOST_PAGES = 80


@dataclass
class Tally:
    """What one run took: seconds of every request, bytes received, interviews finished."""

    seconds: list[float] = field(default_factory=list)
    received: int = 0
    finished: int = 0

    def at(self, share: float) -> float:
        """A percentile of the requests in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


class Person:
    """One person on one kept connection."""

    def __init__(self, url: str, tally: Tally, seed: int) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._tally = tally
        self._random = random.Random(seed)

    def interview(self, path: str) -> None:
        """From the address on the poster to the receipt."""
        page = self.ask("GET", path)
        for _ in range(_MOST_PAGES):
            path, page = self._send(path, page)
            if "/receipt" in path:
                self._tally.finished += 1
                return
        message = f"no receipt after {_MOST_PAGES} pages; the last was {path}"
        raise RuntimeError(message)

    def _send(self, path: str, page: str) -> tuple[str, str]:
        action = "send" if "/review" in path else "next"
        fields = [*chosen(page, self._random), ("action", action)]
        target = self.ask("POST", path, urlencode(fields))
        return target, self.ask("GET", target)

    def ask(self, method: str, path: str, body: str | None = None) -> str:
        """One request: the page, or the address it leads to."""
        begun = time.perf_counter()
        self._connection.request(method, path, body, _HEADERS | _FORM if body else _HEADERS)
        response = self._connection.getresponse()
        content = response.read()
        self._tally.seconds.append(time.perf_counter() - begun)
        self._tally.received += len(content)
        if response.status == 303:
            return response.headers["Location"]
        if response.status != 200:
            message = f"{method} {path}: {response.status}"
            raise RuntimeError(message)
        zipped = response.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(content) if zipped else content).decode()


def chosen(page: str, rng: random.Random) -> list[tuple[str, str]]:
    """The hidden fields of a page, and one option of each question; consent is given."""
    hidden, options = [], {}
    for tag in _TAG.findall(page):
        attributes = dict(_ATTRIBUTE.findall(tag))
        kind, name, value = attributes.get("type"), attributes.get("name"), attributes.get("value", "")
        if kind == "hidden" and name:
            hidden.append((name, value))
        elif kind in {"radio", "checkbox"} and name:
            options.setdefault(name, []).append(value)
    picked = [(name, "agree" if "agree" in values else rng.choice(values)) for name, values in options.items()]
    return hidden + picked


def crowd(
    url: str, path: str, people: int, interviews: int, act: Callable[[Person, str], None] = Person.interview
) -> tuple[Tally, float]:
    """``people`` at once finish ``interviews`` in all; returns the tally and the seconds it took."""
    tally, left, lock = Tally(), [interviews], threading.Lock()

    def busy(seed: int) -> None:
        person = Person(url, tally, seed)
        while True:
            with lock:
                if not left[0]:
                    return
                left[0] -= 1
            act(person, path)

    begun = time.perf_counter()
    with ThreadPoolExecutor(people) as pool:
        list(pool.map(busy, range(people)))
    return tally, time.perf_counter() - begun
