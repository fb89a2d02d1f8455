"""A journal that is written before anything else happens, and what the store must say to it afterwards."""

import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.store.responses import Inbox
from tests.builders import inside

from .people import Seen


class Journal:
    """What people were told is saved, on disk before they do anything else."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self.lines: list[Seen] = []

    def write(self, seen: Seen) -> None:
        with self._lock:
            self.lines.append(seen)
            self._file.write(json.dumps([seen.receipt, seen.answers]) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def compare(journal: Journal, session: Session) -> dict[str, int]:
    """Count what is wrong: acknowledged answers that are lost or torn, and rows nobody was given a receipt for."""
    stored = {row.receipt_hash: row.answers for row in inside(session).scalars(select(Inbox))}
    told = {hashlib.sha256(seen.receipt.encode()).digest(): seen.answers for seen in journal.lines}
    torn = [key for key, answers in told.items() if key in stored and not _same(answers, stored[key])]
    return {
        "acknowledged": len(journal.lines),
        "receipts given twice": len(journal.lines) - len(told),
        "lost": len(told.keys() - stored.keys()),
        "doubled": len(stored.keys() - told.keys()),
        "torn": len(torn),
    }


def _same(noted: dict[str, Any], stored: dict[str, Any]) -> bool:
    return {name: _as_posted(stored.get(name)) for name in noted} == noted and stored.keys() == noted.keys()


def _as_posted(value: Any) -> Any:
    """A stored answer as the form would have posted it."""
    if isinstance(value, dict):
        return None if value == {"missing": "skipped"} else f"missing:{value['missing']}"
    if isinstance(value, list):
        return sorted(value)
    return value if value is None else str(value)
