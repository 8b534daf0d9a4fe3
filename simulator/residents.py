"""This file knows people: they hold a code to the light, read the screen, pull, take, push, and wait only so long."""

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from simulator.camera import Camera, Pose
from simulator.pty_wire import CoilPulsed, LeafMoved, PtyWire
from simulator.scene import NothingHappenedError, Scene, ScreenShown
from simulator.timeline import Timeline

PATIENCE_S: Final = 12.0
"""How long somebody waits for the cabinet before calling the help line."""
LOOK_AGAIN_S: Final = 1.6
"""Out of view for this long, and the same code counts anew."""
PUSH_AGAIN_S: Final = 0.1


@dataclass(slots=True)
class Diary:
    """What really happened, whatever the cabinet thinks of it."""

    moves: list[tuple[Literal["borrowed", "returned"], str]] = field(default_factory=list)
    """In order; items as eight digits."""
    scan_to_pulse_ms: list[float] = field(default_factory=list)
    """From the first frame that held the deciding code leaving the camera to the coil going on."""


@dataclass(frozen=True, slots=True)
class Place:
    """The cabinet as people find it in the street."""

    scene: Scene
    camera: Camera
    wire: PtyWire
    timeline: Timeline
    diary: Diary
    patience_s: float = PATIENCE_S


class Resident:
    """One person with a printed pass and an unsteady hand."""

    def __init__(self, name: str, card: str, place: Place, seed: int) -> None:
        """Come to the cabinet."""
        self.name = name
        self._card = card
        self._place = place
        self._dice = random.Random(seed)
        self._breath = threading.Event()

    def tell(self, zh: str, en: str) -> None:
        """Tell what this person does."""
        self._place.timeline.act(self.name, zh, en)

    def show(self, text: str, *, until: Iterable[str]) -> ScreenShown:
        """Hold a code to the light until the screen says one of `until`; NothingHappenedError when it never does."""
        expected = frozenset(until)
        place = self._place
        for _ in range(2):
            since = place.scene.mark()
            place.camera.show(text, self._pose())
            seen = place.scene.wait(ScreenShown, lambda screen: screen.key in expected, since, place.patience_s / 2)
            place.camera.hide()
            if seen is not None:
                return seen
            if place.scene.is_dark():
                break
            self._breath.wait(LOOK_AGAIN_S)
        raise NothingHappenedError(
            f"{self.name} waited for {sorted(expected)}; last: {place.scene.all(ScreenShown)[-1:]}"
        )

    def identify(self) -> None:
        """Show the pass."""
        self.tell("出示借阅证", "shows the pass")
        self.show(self._card, until=("choose",))

    def open_with(self, code: str, lock: int, says: str) -> None:
        """Show the code that decides, and wait until the leaf is open and the screen `says` so."""
        place = self._place
        since = place.scene.mark()
        self.unlock_with(code, lock)
        if place.scene.wait(ScreenShown, lambda screen: screen.key == says, since, place.patience_s) is None:
            raise NothingHappenedError(f"{self.name} waited for the screen {says}")

    def unlock_with(self, code: str, lock: int) -> None:
        """Show the code that decides, and wait until the leaf is open."""
        place = self._place
        since = place.scene.mark()
        showing = place.camera.show(code, self._pose())
        coil = place.scene.wait(CoilPulsed, lambda coil: coil.lock == lock, since, self._place.patience_s)
        place.camera.hide()
        if coil is None or showing.sent_s is None:
            raise NothingHappenedError(f"{self.name} waited for door {lock} to be unlocked")
        place.diary.scan_to_pulse_ms.append((coil.at_s - showing.sent_s) * 1000)
        self.await_open(lock, since)

    def await_open(self, lock: int, since: int) -> None:
        """Wait until the leaf stands open."""
        if self._place.wire.is_open(lock):
            return
        leaf = self._place.scene.wait(
            LeafMoved, lambda leaf: leaf.lock == lock and leaf.open, since, self._place.patience_s
        )
        if leaf is None:
            raise NothingHappenedError(f"{self.name} waited for door {lock} to open")

    def close(self, lock: int) -> None:
        """Push the door shut; while the bolt is drawn the spring throws it back."""
        for _ in range(int(PATIENCE_S / PUSH_AGAIN_S)):
            if self._place.wire.push(lock):
                return
            self._breath.wait(PUSH_AGAIN_S)
        raise NothingHappenedError(f"{self.name} cannot close door {lock}")

    def close_and_wait(self, lock: int, keys: Iterable[str]) -> ScreenShown:
        """Push the door shut and wait for one of these screens."""
        expected = frozenset(keys)
        self.tell(f"关上 {lock} 号门", f"closes door {lock}")
        since = self._place.scene.mark()
        self.close(lock)
        seen = self._place.scene.wait(ScreenShown, lambda screen: screen.key in expected, since, self._place.patience_s)
        if seen is None:
            raise NothingHappenedError(f"{self.name} closed door {lock} and waited for {sorted(expected)}")
        return seen

    def took(self, label: str) -> None:
        """Remember to have the item."""
        self._place.diary.moves.append(("borrowed", label.removeprefix("IT:")))

    def gave(self, label: str) -> None:
        """Remember to have given the item back."""
        self._place.diary.moves.append(("returned", label.removeprefix("IT:")))

    def _pose(self) -> Pose:
        """Hold it as people do: at a slant, not quite still, in whatever light there is."""
        dice = self._dice
        return Pose(
            px_per_module=dice.uniform(3.5, 5.0),
            tilt_deg=dice.uniform(-20, 20),
            swing_deg=dice.uniform(-20, 20),
            turn_deg=dice.uniform(-15, 15),
            blur_px=dice.uniform(0.5, 1.2),
            light=dice.uniform(0.5, 1.1),
        )
