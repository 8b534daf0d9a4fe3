"""What a cabinet has kept so far, read from its journal while it runs."""

from simulator.town import Town
from sync.cabinet.journal import JournalReader
from sync.facts import AnyFact, UnknownFact
from sync.wire import MAX_BATCH_BYTES, MAX_LINES, decode_line


def facts(town: Town) -> list[AnyFact | UnknownFact]:
    """Every fact of the town's cabinet, in order."""
    reader = JournalReader(town.furniture.journal)
    try:
        last, _ = reader.last()
        lines: list[bytes] = []
        while len(lines) < last:
            lines += reader.lines(len(lines), MAX_LINES, MAX_BATCH_BYTES)
        return [decode_line(line).fact for line in lines]
    finally:
        reader.close()
