"""Sending what was done here and reading what changed elsewhere: named steps, a file each."""
