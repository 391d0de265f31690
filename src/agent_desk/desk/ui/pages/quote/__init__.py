"""The Quote page: what is sent, what it costs and why, what must be settled first."""
