"""How every bench says its result: lines for a person, then one line of JSON for a program."""

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

TARGETS = Path(__file__).with_name("targets.toml")


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bound of one figure, itself still good. `max`: no more than; `min`: no less than."""

    max: float | None = None
    min: float | None = None

    def met(self, figure: float | str | None) -> bool:
        """Say whether a figure is within; what was not measured is not, nor is a word."""
        if figure is None or isinstance(figure, str):
            return False
        return (self.max is None or figure <= self.max) and (self.min is None or figure >= self.min)

    def __str__(self) -> str:
        bounds = (("at most", self.max), ("at least", self.min))
        return ", ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)


def targets_of(bench: str, file: Path = TARGETS) -> dict[str, Target]:
    """Read the targets of one bench; raises KeyError without a table, msgspec.ValidationError for a typo."""
    return msgspec.convert(tomllib.loads(file.read_text())[bench], dict[str, Target])


def missed(figures: Mapping[str, float | str | None], targets: Mapping[str, Target]) -> list[str]:
    """Return the names of the targets that are not met."""
    return [name for name, target in targets.items() if not target.met(figures.get(name))]


def report(bench: str, figures: Mapping[str, float | str | None]) -> None:
    """Print the figures; the last line of stdout is one JSON object: every figure by name, and "missed".

    A figure is named with its unit (overhead_s, read_share, frame_ms_p99); None: it could not be measured here.
    With --json in the command line that line is the only one.
    """
    targets = targets_of(bench)
    short = missed(figures, targets)
    if "--json" not in sys.argv[1:]:
        for name in (*figures, *(name for name in targets if name not in figures)):
            verdict = f"{'MISSED' if name in short else 'met'}: {targets[name]}" if name in targets else ""
            print(f"  {name:<28}{shown(figures.get(name)):>14}  {verdict}".rstrip())
    print(json.dumps({**figures, "missed": short}), flush=True)


def shown(figure: float | str | None) -> str:
    """Write a figure for a person: four digits tell what can be told."""
    if figure is None:
        return "not measured"
    return figure if isinstance(figure, str) else f"{figure:.4g}"
