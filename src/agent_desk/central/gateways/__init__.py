"""Outside systems, each behind its own four files: settings, mapper, proxy, gateway."""
