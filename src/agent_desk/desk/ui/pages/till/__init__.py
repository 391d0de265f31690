"""The Till page: float, blind count, compare, close."""
