"""The world getting in the way: what happened, what to do, when to try again."""

from __future__ import annotations


class KnownError(Exception):
    """Trouble with a stable code and a sentence for the person at the desk."""

    def __init__(self, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.retry_after = retry_after
        """Seconds."""


class TransientError(Exception):
    """The database asks for the same transaction again: a deadlock, a lock waited for too long, a lost race."""


class HandleTakenError(Exception):
    """Another aggregate of the kind has this number."""


class MoneyRefusedError(Exception):
    """The ledger's own constraints do not take this; `duplicate` when it has it already."""

    def __init__(self, *, duplicate: bool) -> None:
        super().__init__("duplicate" if duplicate else "impossible")
        self.duplicate = duplicate


def busy() -> KnownError:
    return KnownError("central.busy", "Central is busy: the desk tries again by itself.", retry_after=2)


def revoked() -> KnownError:
    return KnownError("desk.revoked", "This desk was taken out of use: ask a manager.")


def too_old() -> KnownError:
    sentence = "This desk and central are too far apart: update the desk. What it has done is taken in meanwhile."
    return KnownError("app.too_old", sentence)
