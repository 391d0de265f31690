"""What every test shares."""

from __future__ import annotations

import os

from hypothesis import settings

# speed is measured by the benchmarks, never by a test: a busy machine must not fail a property
settings.register_profile("here", deadline=None)
# what lands is judged by the same examples twice; new ones are looked for wherever somebody works
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
