"""The window played by its own keys: for pictures of it, and to prove a whole sale without a hand at the keyboard."""
