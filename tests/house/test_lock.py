"""requirements.lock: everything the project asks for, pinned and hashed, from whatever index the machine is set to."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.tree import ROOT

LOCK = (ROOT / "requirements.lock").read_text()
# One pinned package: its first line, and the continuation lines that carry its hashes.
PINS = re.findall(r"^(\S+)==(\S+)((?: ;[^\\\n]*)?)((?: \\\n    --hash=\S+)*)$", LOCK, flags=re.MULTILINE)


def asked_for() -> list[Requirement]:
    """Return every requirement of pyproject.toml that ./run installs: all but the preview window's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for name, extra in extras.items() if name != "desktop" for line in extra)]
    return [Requirement(line) for line in lines if not line.startswith("community-locker[")]


@pytest.mark.parametrize("requirement", asked_for(), ids=str)
def test_everything_asked_for_is_pinned_to_a_version_that_satisfies(requirement: Requirement) -> None:
    versions = {name: version for name, version, _, _ in PINS}
    pinned = versions.get(canonicalize_name(requirement.name))
    assert pinned is not None, "make requirements.lock anew: its first lines say how"
    assert requirement.specifier.contains(Version(pinned))


def test_the_build_backend_is_pinned_too() -> None:
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    names = {Requirement(line).name for line in backend}
    assert names <= {name for name, _, _, _ in PINS}


def test_every_line_is_a_pin_a_hash_or_a_comment() -> None:
    left = [
        line for line in LOCK.splitlines() if not re.match(r"\s*#|\s*$|    --hash=sha256:[0-9a-f]{64}( \\)?$", line)
    ]
    pins = [line for line in left if re.match(r"[a-z0-9-]+==[\w.]+( ; [^\\]+)?( \\)$", line)]
    assert left == pins
    assert len(pins) == len(PINS)


def test_every_pin_has_hashes() -> None:
    assert [name for name, _, _, hashes in PINS if "--hash=sha256:" not in hashes] == []


def test_nothing_says_where_packages_come_from() -> None:
    assert re.findall(r"https?://|file:|--index|--extra-index|--find-links| @ |(?<![\w.])/\w+", LOCK) == []
