"""The history of the local database's shape."""
