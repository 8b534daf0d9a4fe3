"""One question at a time on a line: send it, find the answer that belongs to it, mistrust what comes too late."""

from collections.abc import Callable
from typing import Final

from firmware_bridge.board import Echo
from firmware_bridge.codec.frame import Frame, Side, answers
from firmware_bridge.codec.hunt import Decoder
from firmware_bridge.codec.protocols import Codec
from firmware_bridge.codec.question import Question, ReadAll
from firmware_bridge.errors import BoardTimeout
from firmware_bridge.line import Line

QUIET_MS: Final = 30  # a frame has ended: 3.5 characters are 4 ms at 9600, but a USB adapter batches up to 16 ms
_DRAINS: Final = 10  # rounds of QUIET_MS after a time-out; a line that babbles on is asked again all the same
_LONGEST_ECHO: Final = 256  # an echo not found in this many bytes is not coming


class _Ear:
    """Tells the board's bytes from our own sending heard back, for one request."""

    def __init__(self, request: bytes, *, echoing: bool) -> None:
        self._request = request
        self._awaits_echo = echoing
        self._heard = b""
        self.heard_echo = False

    def sift(self, fresh: bytes) -> bytes:
        """The board's part of `fresh`: all of it, or only what follows the echo that this line is known to have."""
        self._heard = (self._heard + fresh)[-_LONGEST_ECHO:]
        _, echo, after = self._heard.partition(self._request)
        self.heard_echo = self.heard_echo or bool(echo)
        if not self._awaits_echo:
            return fresh
        self._awaits_echo = not echo
        return after


class Exchange:
    """The conversation on one open line. For one thread; `now_ms` is its monotonic clock."""

    def __init__(self, line: Line, now_ms: Callable[[], int], echo: Echo) -> None:
        self._line = line
        self._now_ms = now_ms
        self._echoing: bool | None = None if echo is Echo.AUTO else echo is Echo.TRUE
        self._unanswered: dict[int, set[bytes]] = {}

    def trusts(self, board: int) -> bool:
        """Whether the line's echo is known and this board has answered whatever it was asked last."""
        return self._echoing is not None and board not in self._unanswered

    def ask(self, codec: Codec, question: Question, *, locks: int, timeout_ms: int) -> Frame:
        """The answer to one question to a board with so many `locks`. Raises BoardTimeout and LineLost.

        A question that timed out may still be answered, late, and must not answer for itself when it is asked again.
        Boards answer in order, so a different question goes first: with its answer, all older ones are past.
        The line's echo, while unknown, is learnt from the protocol's hello, which goes first, too.
        """
        request = codec.encode(question)
        hello = codec.hello(question.board)
        repeated = request in self._unanswered.get(question.board, ())
        if question != hello and (repeated or self._echoing is None):
            self._once(codec, hello, locks, timeout_ms)
        elif repeated:
            self._once(codec, ReadAll(question.board), locks, timeout_ms)
        return self._once(codec, question, locks, timeout_ms)

    def _once(self, codec: Codec, question: Question, locks: int, timeout_ms: int) -> Frame:
        request = codec.encode(question)
        ear = _Ear(request, echoing=self._echoing is True)
        self._line.flush_stale()
        self._line.write(request)
        decoder = codec.decoder(Side.REPLY, question, locks)
        answer = self._listen(ear, decoder, question, self._now_ms() + timeout_ms)
        if self._echoing is None and question == codec.hello(question.board) and (ear.heard_echo or answer is not None):
            self._echoing = ear.heard_echo
        if answer is None:
            self._unanswered.setdefault(question.board, set()).add(request)
            self._wait_for_quiet()
            raise BoardTimeout(
                f"no answer to {request.hex(' ')} from address {question.board} within {timeout_ms} ms: check the "
                f"board's power, its DIP address, the wires A and B, the baud rate, and the profile's echo"
            )
        self._unanswered.pop(question.board, None)
        return answer

    def _listen(self, ear: _Ear, decoder: Decoder, question: Question, until_ms: int) -> Frame | None:
        while (left_ms := until_ms - self._now_ms()) > 0:
            fresh = self._line.read(min(left_ms, QUIET_MS) if decoder.held else left_ms)
            for heard in decoder.feed(ear.sift(fresh)) if fresh else decoder.quiet():
                if isinstance(heard, Frame) and answers(heard, question):
                    return heard
        return next((end for end in decoder.quiet() if isinstance(end, Frame) and answers(end, question)), None)

    def _wait_for_quiet(self) -> None:
        for _ in range(_DRAINS):
            if not self._line.read(QUIET_MS):
                return
