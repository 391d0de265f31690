"""What central does by itself, between requests."""
