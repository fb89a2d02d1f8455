"""Checks of what a screen reader is told: the name of each control and group is the words a person sees."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import CDPSession, Page

from .findings import Finding, View
from .probes import maker

_WHOLE = frozenset({"radio", "checkbox", "textbox", "spinbutton", "combobox", "group", "radiogroup"})
_PART = frozenset({"button", "link"})
_WATCHED = frozenset({"click", "mousedown", "mouseup", "pointerdown", "pointerup", "keydown", "touchstart"})
_INERT = """function() {
  const controls = "a, button, input, select, textarea, summary, label, option, audio, video";
  return this.matches?.(controls) || this.querySelector?.(controls) ? "" : `<${this.localName}.${this.className}>`;
}"""


def spoken(page: Page, view: View) -> list[Finding]:
    """Accessible names against visible words, from the browser's own accessibility tree."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    nodes = [node for node in session.send("Accessibility.getFullAXTree")["nodes"] if _is_named(node)]
    found = [
        finding
        for node, words in zip(nodes, _words(session, nodes), strict=True)
        if words is not None
        for finding in _compare(node["role"]["value"], _letters(node.get("name", {}).get("value", "")), words)
    ]
    session.detach()
    return found


def _is_named(node: dict[str, Any]) -> bool:
    return not node["ignored"] and node.get("role", {}).get("value") in _WHOLE | _PART and "backendDOMNodeId" in node


def _words(session: CDPSession, nodes: list[dict[str, Any]]) -> list[dict[str, str] | None]:
    """What a person sees of each node, and None for what is nothing to see or use."""
    ids = [{"backendNodeId": node["backendDOMNodeId"]} for node in nodes]
    remote = [{"objectId": session.send("DOM.resolveNode", each)["object"]["objectId"]} for each in ids]
    if not remote:
        return []
    look = f"function(...all) {{ return all.map(({maker('words.js')})()); }}"
    call = {"functionDeclaration": look, **remote[0], "arguments": remote, "returnByValue": True}
    return list(session.send("Runtime.callFunctionOn", call)["result"]["value"])


def _compare(role: str, name: str, words: dict[str, str]) -> Iterator[Finding]:
    seen = _letters(words["seen"])
    if not name:
        yield Finding("name", words["where"], f"a {role} whose name has no words")
    elif not seen:
        yield Finding("words", words["where"], f"a {role} shows {words['seen']!r}, which are no words")
    elif (role in _WHOLE and name != seen) or seen not in name:
        yield Finding("name", words["where"], f"a {role} is called {name!r} and shows {seen!r}")


def _letters(text: str) -> str:
    """White space differs between tree and page where boxes meet, and so may ornaments; the words must not."""
    return "".join(letter for letter in text if letter.isalnum())


def listeners(page: Page, view: View) -> list[Finding]:
    """Nothing inside the page waits for clicks or keys but controls and what holds controls."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    body = session.send("Runtime.evaluate", {"expression": "document.body"})["result"]["objectId"]
    heard = session.send("DOMDebugger.getEventListeners", {"objectId": body, "depth": -1})["listeners"]
    watching = {each["backendNodeId"] for each in heard if each["type"] in _WATCHED and "backendNodeId" in each}
    found = []
    for node in sorted(watching):
        remote = session.send("DOM.resolveNode", {"backendNodeId": node})["object"]["objectId"]
        call = {"functionDeclaration": _INERT, "objectId": remote, "returnByValue": True}
        where = session.send("Runtime.callFunctionOn", call)["result"].get("value")
        if where:
            found.append(Finding("native", where, "acts on clicks or keys without being a control"))
    session.detach()
    return found
