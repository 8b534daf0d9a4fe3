"""Decides: what a scan, a door or the passing of time means, and what the cabinet does about it."""
