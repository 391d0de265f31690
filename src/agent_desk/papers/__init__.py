"""Values to bytes: what leaves the printer."""
