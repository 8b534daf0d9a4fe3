import pytest

from locker.scan.source import Device, Roll, Source, Stream, source_named


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("/dev/video0", Device("/dev/video0")),
        ("/dev/v4l/by-id/usb-cam-index0", Device("/dev/v4l/by-id/usb-cam-index0")),
        ("socket://127.0.0.1:9000", Stream("127.0.0.1", 9000)),
        ("socket://localhost:1", Stream("localhost", 1)),
        ("pictures/one.jpg", Roll("pictures/one.jpg")),
        ("pictures", Roll("pictures")),
    ],
)
def test_names_of_cameras(text: str, source: Source) -> None:
    assert source_named(text) == source


@pytest.mark.parametrize(
    "text",
    ["", "socket://", "socket://127.0.0.1:0", "socket://127.0.0.1:65536", "socket://10.0.0.7:9000", "socket:9000"],
)
def test_what_is_no_camera_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"socket://127\.0\.0\.1:PORT"):
        source_named(text)
