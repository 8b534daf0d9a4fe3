"""What a serial receiver makes of bytes that were sent at another speed. Pure."""

from typing import Final

_CELLS: Final = 10  # a start bit, eight data bits, a stop bit


def misheard(raw: bytes, sent_baud: int, heard_baud: int) -> bytes:
    """`raw`, sent 8N1 back to back at one speed and sampled at another: itself up to about 5 % apart, else garbage.

    The receiver starts at each falling edge and samples the middle of eight bits; it keeps bytes with a bad stop bit,
    as PC serial ports do.
    """
    if sent_baud == heard_baud:
        return raw
    line = [bit for byte in raw for bit in (0, *(byte >> place & 1 for place in range(8)), 1)]
    cell, step = heard_baud, sent_baud  # lengths of one sent and one heard bit, in the same unit of time
    end = cell * len(line)

    def level(at: int) -> int:
        return line[at // cell] if at < end else 1

    heard, at = bytearray(), 0
    while at < end:
        if level(at):
            at = (at // cell + 1) * cell  # the next edge
            continue
        bits = [level(at + step // 2 + step * (place + 1)) for place in range(8)]
        heard.append(sum(bit << place for place, bit in enumerate(bits)))
        at += step * _CELLS - step // 2
        while at < end and not level(at):  # wait for the line to idle before the next start bit
            at = (at // cell + 1) * cell
    return bytes(heard)
