"""This file knows what can be wrong with a journal. The text of each error says where, and what to do."""


class JournalError(Exception):
    """The journal cannot be used as it is."""


class JournalForeignError(JournalError, ValueError):
    """The file is not this cabinet's journal."""


class JournalNewerError(JournalError):
    """The file was written by a later version of this software."""


class JournalInUseError(JournalError):
    """Another process is writing to it."""


class JournalDamagedError(JournalError):
    """Its bytes are not the bytes that were written."""


class JournalWriteError(JournalError, OSError):
    """The disk took nothing: full, read-only or failing. What is in the journal stays as it was."""
