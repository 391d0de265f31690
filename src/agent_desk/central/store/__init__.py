"""What central keeps, in PostgreSQL."""
