"""Libraries behind the ports of the use cases."""
