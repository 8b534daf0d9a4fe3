"""What can go wrong between us and a lock board: one tree, and each message says what to do next."""


class BoardError(Exception):
    """Something between us and a lock board went wrong."""


class BoardTimeout(BoardError, TimeoutError):  # noqa: N818  says what happened, as TimeoutError's own children do
    """A board gave no answer to a question in time. Whether it acted on the question is not known."""


class LineLost(BoardError, OSError):  # noqa: N818  says what happened, as TimeoutError's own children do
    """The serial line could not be opened, or broke while in use."""


class WrongProfile(BoardError, ValueError):  # noqa: N818  says what happened, as TimeoutError's own children do
    """A board is described in a way that no such board can be."""
