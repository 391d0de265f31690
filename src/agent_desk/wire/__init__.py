"""What desk and central say to each other: envelopes, cursors, versions."""
