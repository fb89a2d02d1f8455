"""One export in a process of its own: ``python -m benchmarks.one_export URL WAVE FILE`` tells what it took as JSON."""

import json
import re
import sys
import time
from pathlib import Path

from surveyapp.config import Config
from surveyapp.services import exporting, waves
from surveyapp.services.exporting import Options
from surveyapp.store.sessions import make_sessions


def main(url: str, wave: str, file: str) -> dict[str, float]:
    """``seconds``, and ``cpu``: those of the processor; ``peak``: MB at the most; ``grown``: MB more than before."""
    sessions = make_sessions(Config.from_env({"DATABASE_URL": url, "INSTANCE_DIR": str(Path(file).parent)}))
    with sessions.reading() as session:
        release = exporting.only(exporting.chosen(session, waves.find_wave(session, wave)))
        before, begun, cpu = _peak_mb(), time.perf_counter(), time.process_time()
        data, language = exporting.data_of(session, release, "analyst", None)
        exporting.write(data, language, Path(file), Options())
        took = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
        return took | {"peak": _peak_mb(), "grown": _peak_mb() - before}


def _peak_mb() -> float:
    """Of this program alone: what ``getrusage`` tells begins with what the process was before it became this one."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[0]) / 1024


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
