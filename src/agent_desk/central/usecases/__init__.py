"""What central does, told without any library."""
