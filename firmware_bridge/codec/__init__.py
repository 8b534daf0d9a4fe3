"""Bytes on the wire of each lock board, pure: one file a protocol."""
