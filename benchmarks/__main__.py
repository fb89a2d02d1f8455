"""``make bench``: one run, one table, one file of figures. ``--quick`` takes a minute and is good for a look only.

Processor time is the operating system's accounting of the server's process tree; each figure stands beside the floor
measured in the same run. Absolute times swing by up to two on a shared machine; ratios and counts hold.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import engine, exports, partitions, scrubbing, staff, web
from benchmarks.rows import table

RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    """Measure everything, print the table, write ``results.json``; 1 when a budget isn't met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the product beside its floor.")
    parser.add_argument("--quick", action="store_true", help="fewer interviews and rows")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            *engine.rows(),
            *scrubbing.rows(),
            *partitions.rows(quick=quick),
            *exports.rows(Path(folder), quick=quick),
        ]
        rows += web.rows(Path(folder), quick=quick)
        rows += staff.rows(Path(folder), quick=quick)
    print(table(rows))
    RESULTS.write_text(json.dumps([row._asdict() for row in rows], indent=2), "utf-8")
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
