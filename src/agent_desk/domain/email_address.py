"""LIM-6: what an e-mail address looks like."""

from __future__ import annotations

import re

MOST_CHARACTERS = 255
"""What the field holds; RFC 5321 ends at 254."""
_MOST_MAILBOX = 254
_MOST_LOCAL = 64

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILBOX = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")


def is_email(text: str) -> bool:
    """True for a plain mailbox; comments, quotes and address literals are legal mail but nobody's address here."""
    if len(text) > _MOST_MAILBOX:
        return False
    match = _MAILBOX.fullmatch(text)
    return match is not None and len(match[1]) <= _MOST_LOCAL
