"""What else may listen on a broker's port: something that answers each packet with given bytes, or hangs up."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Final, Self

PATIENCE_S: Final = 10
CONNECT, PUBLISH_QOS_1, SUBSCRIBE = 0x10, 0x32, 0x82
WELCOME_5 = b"\x20\x03\x00\x00\x00"
WELCOME_4 = b"\x20\x02\x00\x00"


class StrayBroker:
    """A listener that answers each packet with the bytes that `answer` gives for its type and body; None = hang up."""

    def __init__(self, answer: Callable[[int, bytes], bytes | None]) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE_S)
        self.url = f"mqtt://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(PATIENCE_S)
        self._listener.close()

    def _serve(self) -> None:
        link, _ = self._listener.accept()
        with contextlib.suppress(ConnectionError, ValueError), link, link.makefile("rb") as stream:
            while head := stream.read(1):
                size, shift = 0, 0
                while True:
                    (byte,) = stream.read(1)
                    size |= (byte & 0x7F) << shift
                    shift += 7
                    if byte < 0x80:
                        break
                answer = self._answer(head[0], stream.read(size))
                if answer is None:
                    return
                link.sendall(answer)
