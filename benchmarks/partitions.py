"""Finding the classes of a release, cap on answers included, for both profiles; without reading, verifying or writing."""

import json
import subprocess
import sys

from benchmarks.rows import Row

SECONDS = {10_000: 0.3, 100_000: 2, 1_000_000: 15}
"""People -> seconds for the analysts' classes."""

_MEASURE = """
import json, resource, time
from surveyapp.anonymise import crowds, detailed
from tests.anonymise.people import ALPHA, country, loss
people = country({people})
start = time.perf_counter()
crowd, cell = crowds.gathered(people)
found = detailed.split(crowd, crowds.bar(people, 5, ALPHA))
analyst = crowds.Classes(found.of[cell], found.at)
middle = time.perf_counter()
detailed.split(crowd.merged(found), crowds.bar(people, 10, ALPHA))
end = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([middle - start, end - middle, loss(people, analyst), peak]))
"""


def rows(*, quick: bool) -> list[Row]:
    """Seconds, loss and memory for each size, each in a process of its own."""
    return [row for people in sorted(SECONDS)[: 2 if quick else 3] for row in _measured(people)]


def _measured(people: int) -> list[Row]:
    command = [sys.executable, "-c", _MEASURE.replace("{people}", str(people))]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    analyst, public, lost, peak = json.loads(told)
    return [
        Row(f"release: classes of {people:,} for analysts", analyst, "s", SECONDS[people]),
        Row(f"release: classes of {people:,} for the public", public, "s"),
        Row(f"release: loss of {people:,}", lost, "glm", 0.20 if people == 10_000 else None),
        Row(f"release: memory of {people:,}, people included", peak, "MB", 2000 if people == 1_000_000 else None),
    ]
