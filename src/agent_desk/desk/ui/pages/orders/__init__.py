"""The Orders page: every cached order, found and opened, also offline."""
