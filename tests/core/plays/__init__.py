"""Playbooks by flow and case: each public function without arguments that writes one is found and played."""

from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import get_annotations
from pkgutil import iter_modules

from tests.core.playbook import Playbook

Play = Callable[[], Playbook]


def _plays() -> Iterator[tuple[str, Play]]:
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        for name, thing in vars(module).items():
            if callable(thing) and get_annotations(thing) == {"return": Playbook}:
                yield f"{found.name}-{name}", thing


PLAYS: dict[str, Play] = dict(_plays())
"""By file and name."""
