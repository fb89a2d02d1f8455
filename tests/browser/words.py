"""Words that a page breaks in two because there is no room for them."""

from playwright.sync_api import Page

_BROKEN = """(where) => {
  const broken = [], range = document.createRange();
  for (const each of document.querySelectorAll(where)) {
    const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.textContent.matchAll(/[^\\s–-]+/g)) {
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


def broken_words(page: Page, where: str) -> list[str]:
    """The words inside what a selector finds that stand on more than one line."""
    found: list[str] = page.evaluate(_BROKEN, where)
    return found
