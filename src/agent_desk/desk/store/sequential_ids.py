"""Ids that desks make without asking: UUID version 7, so that later ones sort later."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID


def new_id(now: datetime) -> UUID:
    """48 bits of milliseconds, then chance."""
    milliseconds = max(0, int(now.timestamp() * 1000)) & (2**48 - 1)
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
