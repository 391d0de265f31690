"""Sync: what was refused, what waits, what may be done meanwhile."""
