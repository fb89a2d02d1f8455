"""What a server's process tree has used, by the operating system's own accounting (Linux)."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """The process and all its living descendants."""
    found = [root]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def cpu_ms(root: int) -> float:
    """Processor time of the tree in milliseconds, user and system, children that have ended included."""
    return sum(_cpu_ticks(pid) for pid in tree(root)) * 1000 / TICKS


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])


def memory_mb(root: int) -> float:
    """Proportional memory of the tree in megabytes: shared pages count once."""
    return sum(_proportional_kb(pid) for pid in tree(root)) / 1024


def _proportional_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
