"""The reading child: `python -m locker.scan SOURCE` prints one line of JSON per event (see `lines.py`).

SOURCE is /dev/videoN, socket://127.0.0.1:PORT (PGM pictures one after another), a picture or a folder of pictures:
then each is shown once, in the order of their names, and new ones are waited for.
It ends when its stdin is closed, when nobody reads its stdout any more, or when its parent dies.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import assert_never

from locker.scan.camera import Camera, V4l2Camera
from locker.scan.decode import Scan
from locker.scan.ladder import LiveLadder
from locker.scan.leash import deadline, parent_gone, tie_to_parent
from locker.scan.lines import Line, written
from locker.scan.pictures import PictureRoll
from locker.scan.source import Device, Roll, Source, Stream, source_named
from locker.scan.step import Grey
from locker.scan.stream import StreamCamera
from locker.scan.watch import Watch

_STDOUT = 1


def main(argv: list[str] | None = None) -> int:
    """Watch one camera; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m locker.scan", description=__doc__)
    parser.add_argument("source", metavar="SOURCE")
    parser.add_argument("--name", default="camera", help="what the process list calls this reader")
    chosen = parser.parse_args(argv)
    try:
        source = source_named(chosen.source)
    except ValueError as wrong:
        parser.error(str(wrong))
    tie_to_parent()
    ladder = LiveLadder()

    def look(grey: Grey) -> list[Scan]:
        with deadline():
            return ladder.look(grey)

    Watch(camera_at(source), look, say, parent_gone).run()
    return 0


def camera_at(source: Source) -> Camera:
    """Return the camera that `source` names, not yet opened."""
    match source:
        case Device(path=path):
            return V4l2Camera(path)
        case Stream(host=host, port=port):
            return StreamCamera(host, port)
        case Roll(path=path):
            return PictureRoll(Path(path))
    assert_never(source)


def say(line: Line) -> None:
    """Write `line` to stdout in one piece. Waits while the parent does not read; ends with it when it is gone."""
    os.write(_STDOUT, written(line))


if __name__ == "__main__":
    sys.exit(main())
