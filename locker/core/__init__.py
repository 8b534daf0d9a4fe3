"""The pure room: signals in, facts and actions out; no IO, clock, thread or randomness."""
