"""Programs that sync documents, ours among them, each asked to do the same work over the same line."""
