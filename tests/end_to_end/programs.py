"""How the tests start the product's own programs, and wait for what they say."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0


def run(*words: str, cwd: Path = ROOT, patience_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
    """Run `python WORDS…` to its end."""
    return subprocess.run(
        (sys.executable, *words), cwd=cwd, capture_output=True, text=True, timeout=patience_s, check=False
    )


def locker(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run one `locker` command."""
    return run("-m", "locker", *words, cwd=cwd)


def last_line(lines: Sequence[str]) -> str:
    """The last line that is not empty."""
    return next(line for line in reversed(lines) if line.strip())
