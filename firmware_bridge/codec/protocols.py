"""The list of protocols we speak: a new one is a codec file, a twin in the simulator, and a line here."""

from collections.abc import Mapping
from typing import Final, Protocol

from firmware_bridge.codec import board_8a
from firmware_bridge.codec.frame import Frame, Side, StatusOrder
from firmware_bridge.codec.hunt import Decoder
from firmware_bridge.codec.question import Question


class Codec(Protocol):
    """What a codec module offers. All of it is pure."""

    @property
    def ADDRESSES(self) -> range:  # noqa: N802  a module's constant
        """The addresses a board can be set to."""

    @property
    def LOCKS(self) -> range:  # noqa: N802  a module's constant
        """The lock numbers of the largest board."""

    def encode(self, question: Question, /) -> bytes:
        """The request's bytes; moves a bolt only for as long as the board times it. ValueError outside the ranges."""

    def hello(self, board: int, /) -> Question:
        """A question that moves nothing and is never answered with its own bytes."""

    def decoder(self, side: Side, asked: Question | None = None, locks: int | None = None) -> Decoder:
        """A decoder of one side's frames; what was `asked` of a board with so many `locks` may spare a quiet gap."""

    def levels(self, frame: Frame, order: StatusOrder, /) -> Mapping[int, bool]:
        """The switch input, high or low, of each lock that a read reply speaks of."""


PROTOCOLS: Final[Mapping[str, Codec]] = {
    "8a": board_8a,
}
