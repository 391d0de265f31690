"""Where the key of the database is kept."""
