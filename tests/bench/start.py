"""What `./run` costs when everything is prepared: its way to a program, against that program started directly."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.report import report

ROOT = Path(__file__).resolve().parents[2]
# Interleaved, so that a busy moment of the machine falls on all three alike; the median forgets the first, cold one.
ROUNDS = 11
COMMANDS = {
    "run_s": ["./run", "test", "--version"],
    "direct_s": [sys.executable, "-m", "pytest", "--version"],
    "bare_python_s": [sys.executable, "-c", "pass"],
}


def seconds(command: list[str]) -> float:
    """Return how long a command takes from start to exit; raises if it fails or takes a minute."""
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    return time.perf_counter() - started


def main() -> None:
    """Measure and report."""
    rounds = [{name: seconds(command) for name, command in COMMANDS.items()} for _ in range(ROUNDS)]
    figures = {name: statistics.median(one[name] for one in rounds) for name in COMMANDS}
    overhead_s = statistics.median(one["run_s"] - one["direct_s"] for one in rounds)
    report("start", {"overhead_s": overhead_s, **figures})


if __name__ == "__main__":
    main()
