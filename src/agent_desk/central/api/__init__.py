"""Central over HTTP."""
