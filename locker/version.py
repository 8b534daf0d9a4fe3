"""This file knows which software this is."""

from importlib.metadata import version
from typing import Final

SOFTWARE: Final = f"community-locker {version('community-locker')}"
"""Name and version, as every start tells the server."""
