"""Questionnaire files: YAML or JSON as people write it, to structs, to the canonical JSON that is stored.

An author may write languages beside ``value``, ``code`` or ``id`` (``{value: yes_, lv: jā}``); that and the other
shorthand is lifted to the stored shape, in which every wording stands under a key of its own.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import yaml

from surveyapp.engine.definition import LANGUAGES, Questionnaire

SCHEMA = "questionnaire/1"
LARGEST = 2_000_000
MOST_NODES = 100_000
DEEPEST = 40
_RENAMED = {"multi": "multiple", "integer": "number", "checkbox": "consent", "ranking": "rank"}
_MEASURES = ("scales", "criteria")
_WORDS = ("consent", "notices", "thanks")
"""What a questionnaire takes from the one it uses: the measures always, the words around them only in a survey."""


class DocumentError(ValueError):
    """A file that is no questionnaire: where (``$.pages[0].items[1].minimum``), a code, and what fills its wording."""

    def __init__(self, path: str, code: str, **values: Any) -> None:
        super().__init__(f"{path}: {code} {values}" if values else f"{path}: {code}")
        self.path = path
        self.code = code
        self.values = values


def load(text: str, library: Mapping[str, str] | None = None) -> Questionnaire:
    """Read an author's file. ``library``: id -> text of the files that ``uses`` may name. Raises DocumentError only."""
    raw = parse(text)
    used = raw.get("uses") if isinstance(raw, dict) else None
    if used is not None:
        raw = _with_used(raw, used, library or {})
    return _convert(_lifted(raw))


_DECODER = msgspec.json.Decoder(Questionnaire)
"""Made while this module is imported, by one thread: two that decode a type for the first time crash the process."""


def encode(q: Questionnaire) -> bytes:
    """Canonical JSON: keys sorted, defaults left out. Equal questionnaires give equal bytes."""
    return msgspec.json.encode(q, order="deterministic")


def decode(data: bytes) -> Questionnaire:
    """The questionnaire of stored bytes."""
    return _DECODER.decode(data)


def sha256(q: Questionnaire) -> str:
    """Hexadecimal SHA-256 of the canonical JSON."""
    return hashlib.sha256(encode(q)).hexdigest()


def as_yaml(part: Mapping[str, Any]) -> str:
    """A part of a file as people write it."""
    return str(yaml.safe_dump(part, allow_unicode=True, sort_keys=False, default_flow_style=None)).rstrip()


def json_schema() -> dict[str, Any]:
    """JSON Schema of the stored shape."""
    return msgspec.json.schema(Questionnaire)


class _Loader(yaml.CSafeLoader):
    """Safe YAML that refuses repeated keys and reads yes, no, on, off as the words they are in an option."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise DocumentError(_at(key_node), "key_not_text")
        if key_node.tag != "tag:yaml.org,2002:str":
            raise DocumentError(_at(key_node), "key_not_text", key=key_node.value)
        if key_node.value in seen:
            raise DocumentError(_at(key_node), "repeated_key", key=key_node.value)
        seen.add(key_node.value)
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


def _truth(loader: _Loader, node: yaml.ScalarNode) -> bool:
    if node.value.lower() not in {"true", "false"}:
        raise DocumentError(_at(node), "quote_yes_no", text=node.value)
    return bool(node.value.lower() == "true")


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:bool", _truth)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


def _at(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"


def parse(text: str) -> Any:
    """YAML (or JSON, which is YAML) as plain values; limits on size, depth and the blow-up of aliases."""
    if len(text) > LARGEST:
        raise DocumentError("$", "too_large", limit=LARGEST)
    try:
        raw = yaml.load(text, _Loader)  # noqa: S506 - a subclass of the safe loader
    except DocumentError:
        raise
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DocumentError(f"line {line}", "not_yaml") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise DocumentError("$", "not_yaml") from None
    _measure(raw)
    return raw


def _measure(raw: Any) -> None:
    """Count nodes as they will be written out, so that aliases within aliases are refused before that."""
    left, level = [(raw, 0)], 0
    for _ in range(MOST_NODES):
        if not left:
            return
        node, level = left.pop()
        if level > DEEPEST:
            raise DocumentError("$", "too_deep", limit=DEEPEST)
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        left += [(each, level + 1) for each in inner]
    raise DocumentError("$", "too_many_values", limit=MOST_NODES)


def _with_used(raw: dict[str, Any], used: Any, library: Mapping[str, str]) -> dict[str, Any]:
    if not isinstance(used, str) or used not in library:
        raise DocumentError("$.uses", "unknown_questionnaire", name=str(used))
    other = parse(library[used])
    taken = _MEASURES + (_WORDS if raw.get("kind") == "survey" else ())
    borrowed = {key: other[key] for key in taken if isinstance(other, dict) and key in other}
    merged = borrowed | {key: value for key, value in raw.items() if key != "uses"}
    if isinstance(raw.get("consent"), dict) and isinstance(borrowed.get("consent"), dict):
        merged["consent"] = borrowed["consent"] | raw["consent"]
    declared = raw.get("languages")
    return _only(merged, set(declared)) if isinstance(declared, list) else merged


def _only(node: Any, languages: set[str]) -> Any:
    """Without wordings in languages the borrower doesn't declare."""
    if isinstance(node, list):
        return [_only(each, languages) for each in node]
    if not isinstance(node, dict):
        return node
    unwanted = LANGUAGES - languages
    return {
        key: _only(value, languages) for key, value in node.items() if not (key in unwanted and isinstance(value, str))
    }


def _lifted(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    known = _languages(raw)
    top = {key: value for key, value in raw.items() if not key.startswith("x_")}
    if "heading" in top:
        top.setdefault("title", top.pop("heading"))
    if "items" in top and "pages" not in top:
        top["pages"] = [{"id": "questions", "items": top.pop("items")}]
    short = top.pop("consent_short", None)
    if short is not None and isinstance(top.get("consent"), dict):
        top["consent"] = {**top["consent"], "short": short}
    lift = _Lift(known)
    return {key: lift.at(key, value) for key, value in top.items()}


def _languages(raw: dict[str, Any]) -> frozenset[str]:
    declared = raw.get("languages")
    return frozenset(each for each in declared if isinstance(each, str)) if isinstance(declared, list) else frozenset()


class _Lift:
    """Turns the author's shorthand into the stored shape; whatever it doesn't know it leaves as it is."""

    def __init__(self, languages: frozenset[str]) -> None:
        self.languages = languages | LANGUAGES

    def at(self, key: str, value: Any) -> Any:
        """The lifted value of a key of the questionnaire."""
        lift = self._parts().get(key)
        return lift(value) if lift else value

    def _parts(self) -> dict[str, Callable[[Any], Any]]:
        return {"pages": self._pages, "scales": self._scales, "criteria": self._labelled, "consent": self._consent}

    def _each(self, value: Any, lift: Callable[[dict[str, Any]], Any]) -> Any:
        return [lift(each) if isinstance(each, dict) else each for each in value] if isinstance(value, list) else value

    def _worded(self, node: dict[str, Any], under: str) -> dict[str, Any]:
        """Languages beside a value, moved under a key of their own."""
        words = {key: value for key, value in node.items() if key in self.languages}
        return {key: value for key, value in node.items() if key not in words} | {under: words} if words else node

    def _labelled(self, value: Any) -> Any:
        return self._each(value, lambda node: self._worded(node, "label"))

    def _consent(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        lines = self._each(value.get("lines"), lambda node: self._worded(node, "text"))
        return {key: each for key, each in value.items() if key != "required"} | {"lines": lines}

    def _scales(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: self._scale(scale) if isinstance(scale, dict) else scale for name, scale in value.items()}

    def _scale(self, scale: dict[str, Any]) -> dict[str, Any]:
        return scale | {key: self._labelled(scale[key]) for key in ("points", "extra") if key in scale}

    def _pages(self, value: Any) -> Any:
        return self._each(value, self._page)

    def _page(self, page: dict[str, Any]) -> dict[str, Any]:
        items = page.get("items")
        if not isinstance(items, list):
            return page
        lifted: list[Any] = []
        for item in items:
            lifted += self._items(item) if isinstance(item, dict) else [item]
        return page | {"items": lifted}

    def _items(self, item: dict[str, Any]) -> list[dict[str, Any]]:
        lifted = self._worded(dict(item), "text")
        entries = lifted.pop("max_entries", None)
        kind = lifted.get("type")
        if kind in {"text_long", "text_list"}:
            lifted |= {"type": "text", "long": True}
        elif isinstance(kind, str):
            lifted["type"] = _RENAMED.get(kind, kind)
        for old, new in (("min", "minimum"), ("max", "maximum")):
            if old in lifted:
                lifted[new] = lifted.pop(old)
        if "optional" in lifted:
            lifted["required"] = lifted.pop("optional") is not True
        for key in ("options", "extra"):
            if key in lifted:
                lifted[key] = self._labelled(lifted[key])
        self._condition(lifted)
        return _repeated(lifted, entries) if isinstance(entries, int) and 0 < entries <= 20 else [lifted]

    def _condition(self, item: dict[str, Any]) -> None:
        rules = []
        module, stage, rule = item.pop("optional_module", None), item.pop("stage", None), item.get("show_if")
        if module is not None:
            rules.append(["has", "modules", module])
        if stage is not None:
            rules.append(["==", "stage", stage])
        if isinstance(rule, dict) and set(rule) == {"flag"}:
            rule = ["has", "flags", rule["flag"]]
        if isinstance(rule, dict) and set(rule) == {"plan_has_action_for"}:
            rule = ["has", "planned", rule["plan_has_action_for"]]
        if rule is not None:
            rules.append(rule)
        if rules:
            item["show_if"] = rules[0] if len(rules) == 1 else ["all", *rules]


def _repeated(item: dict[str, Any], entries: int) -> list[dict[str, Any]]:
    """A list of texts as items of their own, each asked once the one before has an answer."""
    several = []
    for number in range(1, entries + 1):
        one = item | {"id": f"{item.get('id')}_{number}"}
        if number > 1:
            shown = ["answered", f"{item.get('id')}_{number - 1}"]
            one["show_if"] = ["all", item["show_if"], shown] if "show_if" in item else shown
        several.append(one)
    return several


def _convert(raw: Any) -> Questionnaire:
    try:
        return msgspec.convert(json.loads(json.dumps(raw)), Questionnaire)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        raise DocumentError(path.strip("`") or "$", "wrong_shape", detail=message) from None
    except (TypeError, ValueError, RecursionError):
        raise DocumentError("$", "wrong_shape", detail="") from None
