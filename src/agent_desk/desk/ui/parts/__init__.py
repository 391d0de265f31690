"""Reusable parts: they take plain values, emit signals and know nothing of stores."""
