"""A disk that forgets on a power cut whatever was not synced.

SQLite runs in apsw, whose file system can be written in Python; ``drivers`` puts the product's engine on it.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512


class PowerCut(Exception):
    """The lights went out: whoever waited for an answer gets none."""


class _Kept:
    """A file: what the disk holds for sure, and what was written since the last sync, in order."""

    def __init__(self, file: Path) -> None:
        self.sure = bytearray(file.read_bytes() if file.exists() else b"")
        self.unsure: list[tuple[bytes | None, int]] = []

    def sync(self) -> None:
        for data, where in self.unsure:
            _apply(self.sure, data, where)
        self.unsure.clear()

    def after_a_cut(self, chance: random.Random) -> bytearray:
        """Of what was not synced nothing is there, or the beginning, or anything: by sectors, in no order."""
        left, luck = bytearray(self.sure), chance.choice(["nothing", "the beginning", "anything"])
        sectors = [piece for data, where in self.unsure for piece in _sectors(data, where)]
        if luck == "the beginning":
            sectors = sectors[: chance.randrange(len(sectors) + 1)]
        elif luck == "anything":
            sectors = [piece for piece in sectors if chance.random() < 0.5]
        for data, where in [] if luck == "nothing" else sectors:
            _apply(left, data, where)
        return left


def _sectors(data: bytes | None, where: int) -> Iterator[tuple[bytes | None, int]]:
    """A write as the disk takes it: sector by sector; cutting a file off is one step."""
    if data is None:
        yield None, where
        return
    begin = 0
    while begin < len(data):
        end = begin + SECTOR - (where + begin) % SECTOR
        yield data[begin:end], where + begin
        begin = end


def _apply(content: bytearray, data: bytes | None, where: int) -> None:
    if data is None:
        del content[where:]
        return
    content.extend(bytes(max(0, where - len(content))))
    content[where : where + len(data)] = data


class Disk(apsw.VFS):
    """A folder on a disk that loses power after so many writes and syncs."""

    def __init__(self, folder: Path, chance: random.Random, steps: int) -> None:
        self.name, self.folder, self.dark = f"disk-{folder}", folder, False
        self._chance, self._steps, self._files = chance, steps, dict[str, _Kept]()
        self.found: dict[str, bytearray] = {}
        super().__init__(self.name, "")

    def xOpen(self, name: Any, flags: list[int]) -> "_File":  # noqa: N802 - SQLite's name
        path = str(name.filename() if isinstance(name, apsw.URIFilename) else name)
        kept = self._files.setdefault(path, _Kept(Path(path)))
        return _File(self, kept, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: FBT001, N802 - SQLite's call
        if not self.dark:
            self._files.pop(name, None)
        super().xDelete(name, sync)

    def step(self) -> None:
        """One more write or sync; at the last one the disk is left as the cut finds it."""
        self._steps -= 1
        if self._steps == 0:
            self.dark = True
            self.found = {Path(name).name: kept.after_a_cut(self._chance) for name, kept in self._files.items()}
            raise PowerCut

    def leave(self, folder: Path) -> Path:
        """Put into a folder what is there when the lights come back."""
        folder.mkdir()
        for name, content in self.found.items():
            (folder / name).write_bytes(content)
        return folder


class _File(apsw.VFSFile):
    """Writes go on to the real file, which is what everybody reads until the cut; nothing after it counts."""

    def __init__(self, disk: Disk, kept: _Kept, name: Any, flags: list[int]) -> None:
        self._disk, self._kept = disk, kept
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        if not self._disk.dark:
            self._kept.unsure.append((bytes(data), offset))
            self._disk.step()
            super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        if not self._disk.dark:
            self._kept.unsure.append((None, size))
            self._disk.step()
            super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        if not self._disk.dark:
            self._disk.step()
            self._kept.sync()
