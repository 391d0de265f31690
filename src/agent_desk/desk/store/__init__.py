"""The local store: one encrypted database, one thread that writes it."""
