"""Moves bolts: knows boards, locks and wires, and nothing of people or loans."""
