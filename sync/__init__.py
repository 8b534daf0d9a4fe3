"""Moves facts: the language that cabinet and server share, and the two ends that speak it."""
