"""What a spreadsheet could take for a formula becomes a text."""

_EXECUTES = tuple("=+-@\t\r\n|%＝＋－＠")
_BEFORE = " \u00a0\ufeff\u200b\u200c\u200d\u2060\"'"


def harmless(cell: str) -> str:
    """A text that a spreadsheet takes for a text: what it could take for a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(_EXECUTES) or cell.lstrip(_BEFORE).startswith(_EXECUTES) else cell
