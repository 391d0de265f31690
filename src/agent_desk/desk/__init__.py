"""The desktop program: what stands at the counter."""
