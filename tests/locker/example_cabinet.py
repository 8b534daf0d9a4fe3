"""A cabinet's two files and keys as an owner would write them: one bookcase, one single door, a bin without a lock."""

from pathlib import Path

from sync.signature import SigningKey

CABINET = """\
[cabinet]
id = "A03"
community = "hanfeng-street"
help_number = "0516-1234567"
utc_offset_min = 480
data = "var"
key = "cabinet.key"
catalogue = "catalogue.toml"

[issuers]
1 = "issuer.pub"

[server]
broker = "mqtt://127.0.0.1:1883"
key = "server.pub"

[[bus]]
port = "/dev/serial/by-id/usb-1a86"
baud = 19200
  [[bus.board]]
  name = "main"
  protocol = "8a"
  address = 1
  channels = 24
  feedback = "closed_high"
  status_order = "low_first"
  pulse_ms = 400

[[door]]
id = 1
kind = "shelf"
board = "main"
lock = 1
name_zh = "书柜"
name_en = "bookcase"

[[door]]
id = 2
kind = "single"
board = "main"
lock = 2

[[door]]
id = 9
kind = "slot"

[[reader]]
name = "front"
source = "pictures"

[limits]
idle_s = 45
"""

CATALOGUE = """\
[[item]]
label = "00000013"
kind = "book"
title_zh = "三体"
title_en = "The Three-Body Problem"
door = 1

[[item]]
label = "00000021"
kind = "kit"
door = 2
"""

CABINET_KEY = SigningKey(b"c" * 32)
SERVER_KEY = SigningKey(b"s" * 32)
ISSUER_KEY = SigningKey(b"i" * 32)


def furnish(folder: Path) -> Path:
    """Write all of it into an empty folder; the path of the cabinet's file."""
    (folder / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")
    (folder / "cabinet.key").touch(mode=0o600)
    (folder / "cabinet.key").write_bytes(CABINET_KEY.to_pem())
    (folder / "server.pub").write_bytes(SERVER_KEY.public.to_pem())
    (folder / "issuer.pub").write_bytes(ISSUER_KEY.public.to_pem())
    file = folder / "cabinet.toml"
    file.write_text(CABINET, encoding="utf-8")
    return file


def change(file: Path, old: str, new: str) -> None:
    """Replace one passage, which must stand there exactly once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")
