"""A process that writes facts until it is killed, saying each number on a line of its own once it is durable."""

import sys
from pathlib import Path

from sync.cabinet.journal import Journal
from tests.sync.cabinet.facts_of_a_day import fact, stamp


def main() -> None:
    journal = Journal.open(Path(sys.argv[1]), "C1")
    sys.stdout.write("open\n")
    sys.stdout.flush()
    while True:
        number = journal.last
        journal.append(stamp(number), [fact(number + i) for i in range(1 + number % 3)])
        if number % 7 == 0:
            journal.mark_delivered(number)
            journal.checkpoint(b"state at %d" % journal.last)
        sys.stdout.write(f"{journal.last}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
