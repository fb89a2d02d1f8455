"""A worker's threads meet a questionnaire for the first time at the same moment, right after it has started."""

import subprocess
import sys

import pytest

from surveyapp.engine import documents

from .library import library

AT_ONCE = """
import sys, threading
sys.setswitchinterval(1e-6)
{imports}
data, failures, start = sys.stdin.buffer.read(), [], threading.Barrier(8)
def first():
    start.wait()
    try:
        {decode}
    except BaseException as error:
        failures.append(error)
threads = [threading.Thread(target=first) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sys.exit(len(failures))
"""


def ends(imports: str, decode: str) -> int:
    """How a fresh process ends in which eight threads decode at once."""
    data = documents.encode(library("client_satisfaction_10"))
    command = [sys.executable, "-c", AT_ONCE.format(imports=imports, decode=decode)]
    return subprocess.run(command, input=data, check=False, capture_output=True).returncode


@pytest.mark.parametrize("process", range(3))
def test_threads_decode_at_the_same_moment(process: int) -> None:
    assert ends("from surveyapp.engine import documents", "documents.decode(data)") == 0


@pytest.mark.soak
def test_without_a_decoder_made_beforehand_the_process_crashes() -> None:
    """The control: a race, which a busy machine may win many times running, so it is tried often and in the long run.

    Once this passes no more, the library has learnt it, and the decoder may go.
    """
    imports = "import msgspec; from surveyapp.engine.definition import Questionnaire"
    assert any(ends(imports, "msgspec.json.decode(data, type=Questionnaire)") != 0 for _ in range(100))
