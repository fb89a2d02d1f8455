"""Message texts: what is left of them when HTML is read as strictly as Telegram reads it."""

import re
from typing import Any

from .errors import ApiError, bad

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TOKEN = re.compile(
    r"<(?P<close>/)?(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?P<attributes>[^<>]*)>"
    r"|&(?:\#(?P<number>[0-9]+|x[0-9A-Fa-f]+)|(?P<name>[a-z]+));"
    r"|(?P<broken><)"
    r"|(?P<text>[^<&]+|&)"
)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?")


def length(text: str) -> int:
    """Telegram counts UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def read(text: str, parse_mode: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The text as it is shown, and what is marked in it."""
    if not parse_mode:
        return text.strip(), []
    if parse_mode.lower() != "html":
        raise bad("unsupported parse_mode")
    return _html(text)


def _html(text: str) -> tuple[str, list[dict[str, Any]]]:
    shown, entities = "", []
    open_tags: list[tuple[str, dict[str, Any]]] = []
    for token in _TOKEN.finditer(text):
        at = len(text[: token.start()].encode())
        if token["broken"]:
            raise _unparsable(f'Unsupported start tag "" at byte offset {at}')
        if not token["tag"]:
            shown += _character(token) if token["text"] is None else token["text"]
            continue
        tag = token["tag"].lower()
        if token["close"]:
            entities.append(_closed(tag, at, open_tags, length(shown)))
        else:
            open_tags.append((tag, _opened(tag, token["attributes"], at, length(shown))))
    if open_tags:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    kept = [each for each in entities if each["length"]]
    return shown.strip(), sorted(kept, key=lambda each: (each["offset"], -each["length"]))


def _character(token: re.Match[str]) -> str:
    if token["number"]:
        number = token["number"]
        return chr(int(number[1:], 16) if number[0] == "x" else int(number))
    return _NAMED.get(token["name"], token[0])


def _opened(tag: str, attributes: str, at: int, offset: int) -> dict[str, Any]:
    given = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(attributes)}
    if tag not in _TAGS or (tag == "span" and given.get("class") != "tg-spoiler"):
        raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {at}')
    entity: dict[str, Any] = {"type": _TAGS[tag], "offset": offset}
    if tag == "a":
        entity["url"] = given.get("href", "")
    return entity


def _closed(tag: str, at: int, open_tags: list[tuple[str, dict[str, Any]]], offset: int) -> dict[str, Any]:
    if not open_tags:
        raise _unparsable(f"Unexpected end tag at byte offset {at}")
    opened, entity = open_tags.pop()
    if opened != tag:
        raise _unparsable(f'Unmatched end tag at byte offset {at}, expected "</{opened}>", found "</{tag}>"')
    return entity | {"length": offset - entity["offset"]}


def _unparsable(why: str) -> ApiError:
    return bad(f"can't parse entities: {why}")


def commands(text: str) -> list[dict[str, Any]]:
    """The commands in what a person wrote, as their phone marks them."""
    return [
        {"type": "bot_command", "offset": length(text[: found.start()]), "length": length(found[0])}
        for found in _COMMAND.finditer(text)
    ]
