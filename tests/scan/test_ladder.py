import numpy as np
import pytest
import segno

from locker.scan.decode import decode
from locker.scan.ladder import STILL_STEPS, LiveLadder, read_still
from locker.scan.step import Grey, Step, prepared, shrunk
from simulator.camera import Pose, draw, draw_empty
from tests.scan.drawn import PASS, of_code, on_wall

HARD = {
    "tilted": Pose(tilt_deg=40, swing_deg=25, turn_deg=30),
    "upside down": Pose(turn_deg=180),
    "blurred": Pose(blur_px=2.0),
    "noisy": Pose(noise=30),
    "dim": Pose(light=0.12),
    "dark mode": Pose(dark_mode=True),
    "small": Pose(px_per_module=2.2, blur_px=0.8),
    "in a corner": Pose(shift_px=(-200, 120), px_per_module=3),
}
"""Poses of a pass that a resident holds before the window; each is read at each of five seeds."""


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("pose", HARD.values(), ids=HARD.keys())
def test_a_still_picture_of_a_pass_is_read(pose: Pose, seed: int) -> None:
    assert [scan.text for scan in read_still(draw(PASS, pose, seed))] == [PASS]


@pytest.mark.parametrize("pose", HARD.values(), ids=HARD.keys())
def test_a_living_ladder_reads_it_within_three_frames(pose: Pose) -> None:
    ladder = LiveLadder()
    seen = [scan.text for seed in range(3) for scan in ladder.look(draw(PASS, pose, seed))]
    assert set(seen) == {PASS}


@pytest.mark.parametrize("seed", range(5))
def test_an_empty_courtyard_holds_no_code(seed: int) -> None:
    ladder = LiveLadder()
    assert [ladder.look(draw_empty(Pose(noise=12), seed)) for _ in range(4)] == [[]] * 4
    assert read_still(draw_empty(Pose(noise=12), seed)) == []


def readable_by(picture: Grey) -> set[Step]:
    return {step for step in Step if decode(picture, step)}


def glaring() -> Grey:
    """A lamp mirrored in the glass: a bright slope across the code."""
    code = of_code(segno.make_qr(PASS, error="m"), px_per_module=3).astype(np.float32)
    return np.clip(code * 0.25 + np.linspace(0, 180, code.shape[1]), 0, 255).astype(np.uint8)


def test_unsharp_saves_a_blurred_code() -> None:
    picture = draw(PASS, Pose(blur_px=2.2), seed=3)
    assert Step.PLAIN not in readable_by(picture)
    assert Step.UNSHARP in readable_by(picture)


def test_the_local_threshold_saves_a_slope_of_light() -> None:
    assert Step.PLAIN in readable_by(glaring())
    assert Step.GLOBAL_HISTOGRAM not in readable_by(glaring())


def test_the_living_ladder_takes_turns_and_the_fourth_step_depends_on_size() -> None:
    blurred = draw(PASS, Pose(blur_px=2.2), seed=3)
    ladder = LiveLadder()
    turns = [bool(ladder.look(blurred)) for _ in range(6)]
    assert turns == [step in readable_by(blurred) for step in (Step.GLOBAL_HISTOGRAM, Step.UNSHARP, Step.DOUBLE)] * 2


def test_strangers_in_view_do_not_keep_the_ladder_from_a_blurred_pass() -> None:
    poster = of_code(segno.make_qr("https://example.org/lower-case"))
    frame = draw(PASS, Pose(blur_px=2.2), seed=3)
    frame[: poster.shape[0], : poster.shape[1]] = poster
    ladder = LiveLadder()
    seen = {scan.text for _ in range(3) for scan in ladder.look(frame)}
    assert seen == {"https://example.org/lower-case", PASS}


def test_a_large_photograph_is_read_reduced_with_the_box_in_its_own_pixels() -> None:
    large = np.full((3000, 4000), 128, np.uint8)
    code = of_code(segno.make_qr("LC1:ABC"), px_per_module=20)
    large[1000 : 1000 + code.shape[0], 2000 : 2000 + code.shape[1]] = code
    (scan,) = read_still(large)
    left, top, right = 2000 + 80, 1000 + 80, 2000 + 80 + 420  # 21 modules of 20 px behind 4 of border
    assert max(abs(got - want) for got, want in zip(scan.box[:4], (left, top, right, top), strict=True)) <= 8


def test_a_small_code_in_a_large_photograph_is_read_at_its_own_size() -> None:
    large = np.full((3000, 4000), 128, np.uint8)
    code = of_code(segno.make_qr(PASS, error="m"), px_per_module=3)
    large[1000 : 1000 + code.shape[0], 2000 : 2000 + code.shape[1]] = code
    assert [scan.text for scan in read_still(large)] == [PASS]


@pytest.mark.parametrize(
    ("shape", "side_px", "expected"),
    [
        ((480, 640), 1280, (480, 640)),
        ((3000, 4000), 1280, (960, 1280)),
        ((4000, 3000), 1280, (1280, 960)),
        ((1, 9000), 1280, (1, 1280)),
    ],
)
def test_shrinking(shape: tuple[int, int], side_px: int, expected: tuple[int, int]) -> None:
    assert shrunk(np.zeros(shape, np.uint8), side_px).shape == expected


def test_only_doubling_changes_the_size() -> None:
    grey = np.zeros((48, 64), np.uint8)
    sizes = {step: prepared(grey, step).shape for step in STILL_STEPS}
    assert sizes.pop(Step.DOUBLE) == (96, 128)
    assert set(sizes.values()) == {(48, 64)}


def test_a_wall_of_codes_gives_each_text_once() -> None:
    codes = [of_code(segno.make_qr("LC1:SAME")) for _ in range(4)]
    assert [scan.text for scan in LiveLadder().look(on_wall(*codes))] == ["LC1:SAME"]
