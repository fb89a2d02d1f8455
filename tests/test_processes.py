"""Programs side by side: the main one decides when it is over, and none is left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROUND = """
import os, sys
from surveyapp.processes import together
main, *beside = [[sys.executable, "-c", code] for code in sys.argv[1:]]
raise SystemExit(together(main, beside, os.environ))
"""
WAITS = "import os, time; os.write(1, b'%d\\n' % os.getpid()); time.sleep(60)"  # two write at once: each line whole


def started(*programs: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", ROUND, *programs], stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str], *pids: int) -> int:
    code = process.wait(60)
    process.stdout.close()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    return code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_whoever_ends_them_ends_all(number: signal.Signals) -> None:
    process = started(WAITS, WAITS)
    pids = [int(process.stdout.readline()) for _ in range(2)]
    os.kill(process.pid, number)
    assert ended(process, *pids) == 0


@pytest.mark.parametrize("code", [0, 3])
def test_when_the_main_one_ends_the_others_do_too(code: int) -> None:
    process = started(f"import time; time.sleep(2); raise SystemExit({code})", WAITS)
    assert ended(process, int(process.stdout.readline())) == code


def test_when_another_ends_the_main_one_goes_on() -> None:
    process = started(WAITS, "raise SystemExit(1)")
    pid = int(process.stdout.readline())
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    os.kill(process.pid, signal.SIGTERM)
    assert ended(process, pid) == 0
