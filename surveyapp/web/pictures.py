"""QR codes as pictures that need no file of their own."""

import re
from typing import NamedTuple

import segno


class Picture(NamedTuple):
    """The path of an SVG picture and the side of its square, in modules."""

    path: str
    side: int


def qr(text: str) -> Picture:
    """A QR code with a quiet zone of four modules around it."""
    rows = [bytes(row) for row in segno.make(text, micro=False).matrix]
    runs = (
        f"M{run.start() + 4} {y + 4}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for y, row in enumerate(rows)
        for run in re.finditer(rb"\x01+", row)
    )
    return Picture("".join(runs), len(rows) + 8)
