"""Command line tools that need no server and no screen."""
