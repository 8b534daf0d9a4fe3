"""This file knows the tables of the SQLite sink: what a person with the sqlite3 shell finds in the file.

Facts: `line` and `parked` together are every journal, byte for byte; `link` shows their hashes as one chain.
Ledger: `happening` is the facts that move items; `loan`, `unclaimed` and `item` are folded from it and can be
thrown away and folded again. Times are Unix milliseconds; `known_ms` says when this server knew.
"""

from typing import Final

APPLICATION_ID: Final = 0x4C4F434B
"""`LOCK`: what `file` and `PRAGMA application_id` say of our databases."""
VERSION: Final = 1

SCHEMA: Final = (
    """CREATE TABLE line (
        cabinet TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
        h BLOB NOT NULL, body BLOB NOT NULL, known_ms INTEGER NOT NULL,
        PRIMARY KEY (cabinet, epoch, seq)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE parked (
        cabinet TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
        h BLOB NOT NULL, body BLOB NOT NULL, known_ms INTEGER NOT NULL, why TEXT NOT NULL,
        PRIMARY KEY (cabinet, epoch, seq)) STRICT""",
    """CREATE VIEW link AS
        SELECT cabinet, epoch, seq, h FROM line UNION ALL SELECT cabinet, epoch, seq, h FROM parked""",
    """CREATE TABLE watermark (
        cabinet TEXT NOT NULL, epoch TEXT NOT NULL, w INTEGER NOT NULL, hw BLOB NOT NULL,
        PRIMARY KEY (cabinet, epoch)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE alarm (
        cabinet TEXT NOT NULL, epoch TEXT NOT NULL, kind TEXT NOT NULL,
        seq INTEGER NOT NULL, theirs BLOB NOT NULL, ours BLOB,
        times INTEGER NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
        PRIMARY KEY (cabinet, epoch, kind)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE greeting (
        cabinet TEXT PRIMARY KEY, epoch TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        boot TEXT NOT NULL, uptime_ms INTEGER NOT NULL, software TEXT NOT NULL,
        nonce TEXT NOT NULL, known_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE happening (
        item TEXT NOT NULL, cabinet TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
        at_ms INTEGER, sure INTEGER NOT NULL, door INTEGER NOT NULL, interrupted INTEGER NOT NULL,
        resident TEXT, due TEXT, over_limit INTEGER, seen INTEGER,
        PRIMARY KEY (item, cabinet, epoch, seq)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE loan (
        item TEXT NOT NULL, cabinet TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
        state TEXT NOT NULL, resident TEXT NOT NULL, door INTEGER NOT NULL, borrowed_ms INTEGER, due TEXT,
        over_limit INTEGER NOT NULL, interrupted INTEGER NOT NULL, time_unsure INTEGER NOT NULL,
        ended_by TEXT, ended_ms INTEGER,
        PRIMARY KEY (item, cabinet, epoch, seq)) STRICT, WITHOUT ROWID""",
    """CREATE INDEX open_loan ON loan (borrowed_ms) WHERE state = 'open'""",
    """CREATE TABLE unclaimed (
        item TEXT NOT NULL, cabinet TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
        returned_ms INTEGER, seen INTEGER NOT NULL, time_unsure INTEGER NOT NULL,
        PRIMARY KEY (item, cabinet, epoch, seq)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE item (
        item TEXT PRIMARY KEY, state TEXT NOT NULL, cabinet TEXT NOT NULL, door INTEGER NOT NULL,
        last_fact TEXT NOT NULL) STRICT, WITHOUT ROWID""",
)
