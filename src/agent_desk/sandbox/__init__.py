"""Stand-ins for outside systems, spoken to over real HTTP, with their shapes and their failures."""
