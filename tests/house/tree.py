"""What the tests of the house look at: the project's own files, and nothing that tools left beside them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = ("locker", "firmware_bridge", "sync")
PACKAGES = (*PRODUCTION, "simulator", "tests")


def modules(*packages: str) -> list[Path]:
    """Return the Python files of packages, sorted."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    """Return a file's name as a person would say it: from the project's root."""
    return path.relative_to(ROOT).as_posix()
