"""Who holds what one process at a time may have. Its successor on the same machine is known to be the same.

A process that was killed can't give back what it held. Its successor on the same machine holds the lock on a file, so the
other is dead; under the name in that file it goes on at once. Only another machine waits until the right ends.
"""

import fcntl
import secrets
from pathlib import Path
from typing import TextIO


class Holder:
    """A name kept in a file of the instance folder. The lock on it ends with the process, however it ends."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._locked: TextIO | None = None
        self._name = ""

    def name(self) -> str | None:
        """The name under which to ask; None while another process on this machine has it."""
        if self._locked is None:
            self._lock()
        return self._name or None

    def close(self) -> None:
        """Let another process have it."""
        if self._locked:
            self._locked.close()
            self._locked, self._name = None, ""

    def _lock(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        file = self._file.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return
        file.seek(0)
        self._name = file.read().strip() or secrets.token_hex(16)
        file.seek(0)
        file.truncate()
        file.write(self._name)
        file.flush()
        self._locked = file
