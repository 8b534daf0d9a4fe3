import contextlib
import io
import os
import threading
from pathlib import Path

import msgspec
import pytest

from locker.captions import WAITING, Captions, caption
from locker.core.actions import Screen

ARGS: dict[str, str | int] = {"help": "12345", "cabinet": "A03", "door": 3}


def test_a_caption_says_the_screen_in_every_language_with_the_help_number() -> None:
    said = msgspec.json.decode(caption(Screen("take_it", ARGS)))
    assert said == {
        "screen": "take_it",
        "args": ARGS,
        "zh": "3 号门已打开。请取出物品，然后关好门。",
        "en": "Door 3 is open. Please take it, and close the door.",
        "help": {"zh": "求助 ☎ 12345 · 便民柜 A03", "en": "Help ☎ 12345 · cabinet A03"},
    }


def test_what_is_left_is_still_written_when_it_is_told_to_stop() -> None:
    out = io.StringIO()
    captions = Captions(out)
    captions.show(Screen("idle", ARGS))
    captions.show(Screen("choose", ARGS))
    stop = threading.Event()
    stop.set()
    captions.run(stop)
    assert [msgspec.json.decode(line)["screen"] for line in out.getvalue().splitlines()] == ["idle", "choose"]


def test_showing_never_waits_and_the_newest_screens_win() -> None:
    out = io.StringIO()
    captions = Captions(out)
    for door in range(WAITING + 10):
        captions.show(Screen("opening", {**ARGS, "door": door}))
    stop = threading.Event()
    stop.set()
    captions.run(stop)
    doors = [msgspec.json.decode(line)["args"]["door"] for line in out.getvalue().splitlines()]
    assert doors == list(range(10, WAITING + 10))


def test_a_reader_that_is_gone_ends_nothing() -> None:
    ear, mouth = os.pipe()
    os.close(ear)
    stream = os.fdopen(mouth, "w")
    captions = Captions(stream)
    captions.show(Screen("idle", ARGS))
    captions.show(Screen("idle", ARGS))
    stop = threading.Event()
    stop.set()
    captions.run(stop)
    with pytest.raises(BrokenPipeError):
        stream.close()


def test_a_reader_that_does_not_read_does_not_keep_the_daemon_from_stopping() -> None:
    ear, mouth = os.pipe()
    os.set_blocking(mouth, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(mouth, b"x" * 65536)
    os.set_blocking(mouth, True)
    with os.fdopen(mouth, "w") as stream:
        captions = Captions(stream)
        stop = threading.Event()
        writer = threading.Thread(target=captions.run, args=(stop,))
        writer.start()
        captions.show(Screen("idle", ARGS))
        stop.set()
        writer.join(10)
        assert not writer.is_alive()
        os.close(ear)


def test_a_stream_that_takes_nothing_ends_nothing() -> None:
    stream = Path("/dev/full").open("w", encoding="utf-8")
    captions = Captions(stream)
    captions.show(Screen("idle", ARGS))
    stop = threading.Event()
    stop.set()
    captions.run(stop)
    with pytest.raises(OSError, match="No space left"):
        stream.close()
