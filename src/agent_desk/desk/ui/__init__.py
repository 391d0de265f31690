"""What the agent sees: the window, its parts and its pages."""
